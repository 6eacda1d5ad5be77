"""The SQL shell: history, completion, colours."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from newsmill.errors import UserError
from newsmill.terminal import printable

if TYPE_CHECKING:
    import duckdb


def run_shell(connection: duckdb.DuckDBPyConnection, answer: Callable[[str], None]) -> None:
    """Ask and answer until Ctrl-D or ``quit``; a semicolon ends a statement.

    Args:
        connection: Knows the views and their columns.
        answer: Runs a statement and prints its result; raises :class:`UserError`.
    """
    session: PromptSession[str] = PromptSession(
        lexer=PygmentsLexer(SqlLexer),
        completer=completer(connection),
        history=_history(),
        complete_while_typing=False,
    )
    views = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND NOT temporary ORDER BY ALL"
    ).fetchall()
    click.echo(f"SQL over {', '.join(name for (name,) in views)}.")
    click.echo("A semicolon ends a statement, Tab completes, Ctrl-D ends.")
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
            answer(query)
        except UserError as error:
            click.echo(printable(str(error)), err=True)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)


def completer(connection: duckdb.DuckDBPyConnection) -> WordCompleter:
    """Return what completes the names of views and columns, and SQL's keywords."""
    words = connection.execute(
        "SELECT table_name FROM information_schema.columns UNION SELECT column_name FROM information_schema.columns"
        " UNION SELECT upper(keyword_name) FROM duckdb_keywords() ORDER BY ALL"
    ).fetchall()
    return WordCompleter([word for (word,) in words], ignore_case=True)


def _history() -> History:
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "newsmill"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sql_history").touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(folder / "sql_history"))
