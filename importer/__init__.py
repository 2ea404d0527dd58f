"""Moves a Kanboard into an empty Lambdaboard, from its database and its files (docs/moving.md)."""
