"""Rows of files, and of the URLs with which a client transfers one itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdaboard.api.rows import Row
from lambdaboard.domain.user import MISSING_USER

if TYPE_CHECKING:
    from lambdaboard.domain.user import User
    from lambdaboard.store.files import File, ProjectFile


class FileProperties(Row):
    """The common properties of all rows of files.

    Attributes:
        id: of the file; files of tasks and those of projects have separate ids.
        name: as given, cut to 255 bytes.
        path: of its content, `<folder>/<40 hex digits>`; of a task's file each format has a folder of its own.
        is_image: 1 for png, jpg, jpeg and gif, by the end of the name; else 0.
        date: of the upload, or of the copy, Unix seconds.
        user_id: the user who uploaded it; 0 for the application.
        size: bytes.
        etag: the MD5 of the path, in hexadecimal digits.
    """

    id: int
    name: str
    path: str
    is_image: int
    date: int
    user_id: int
    size: int
    etag: str  # the wire format adds it, since it has its own path


class TaskFileRow(FileProperties):
    """A file of a task.

    Attributes:
        task_id: its task.
    """

    task_id: int


class ListedTaskFileRow(TaskFileRow):
    """A file of a task in the list of getAllTaskFiles.

    Attributes:
        username: of the user who uploaded it; null for the application, and for a user who was removed.
        user_name: their full name, "" if they have none; null as `username`.
    """

    username: str | None
    user_name: str | None


class ProjectFileRow(FileProperties):
    """A file of a project.

    Attributes:
        project_id: its project.
    """

    project_id: int


class ListedProjectFileRow(ProjectFileRow):
    """A file of a project in the list of getAllProjectFiles.

    Attributes:
        username: of the user who uploaded it; null for the application, and for a user who was removed.
        user_name: their full name, "" if they have none; null as `username`.
    """

    username: str | None
    user_name: str | None


TASK_FILE = ("id", "name", "path", "is_image", "task_id", "date", "user_id", "size")
PROJECT_FILE = ("id", "project_id", "name", "path", "is_image", "size", "user_id", "date")
LISTED_PROJECT_FILE = ("id", "name", "path", "is_image", "project_id", "date", "user_id", "size")


def task_file_row(record: File) -> TaskFileRow:
    """Return a file of a task, in the order of getTaskFile; source: behaviour.md 5.2."""
    return TaskFileRow.of({name: getattr(record, name) for name in TASK_FILE})


def listed_task_file_row(record: File, user: User | None) -> ListedTaskFileRow:
    """Return a file of a task, in the order of getAllTaskFiles; source: behaviour.md 5.2."""
    return ListedTaskFileRow.of({**task_file_row(record), **_uploader(user)})


def project_file_row(record: ProjectFile) -> ProjectFileRow:
    """Return a file of a project, in the order of getProjectFile; source: context.md 13."""
    return ProjectFileRow.of({name: getattr(record, name) for name in PROJECT_FILE})


def listed_project_file_row(record: ProjectFile, user: User | None) -> ListedProjectFileRow:
    """Return a file of a project, in the order of getAllProjectFiles; source: context.md 13."""
    values = {name: getattr(record, name) for name in LISTED_PROJECT_FILE}
    return ListedProjectFileRow.of({**values, **_uploader(user)})


def _uploader(user: User | None) -> dict[str, str | None]:
    shown = user or MISSING_USER
    return {"username": shown.username, "user_name": shown.name}


class UploadTargetRow(Row):
    """The URL for the upload of a file's content.

    Attributes:
        url: a presigned URL.
        method: of the HTTP request: PUT.
        headers: that must be sent, by name.
        expires: the end of the URL's validity, Unix seconds.
    """

    url: str
    method: str
    headers: dict[str, str]
    expires: int


class UploadRow(Row):
    """A file that the client uploads itself.

    Attributes:
        file_id: the future id of the file.
        upload: the URL for its content.
    """

    file_id: int
    upload: UploadTargetRow


class DownloadRow(Row):
    """The URL of a file's content.

    Attributes:
        url: a presigned URL.
        expires: the end of its validity, Unix seconds.
        size: bytes.
        sha256: of the content, in hexadecimal digits; null for a file of an older release without checksums.
    """

    url: str
    expires: int
    size: int
    sha256: str | None
