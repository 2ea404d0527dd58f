"""Where the procedures register; one that does not say who may call it cannot."""

from lambdaboard.api.access import LEVELS
from lambdaboard.jsonrpc import Registry

registry = Registry(LEVELS)
procedure = registry.procedure
