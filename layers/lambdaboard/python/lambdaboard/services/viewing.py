"""Reads of projects other than the one for which a call is authorized."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambdaboard.api.access import ROLES_IN_PROJECT, VIEW

if TYPE_CHECKING:
    from lambdaboard.api.context import Context
    from lambdaboard.store.stores import Stores


def viewing(context: Context) -> Stores:
    """Return the stores for a caller who may read a project if they have any role there."""
    roles = ROLES_IN_PROJECT[VIEW] if context.caller.user else None
    return context.stores.authorized(msgspec.structs.replace(context.stores.authorization, roles=roles))
