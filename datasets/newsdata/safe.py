"""What keeps SQL from a stranger inside: the files as Arrow datasets, and a connection that reaches nothing else.

DuckDB may read the files of an allowed folder, and write there too, so none is allowed. Arrow opens the
files that were found when the connection was made; DuckDB sees columns only, and asks Arrow for those it
needs and for the rows that meet its filters.

One question must not change what the next one sees either. DuckDB's temporary objects go before the dataset's views,
and nothing forbids to make them: so each question has a session of its own, which begins a transaction that may
only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs

from newsdata.files import table_files
from newsdata.schema import Table

PLACE = (pa.field("filename", pa.string()), pa.field("file_row_number", pa.int64()))
_NUMBER = "file_row_number"

# The order matters: the last one forbids all further changes.
_SETTINGS = {
    "python_enable_replacements": "false",  # or a variable of the caller's would be a table
    "temp_directory": "''",  # nothing spills to disk
    "http_proxy": "''",  # taken from the environment, and may hold a password
    "secret_directory": "''",
    "extension_directory": "'/nowhere'",  # or an error would tell whose home this is
    "allow_persistent_secrets": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_extension_repositories": "'forbidden'",
    "enable_external_access": "false",
    "lock_configuration": "true",
}


class PlacedFiles(ds.FileSystemDataset):  # type: ignore[misc]  # pyarrow has no types
    """Parquet files whose rows know their place: the columns ``filename`` and ``file_row_number``.

    DuckDB calls :meth:`scanner` and nothing else. A file's name is a constant of its fragment, so that Arrow
    leaves out files that a filter on it excludes. Rows are counted here, and only when they are asked for.
    """

    @classmethod
    def of(cls, table: Table, folder: Path) -> Self:
        """Return the files of ``table`` below ``folder``; columns of other schema versions are null."""
        files = pyarrow.fs.SubTreeFileSystem(str(folder), pyarrow.fs.LocalFileSystem())
        form = ds.ParquetFileFormat()
        fragments = []
        for path in table_files(folder, table.files):
            name = path.relative_to(folder).as_posix()
            constants = ds.field("filename") == name
            if path.parent.name.startswith("month="):
                constants &= ds.field("month") == path.parent.name.removeprefix("month=")
            fragments.append(form.make_fragment(name, files, partition_expression=constants))
        schema = pa.schema([*table.schema, *PLACE])
        return cls(fragments, schema, form, files)

    def scanner(
        self,
        columns: list[str] | None = None,
        filter: ds.Expression | None = None,  # noqa: A002 - Arrow's name for it, by which DuckDB passes it
        **options: object,
    ) -> ds.Scanner:
        """Return a scanner over the rows that meet ``filter``."""
        names = self.schema.names if columns is None else columns
        if _NUMBER not in names and _NUMBER not in str(filter):
            return super().scanner(columns=names, filter=filter, **options)
        schema = pa.schema([self.schema.field(name) for name in names])
        return ds.Scanner.from_batches(self._numbered(names, filter), schema=schema)

    def _numbered(self, names: list[str], condition: ds.Expression | None) -> Iterator[pa.RecordBatch]:
        # A name that only looks like one of the condition's costs a column read for nothing, no more.
        said = str(condition)
        needed = [name for name in self.schema.names if name != _NUMBER and (name in names or name in said)]
        prunable = condition is not None and _NUMBER not in said
        groups, first_rows = [], {}
        for fragment in self.get_fragments(condition if prunable else None):
            row = 0
            kept = {
                group.id
                for group in (fragment.subset(condition, self.schema) if prunable else fragment).row_groups
            }
            for group in fragment.row_groups:
                if group.id in kept:
                    groups.append(fragment.subset(row_group_ids=[group.id]))
                    first_rows[fragment.path, group.id] = row
                row += group.num_rows
        files = ds.FileSystemDataset(groups, self.schema, self.format, self.filesystem)
        for tagged in files.scanner(columns=needed).scan_batches():
            place = tagged.fragment.path, tagged.fragment.row_groups[0].id
            batch, row = tagged.record_batch, first_rows[place]
            first_rows[place] = row + batch.num_rows
            numbers = pa.array(range(row, row + batch.num_rows), pa.int64())
            rows = pa.table([*batch.columns, numbers], [*needed, _NUMBER])
            if condition is not None:
                rows = rows.filter(condition)
            yield from rows.select(names).to_batches()


_QUESTIONS = ("SELECT", "EXPLAIN", "MULTI")  # the last is PIVOT


class SafeConnection:
    """A connection for SQL from a model or a stranger; made by :func:`newsdata.connect`.

    Each call takes one question: SELECT, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW, PIVOT or EXPLAIN.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: Mapping[str, ds.Dataset]) -> None:
        """Cut a connection off from files, network, extensions and variables, for good.

        Args:
            connection: Knows the views.
            files: What the views read, by name.
        """
        for setting, value in _SETTINGS.items():
            connection.execute(f"SET GLOBAL {setting} = {value}")
        self._connection, self._files = connection, files

    def execute(self, query: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        """Run one question; the result has DuckDB's ``fetchall`` and all its other ways to be read.

        Raises:
            duckdb.Error: The SQL is wrong, or asks for what is not allowed.
        """
        return self._session(query).execute(query, parameters)

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """Return one question's relation, which runs when it is read.

        Raises:
            duckdb.Error: The SQL is wrong, or asks for what is not allowed.
        """
        return self._session(query).sql(query)

    def close(self) -> None:
        """Let go of the dataset."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _session(self, query: str) -> duckdb.DuckDBPyConnection:
        """A new session for a question, which ends with its answer."""
        statements = self._connection.extract_statements(query)
        if len(statements) != 1:
            raise duckdb.PermissionException(f"{len(statements)} statements; ask one question at a time")
        kind = _kind(statements[0])
        if kind not in _QUESTIONS:
            raise duckdb.PermissionException(
                f"only questions are allowed, no {kind}; begin with SELECT or FROM"
            )
        session = self._connection.cursor()
        for name, files in self._files.items():
            session.register(name, files)
        return session.execute("BEGIN TRANSACTION READ ONLY")


def _kind(statement: duckdb.Statement) -> str:
    try:
        return statement.type.name
    except ValueError:  # there are kinds that DuckDB's Python has no name for, such as UPDATE EXTENSIONS
        return "other kind of statement"
