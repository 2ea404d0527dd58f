"""Where the procedures register; one that does not say who may call it cannot."""

from lambdaboard.jsonrpc import Registry
from lambdaboard.procedures.access import LEVELS

registry = Registry(LEVELS)
procedure = registry.procedure
