"""Who may call what: one of these levels for each procedure, declared where it is registered (context-api.md 2.2)."""

from __future__ import annotations

OPEN = "open"
"""Everybody who is known."""

SELF = "self"
"""Every person, for themselves; not the application."""

ADMINISTRATION = "administration"
"""The application, and persons who are app-admin."""

CREATION = "creation"
"""The application, and persons who are app-admin or app-manager."""

VIEW = "view"
"""The application, and persons with any role in the project."""

WORK = "work"
"""The application, and persons who are project-manager or project-member."""

MANAGEMENT = "management"
"""The application, and persons who are project-manager."""

LEVELS = (OPEN, SELF, ADMINISTRATION, CREATION, VIEW, WORK, MANAGEMENT)
