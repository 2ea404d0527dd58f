"""Reads Kanboard's database: SQLite, PostgreSQL or MySQL (MariaDB), in one transaction, page by page by the keys."""

from __future__ import annotations

import copy
import gzip
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy
from pydantic import ValidationError
from sqlalchemy import column, func, select, text, tuple_
from sqlalchemy import table as named_table

from importer.errors import ImporterError
from importer.models import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine, Select, TableClause

    from importer.report import Report

    Statement = Select[*tuple[Any, ...]]

VERSIONS = {"sqlite": range(127, 129), "mysql": range(138, 140), "postgresql": range(116, 118)}
"""The supported versions of Kanboard's schema: those of the releases from November 2023 on (1.2.33)."""

PAGE = 500
"""Rows that are read at a time."""

GZIP = b"\x1f\x8b"
"""The first bytes of a compressed file."""

R = TypeVar("R", bound=Row)


class Source:
    """Reads tables, each row by its model; invalid rows are reported and skipped. Only one page of rows is in memory.

    Args:
        connection: in a transaction.
        report: of invalid rows.
    """

    def __init__(self, connection: Connection, report: Report) -> None:
        self._connection = connection
        self.report = report
        inspector = sqlalchemy.inspect(connection)
        self.columns = {name: {each["name"] for each in inspector.get_columns(name)} for name in _tables(inspector)}

    @property
    def dialect(self) -> str:
        """`sqlite`, `postgresql` or `mysql`."""
        name = self._connection.dialect.name
        return "mysql" if name == "mariadb" else name

    def check_version(self) -> int:
        """Return the number of the schema.

        Raises:
            ImporterError: it is not supported, or this is not a database of Kanboard.
        """
        if not {"tasks", "project_has_users"} <= self.columns.keys():
            raise ImporterError("this is not a database of Kanboard: it has no table tasks, or no project_has_users")
        statement = "PRAGMA user_version" if self.dialect == "sqlite" else "SELECT version FROM schema_version"
        version = self._scalar(text(statement))
        known = VERSIONS[self.dialect]
        if version not in known:
            older = "older" if version < known.start else "newer"
            raise ImporterError(
                f"the schema of this database has version {version}, which is {older} than the supported ones "
                f"({known.start} to {known.stop - 1}). Bring that Kanboard to a release of the last three years first"
            )
        return version

    # --- rows ---------------------------------------------------------------------------------------------------

    def rows(self, model: type[R]) -> Iterator[R]:
        """Yield all rows of a table by its key."""
        return (row for page, _ in self.pages(model) for row in page)

    def pages(self, model: type[R]) -> Iterator[tuple[list[R], tuple[Any, ...]]]:
        """Yield all rows of a table by its key, page by page, and the key of the last; invalid rows are skipped."""
        for found in self._raw_pages(model.table, model.key, self._names(model)):
            yield self._accepted(model, found), tuple(found[-1][part] for part in model.key)

    def reporting_to(self, report: Report) -> Source:
        """Return the same source with another report."""
        other = copy.copy(self)
        other.report = report
        return other

    def between(self, model: type[R], name: str, low: int, high: int | None) -> list[R]:
        """Return the rows whose column is greater than `low` and at most `high` (None: without end), by it."""
        at: ColumnElement[int] = column(name)
        within = at > low if high is None else sqlalchemy.and_(at > low, at <= high)
        return self.where(model, within, name)

    def among(self, model: type[R], name: str, values: Sequence[Any]) -> list[R]:
        """Return the rows whose column has one of some values (a few hundred at most), by it."""
        return self.where(model, column(name).in_([*values]), name) if values else []

    def where(self, model: type[R], condition: ColumnElement[bool], order: str) -> list[R]:
        """Return the rows of a condition, by a column and their key."""
        names = self._names(model)
        if not names:
            return []
        by = [order, *(each for each in model.key if each != order)]
        statement: Statement = select(*map(column, names)).select_from(named_table(model.table)).where(condition)
        return self._accepted(model, self.mappings(statement.order_by(*map(column, by))))

    def mappings(self, statement: Statement) -> list[dict[str, Any]]:
        """Return the rows of a statement."""
        return [dict(each) for each in self._connection.execute(statement).mappings()]

    def stream(self, statement: Statement) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a statement."""
        return (tuple(each) for each in self._connection.execute(statement))

    def table(self, model: type[Row]) -> TableClause:
        """Return a table with the columns of its model, for statements."""
        return named_table(model.table, *map(column, self._names(model)))

    def keys(self, name: str, key: tuple[str, ...]) -> Iterator[str]:
        """Yield the keys of the rows of any table, in the form for reports."""
        there = tuple(part for part in key if part in self.columns.get(name, ()))
        for found in self._raw_pages(name, there, [*there]):
            yield from (_key_text(each, there) for each in found)

    def size(self, name: str) -> int:
        """Count the rows of any table."""
        return self._scalar(select(func.count()).select_from(named_table(name))) if name in self.columns else 0

    def last_id(self, model: type[Row]) -> int:
        """Return the greatest id of the table or, if the database stores it, the greatest that was ever used."""
        if "id" not in self._names(model):
            return 0
        greatest = self._scalar(select(func.max(column("id"))).select_from(named_table(model.table)))
        return max(greatest, self._sequence(model.table))

    def greatest(self, model: type[Row], name: str) -> int:
        """Return the greatest value of a column; 0 if there is none."""
        return self._scalar(select(func.max(column(name))).select_from(named_table(model.table)))

    def _sequence(self, name: str) -> int:
        if self.dialect == "sqlite":
            if "sqlite_sequence" not in self.columns:
                return 0
            return self._scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name").bindparams(name=name))
        if self.dialect == "mysql":
            given = "SELECT auto_increment FROM information_schema.tables WHERE table_schema = database()"
            return self._scalar(text(f"{given} AND table_name = :name").bindparams(name=name)) - 1
        named = text("SELECT pg_get_serial_sequence(:name, 'id')").bindparams(name=f'"{name}"')
        sequence = self._connection.execute(named).scalar()
        last = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"  # noqa: S608 - the database's own name
        return self._scalar(text(last)) if sequence else 0

    def _scalar(self, statement: Any) -> int:
        return int(self._connection.execute(statement).scalar() or 0)

    def _raw_pages(self, name: str, key: tuple[str, ...], names: list[str]) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a table by a key, page by page; none if it has none of the named columns."""
        if not names:
            return
        by: list[ColumnElement[Any]] = [*map(column, key)]
        statement: Statement = select(*map(column, names)).select_from(named_table(name)).order_by(*by).limit(PAGE)
        page = statement
        while found := self.mappings(page):
            yield found
            if len(found) < PAGE:
                return
            last = (sqlalchemy.literal(found[-1][part]) for part in key)
            page = statement.where(tuple_(*by) > tuple_(*last))

    def _names(self, model: type[Row]) -> list[str]:
        """Return the columns of a model that this version has, also those that Lambdaboard does not have."""
        there = self.columns.get(model.table, set())
        return [name for name in (*model.model_fields, *model.alien) if name in there]

    def _accepted(self, model: type[R], found: Iterable[dict[str, Any]]) -> list[R]:
        """Return the rows that are valid for their model."""
        return [*filter(None, (self._parsed(model, each) for each in found))]

    def _parsed(self, model: type[R], found: dict[str, Any]) -> R | None:
        try:
            row = model.model_validate(found)
        except ValidationError as error:
            self._tell_of_faults(model, found, error)
            return None
        for name in model.alien:
            if found.get(name):
                self.report.changed(model.table, row_name(model, found), name, "has no place here")
        return row

    def _tell_of_faults(self, model: type[Row], found: dict[str, Any], error: ValidationError) -> None:
        for fault in error.errors(include_input=False, include_url=False, include_context=False):
            name = str(fault["loc"][0]) if fault["loc"] else ""
            self.report.left_out(model.table, row_name(model, found), fault["msg"], name)


def row_name(model: type[Row], found: Any) -> str:
    """Return the key of a row in the form for reports."""
    values = found if isinstance(found, dict) else found.model_dump()
    return _key_text(values, model.key)


def _key_text(values: dict[str, Any], key: tuple[str, ...]) -> str:
    return "/".join(str(values.get(part)) for part in key)


def _tables(inspector: Any) -> list[str]:
    own = ["sqlite_sequence"] if inspector.dialect.name == "sqlite" and inspector.has_table("sqlite_sequence") else []
    return [*inspector.get_table_names(), *own]


# --- connecting ---------------------------------------------------------------------------------------------------


@contextmanager
def opened(address: str, report: Report) -> Iterator[Source]:
    """Open a database for reading, in its present state.

    Args:
        address: a file of SQLite, or `postgresql://user:password@host/name`, or `mysql://…`.
        report: of invalid rows.

    Raises:
        ImporterError: it cannot be opened; without the password.
    """
    with _unpacked(address) as there, _connected(_engine(there)) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # else each statement would see another state of the database
        yield Source(connection, report)


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    except sqlalchemy.exc.DBAPIError as error:
        raise ImporterError(f"the database cannot be read: {error.orig}") from None
    finally:
        engine.dispose()


def _engine(address: str) -> Engine:
    kind, separator, rest = address.partition("://")
    if not separator:
        return _sqlite(Path(address))
    drivers = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "mysql": "mysql+pymysql"}
    drivers["mariadb"] = drivers["mysql"]
    if kind not in drivers:
        raise ImporterError(f"--from must be a SQLite file, postgresql:// or mysql://, not {kind}://")
    try:
        return sqlalchemy.create_engine(f"{drivers[kind]}://{rest}", isolation_level="REPEATABLE READ")
    except sqlalchemy.exc.ArgumentError:
        raise ImporterError("--from is not the URL of a database") from None


@contextmanager
def _unpacked(address: str) -> Iterator[str]:
    """Yield the address of a database; a compressed one, as downloaded from Kanboard, is unpacked to another file."""
    file = Path(address)
    if "://" in address or not file.is_file() or not _is_compressed(file):
        yield address
        return
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as unpacked, gzip.open(file) as packed:
        shutil.copyfileobj(packed, unpacked)
        unpacked.flush()
        yield unpacked.name


def _is_compressed(file: Path) -> bool:
    with file.open("rb") as begin:
        return begin.read(len(GZIP)) == GZIP


def _sqlite(file: Path) -> Engine:
    if not file.is_file():
        raise ImporterError(f"there is no file {file}")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        # text that is not UTF-8 becomes a value that the models reject, with table, row and column
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        return connection

    return sqlalchemy.create_engine("sqlite://", creator=connect)
