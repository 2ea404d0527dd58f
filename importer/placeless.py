"""Data of Kanboard that Lambdaboard does not have, reported row by row, or as a number if rows are secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.models import CARRIED

if TYPE_CHECKING:
    from importer.source import Source

ID = ("id",)

NO_PLACE: dict[str, tuple[tuple[str, ...], str]] = {
    "column_has_move_restrictions": (("restriction_id",), "custom roles of projects do not exist here"),
    "column_has_restrictions": (("restriction_id",), "custom roles of projects do not exist here"),
    "currencies": (("currency",), "there are no budgets here"),
    "custom_filters": (ID, "saved filters belong to the web pages, which do not exist here"),
    "predefined_task_descriptions": (ID, "belong to the web pages, which do not exist here"),
    "project_daily_column_stats": (ID, "was computed for the web pages, which do not exist here"),
    "project_daily_stats": (ID, "was computed for the web pages, which do not exist here"),
    "project_has_notification_types": (ID, "there are no notifications here"),
    "project_has_roles": (("role_id",), "custom roles of projects do not exist here"),
    "project_role_has_restrictions": (("restriction_id",), "custom roles of projects do not exist here"),
    "settings": (("option",), "is a parameter of the stack here, or does not exist (docs/settings.md)"),
    "transitions": (ID, "the times that tasks were in columns are kept for analytics, which do not exist here"),
    "user_has_metadata": (("user_id", "name"), "metadata of users does not exist here"),
    "user_has_notification_types": (ID, "there are no notifications here"),
    "user_has_notifications": (("user_id", "project_id"), "there are no notifications here"),
    "user_has_unread_notifications": (ID, "there are no notifications here"),
}
"""Table -> the columns that name its rows, and why they are not imported."""

SECRET = ("invites", "last_logins", "password_reset", "remember_me", "sessions")
"""Tables of log-ins: their rows are not imported, and a report must not have them."""

OF_THE_DATABASE = ("schema_version", "plugin_schema_versions", "sqlite_sequence")


def tell(source: Source) -> None:
    """Report all rows of tables that are not imported, and tables that are not Kanboard's own."""
    for name, (key, reason) in NO_PLACE.items():
        for row in source.keys(name, key):
            source.report.left_out(name, row, reason)
    _tell_of_other_tables(source)


def _tell_of_other_tables(source: Source) -> None:
    """Report the number of rows of each table that this importer does not know."""
    known = {*NO_PLACE, *OF_THE_DATABASE, *(model.table for model in CARRIED)}
    for name in sorted(source.columns.keys() - known):
        rows = source.size(name)
        if rows:
            reason = "log-ins and invitations end with the move" if name in SECRET else "is a plugin's table"
            source.report.left_out(name, f"{rows} rows", reason)
