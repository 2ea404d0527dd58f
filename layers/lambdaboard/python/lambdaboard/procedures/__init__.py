"""The procedures that clients call, one module an area; importing this package registers them all."""
