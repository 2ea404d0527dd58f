"""Files of projects (context.md 13)."""

from __future__ import annotations

from functools import partial

from lambdaboard.api.access import VIEW, WORK
from lambdaboard.api.context import Context
from lambdaboard.api.parameters import InnerFileId, ProjectId, Sha256
from lambdaboard.api.registry import procedure
from lambdaboard.api.rows.files import (
    DownloadRow,
    ListedProjectFileRow,
    ProjectFileRow,
    UploadRow,
    listed_project_file_row,
    project_file_row,
)
from lambdaboard.jsonrpc import Flag, Integer, Text
from lambdaboard.services import files
from lambdaboard.services.files import Blob, Given, Target
from lambdaboard.store.files import ProjectFile, project_folder


@procedure("createProjectFile", WORK)
def create_project_file(
    context: Context,
    project_id: ProjectId,
    filename: Text | None,
    blob: Blob = None,
    *,
    size: Integer | None = None,
    sha256: Sha256 | None = None,
    file_id: InnerFileId | None = None,
) -> int | UploadRow:
    """Attach a file to a project.

    A file of any size is uploaded in three steps, as by createTaskFile (extensions.md).

    Args:
        project_id: the project, active or not.
        filename: see createTaskFile, for this and the following ones.
        blob: the content in base64, at most 4,400,000 bytes. Required unless `size` and `sha256` are given.
        size: of a content that the client uploads itself, in bytes.
        sha256: its SHA-256 checksum, 64 hexadecimal digits.
        file_id: from the answer to the first call, once the content is uploaded.

    Returns:
        The id of the file (task files have separate ids); false if there is no such project, or no
        content, or if `file_id` is not from such a call of the caller with the same project, filename, size and
        checksum, or is of a removed file. For the first call of an upload: the URL for the content.
        Source: context.md 13, like all of this module; decision 12.
    """
    stores = context.stores
    target = Target(
        name=f"project {project_id}",
        parent_id=project_id,
        folder=project_folder(project_id),
        files=stores.project_files,
        find=partial(stores.projects.get, project_id),
        record=partial(ProjectFile, project_id=project_id),
    )
    return files.create(context, target, Given(filename, blob, size, sha256, file_id))


@procedure("getAllProjectFiles", VIEW)
def get_all_project_files(context: Context, project_id: ProjectId) -> list[ListedProjectFileRow]:
    """Get all files of a project, by name ASCII case ignored, then by id.

    Args:
        project_id: the project, active or not.

    Returns:
        The files; false if there is no such project.
    """
    found = files.listed(context, context.stores.project_files, project_id)
    return [listed_project_file_row(*each) for each in found]


@procedure("getProjectFile", VIEW)
def get_project_file(context: Context, project_id: ProjectId, file_id: InnerFileId) -> ProjectFileRow:
    """Get the properties of a file of a project.

    Args:
        project_id: the project, active or not.
        file_id: the file.

    Returns:
        The file; false if there is no such file in the project.
    """
    return project_file_row(context.stores.project_files.find_of(project_id, file_id).record)


@procedure("downloadProjectFile", VIEW, failure="")
def download_project_file(
    context: Context, project_id: ProjectId, file_id: InnerFileId, *, url: Flag = False
) -> str | DownloadRow:
    """Get the content of a file of a project, or a URL of it.

    Args:
        project_id: the project, active or not.
        file_id: the file.
        url: return a URL; needed for a file of more than 4,400,000 bytes.

    Returns:
        Base64 with padding, in one line; "" if there is no such file in the project. With `url`: the URL of the
        content.
    """
    return files.download(context, context.stores.project_files.find_of(project_id, file_id).record, url=url)


@procedure("removeProjectFile", WORK)
def remove_project_file(context: Context, project_id: ProjectId, file_id: InnerFileId) -> bool:
    """Remove a file of a project.

    Args:
        project_id: the project, active or not.
        file_id: the file.

    Returns:
        True; false if there is no such file in the project.
    """
    store = context.stores.project_files
    return context.commit(True, *store.remove_actions(store.find_of(project_id, file_id)))


@procedure("removeAllProjectFiles", WORK)
def remove_all_project_files(context: Context, project_id: ProjectId) -> bool:
    """Remove all files of a project.

    Args:
        project_id: the project, active or not.

    Returns:
        True, also if there are none; false if there is no such project.
    """
    store = context.stores.project_files
    stored = store.find_parent(project_id)
    return context.commit(True, *(store.remove_all_actions(stored) if stored.counts.nb_files else []))
