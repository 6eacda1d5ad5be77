"""SQL over a dataset: an in-memory DuckDB whose views read the Parquet files.

The views are the ``.sql`` files in ``newsdata/sql``, plain SQL over three relations that this module makes: ``storage.articles``,
``storage.pages`` and ``storage.outcomes``, every row of every file with the columns of :mod:`newsdata.schema`.
"""

from __future__ import annotations

import os
import re
from importlib import resources
from pathlib import Path

import duckdb

from newsdata.errors import DataFolderError, NoDatasetError, QueryError
from newsdata.schema import TABLES, Table

# In the order of creation: a view stands after those it reads.
VIEWS = ("article_versions", "articles", "pages", "outcomes", "removed", "images", "sites", "duplicates", "coverage")


def connect(data: str | os.PathLike[str]) -> duckdb.DuckDBPyConnection:
    """Open a connection with the views over the dataset; times are shown in UTC.

    Args:
        data: The dataset's folder.

    Raises:
        NoDatasetError: The folder does not exist or holds no dataset.
        DataFolderError: A file cannot be read.
    """
    folder = Path(data)
    if not any((folder / table.name).is_dir() for table in TABLES):
        raise NoDatasetError(f"{folder} holds no dataset; crawl into it with: newsmill crawl SITE --data {folder}")
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("CREATE SCHEMA storage")
    try:
        for table in TABLES:
            _create_storage(connection, folder, table)
        for view in VIEWS:
            query = resources.files("newsdata").joinpath("sql", f"{view}.sql").read_text(encoding="utf-8")
            connection.execute(f"CREATE VIEW {view} AS {query}")
    except duckdb.IOException as error:
        connection.close()
        raise DataFolderError(f"{_first_line(error)}; is the file damaged? `newsmill verify` will say, once it is there") from error
    return connection


def _create_storage(connection: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> None:
    """All rows of a table's files; columns that older files lack are null, and no file at all is no row."""
    connection.register("columns_of_schema", table.schema.empty_table())
    connection.execute(f"CREATE TABLE storage.{table.name}_columns AS SELECT * FROM columns_of_schema")
    connection.unregister("columns_of_schema")
    source = f"SELECT * FROM storage.{table.name}_columns"
    if next((folder / table.name).rglob("*.parquet"), None) is not None:
        glob = str(folder / table.name / "**" / "*.parquet").replace("'", "''")
        # `month` stands inside the files; the folder's name need not be read again
        source += f" UNION ALL BY NAME SELECT * FROM read_parquet('{glob}', union_by_name = true, hive_partitioning = false)"
    connection.execute(f"CREATE VIEW storage.{table.name} AS {source}")


def sql_error(error: duckdb.Error) -> QueryError:
    """What DuckDB says of a query, in one line, with the place."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    place = next((line.strip() for line in lines if re.match(r"LINE \d+:", line)), "")
    hint = next((line.strip() for line in lines[1:] if line.startswith(("Did you mean", "Candidate"))), "")
    return QueryError("; ".join(filter(None, [_first_line(error), hint, place])))


def _first_line(error: duckdb.Error) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
