"""Where the procedures register."""

from lambdaboard.jsonrpc import Registry

registry = Registry()
procedure = registry.procedure
