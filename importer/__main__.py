"""`make import`: moves a Kanboard into an empty Lambdaboard, or compares the two (docs/moving.md)."""

from __future__ import annotations

import argparse
import hashlib
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from importer import models, target
from importer.api import Api
from importer.contents import Folder
from importer.errors import ImporterError
from importer.job import Job
from importer.move import move
from importer.report import Report
from importer.source import Source, opened
from importer.verify import Verification
from importer.writer import DryWriter, TableWriter, dollars
from lambdaboard.store.imports import ImportProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from importer.writer import Writer
    from lambdaboard.store.stores import Stores

DIFFERENT, FAILED = 1, 2
"""Exit statuses: `--verify` found differences; the run could not be done."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with these arguments; return the exit status."""
    options = parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        with Report(options.report) as report, opened(options.source, report) as source:
            source.check_version()
            with bar(source, console) as advance:
                status = run(options, source, advance)
            tell(report, console)
            return status
    except ImporterError as error:
        console.print(f"make import: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return FAILED


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    made = argparse.ArgumentParser(prog="make import", description=__doc__)
    made.add_argument(
        "--from", dest="source", required=True, help="db.sqlite, postgresql://user:password@host/name, or mysql://…"
    )
    made.add_argument("--files", type=Path, help="Kanboard's folder data/files")
    made.add_argument("--to", required=True, help="the name of a stack, or `local` for the data of `make run`")
    what = made.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="read, check, report the cost; write nothing")
    what.add_argument("--resume", action="store_true", help="continue an import that was interrupted")
    what.add_argument("--verify", action="store_true", help="compare every field; write nothing")
    made.add_argument("--report", type=Path, help="a file for the whole report, as JSON")
    return made


def run(options: argparse.Namespace, source: Source, advance: Callable[[str, int], None]) -> int:
    """Do a dry run, move or compare; return the exit status."""
    folder = Folder(options.files)
    if options.dry_run:
        with target.nowhere() as stores:
            carry_over(Job(source, folder, stores, DryWriter(), advance), ImportProgress(source=""))
        return 0
    with target.connected(options.to) as stores:
        if options.verify:
            found = Verification(source, folder, Api(stores), stores, advance).run()
            return DIFFERENT if found else 0
        progress = beginning(stores, fingerprint(source), is_resumed=options.resume)
        carry_over(Job(source, folder, stores, TableWriter(stores), advance), progress)
    return 0


def carry_over(job: Job, progress: ImportProgress) -> None:
    """Move, and print the time and cost."""
    move(job, progress)
    writer: Writer = job.writer
    job.report.sums |= {
        "write_units": round(writer.units),
        "uploads": writer.uploads,
        "dollars": round(dollars(writer), 2),
    }


def beginning(stores: Stores, source: str, *, is_resumed: bool) -> ImportProgress:
    """Return the progress of an import that may begin or continue.

    Raises:
        ImporterError: the stack has other data, or the database is another one.
    """
    begun = stores.imports.get()
    if begun is None:
        _check_new(stores, is_resumed=is_resumed)
        return ImportProgress(source=source)
    _check_begun(begun, source, is_resumed=is_resumed)
    return begun


def _check_new(stores: Stores, *, is_resumed: bool) -> None:
    if is_resumed:
        raise ImporterError("there is no import here to resume")
    if not is_empty(stores):
        raise ImporterError("this stack has projects, users or link types: an import needs an empty one")


def _check_begun(begun: ImportProgress, source: str, *, is_resumed: bool) -> None:
    if begun.is_done:
        raise ImporterError("there is an import here already: --verify compares it, a new one needs an empty stack")
    if begun.source != source:
        raise ImporterError(
            "an import of another database, or of another state of it, was started here: a new one needs an empty stack"
        )
    if not is_resumed:
        raise ImporterError("an import was interrupted here: --resume continues it")


def is_empty(stores: Stores) -> bool:
    """Return whether there is no project and no user, and so no task, and the types of links are the built-in ones."""
    has_types = stores.link_types.get().version is not None
    return not has_types and not stores.projects.ids() and next(stores.users.all(), None) is None


def fingerprint(source: Source) -> str:
    """Return a fingerprint of the state of a database: the number of rows and the last id of each table."""
    state = [(model.table, source.size(model.table), source.last_id(model)) for model in models.CARRIED]
    return hashlib.sha256(repr(state).encode()).hexdigest()


@contextmanager
def bar(source: Source, console: Console) -> Iterator[Callable[[str, int], None]]:
    """Show a progress bar of the rows of all tables; yield the function that advances it."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("rows", total=sum(source.size(model.table) for model in models.CARRIED))
        yield lambda table, rows: progress.update(task, description=table, advance=rows)


def tell(report: Report, console: Console) -> None:
    """Print the report: the numbers, and the first notes of each kind."""
    for kind, notes in report.shown.items():
        console.print(f"{kind}: {report.kinds[kind]}", style="bold", highlight=False, soft_wrap=True)
        for note in notes:
            console.print(f"  {note}", markup=False, highlight=False, soft_wrap=True)
        if report.kinds[kind] > len(notes):
            console.print("  … --report FILE has all of them", highlight=False, soft_wrap=True)
    for name, number in {**report.counts, **report.sums, "differences": report.kinds["difference"]}.items():
        console.print(f"{name:28} {number:>12,}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
