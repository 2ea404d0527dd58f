"""The registry of the procedures; each must declare its access level."""

from lambdaboard.api.access import LEVELS
from lambdaboard.jsonrpc import Registry

registry = Registry(LEVELS)
procedure = registry.procedure
