"""The categories of a project's tasks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from lambdaboard.api.access import MANAGEMENT, VIEW
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import CategoryId, ProjectId
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.projects import CategoryRow, category_row
from lambdaboard.domain.casefold import casefold
from lambdaboard.domain.project import Category, replaced, without
from lambdaboard.domain.project_rules import checked_name, checked_unique
from lambdaboard.jsonrpc import Text
from lambdaboard.services.project_changes import commit_project
from lambdaboard.store.parallel import gather

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambdaboard.store.projects import StoredProject


@procedure("getAllCategories", VIEW, failure=[])
def get_all_categories(context: Context, project_id: ProjectId) -> list[CategoryRow]:
    """Get the categories of a project, by name ASCII case ignored, then by id.

    Args:
        project_id: the project.

    Returns:
        The categories; an empty list if there is no such project. Source: context.md 4, like all of this module.
    """
    categories = context.stores.projects.get(project_id).project.categories
    return [category_row(each) for each in sorted(categories, key=lambda each: (casefold(each.name), each.id))]


@procedure("getCategory", VIEW, failure=None)
def get_category(context: Context, category_id: CategoryId) -> CategoryRow:
    """Get a category by its id.

    Args:
        category_id: the category.

    Returns:
        The category; null if there is no such category.
    """
    return category_row(_find(context, category_id)[1])


@procedure("createCategory", MANAGEMENT)
def create_category(context: Context, project_id: ProjectId, name: Text, color_id: Text | None = None) -> int:
    """Create a category.

    Args:
        project_id: the project.
        name: 1 to 191 characters, unique in the project, ASCII case ignored.
        color_id: any string.

    Returns:
        The id of the category; false if there is no such project or the name is refused.
    """
    projects = context.stores.projects
    stored, new_id = gather(partial(projects.get, project_id), partial(projects.next_id, "category"))
    categories = stored.project.categories
    _check(name, categories)
    category = Category(id=new_id, name=name, project_id=project_id, color_id=color_id)
    return commit_project(
        context, stored, category.id, largest_parameter="color_id", categories=(*categories, category)
    )


@procedure("updateCategory", MANAGEMENT)
def update_category(context: Context, id: CategoryId, name: Text, color_id: Text | None = None) -> bool:
    """Change a category.

    Args:
        id: the category.
        name: see createCategory.
        color_id: unchanged if not given.

    Returns:
        True; false if there is no such category or the name is refused.
    """
    stored, category = _find(context, id)
    _check(name, without(stored.project.categories, id))
    color_id = category.color_id if color_id is None else color_id
    changed = msgspec.structs.replace(category, name=name, color_id=color_id)
    categories = replaced(stored.project.categories, changed)
    return commit_project(context, stored, True, largest_parameter="color_id", categories=categories)


@procedure("removeCategory", MANAGEMENT)
def remove_category(context: Context, category_id: CategoryId) -> bool:
    """Remove a category; its tasks have no category then.

    Args:
        category_id: the category.

    Returns:
        True; false if there is no such category.
    """
    stored, _ = _find(context, category_id)
    return commit_project(context, stored, True, categories=without(stored.project.categories, category_id))


def _check(name: str, others: Iterable[Category]) -> None:
    checked_unique((casefold(each.name) for each in others), casefold(checked_name(name)), "name")


def _find(context: Context, category_id: int) -> tuple[StoredProject, Category]:
    """Read a category and its project (2 round trips); NotFound."""
    stored = context.stores.projects.of_category(category_id)
    return stored, stored.project.category(category_id)
