"""The SQL shell: history, completion, colours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from newsmill.commands.sql import answer
from newsmill.errors import UserError

if TYPE_CHECKING:
    import duckdb

_WORDS = "SELECT FROM WHERE GROUP BY ORDER LIMIT AS AND OR NOT NULL LIKE ILIKE count sum avg min max distinct unnest describe show tables WITH JOIN ON HAVING DESC ASC BETWEEN IN CASE WHEN THEN ELSE END".split()


def run_shell(connection: duckdb.DuckDBPyConnection) -> None:
    """Ask and answer until Ctrl-D or ``quit``; a statement ends with a semicolon or on one line."""
    names = connection.execute("SELECT DISTINCT table_name, column_name FROM information_schema.columns").fetchall()
    words = sorted({name for row in names for name in row} | set(_WORDS))
    session: PromptSession[str] = PromptSession(
        lexer=PygmentsLexer(SqlLexer), completer=WordCompleter(words, ignore_case=True), history=_history(), complete_while_typing=False
    )
    click.echo("SQL over " + ", ".join(sorted({row[0] for row in names})) + ". Tab completes, Ctrl-D ends.")
    pending = ""
    while True:
        try:
            line = session.prompt("newsmill> " if not pending else "     ...> ")
        except KeyboardInterrupt:
            pending = ""
            continue
        except EOFError:
            return
        if not pending and line.strip().rstrip(";").lower() in {"quit", "exit", "\\q", ".quit", ".exit"}:
            return
        pending = f"{pending}\n{line}".strip()
        if not pending.endswith(";"):
            continue
        query, pending = pending, ""
        try:
            answer(connection, query, "table")
        except UserError as error:
            click.echo(str(error), err=True)


def _history() -> History:
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "newsmill"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sql_history").touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(folder / "sql_history"))
