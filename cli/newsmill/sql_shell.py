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


def run_shell(connection: duckdb.DuckDBPyConnection, form: str = "table") -> None:
    """Ask and answer until Ctrl-D or ``quit``; a semicolon ends a statement."""
    names = connection.execute(
        "SELECT DISTINCT table_name, column_name FROM information_schema.columns"
    ).fetchall()
    keywords = connection.execute("SELECT upper(keyword_name) FROM duckdb_keywords()").fetchall()
    words = sorted({word for row in names + keywords for word in row})
    session: PromptSession[str] = PromptSession(
        lexer=PygmentsLexer(SqlLexer),
        completer=WordCompleter(words, ignore_case=True),
        history=_history(),
        complete_while_typing=False,
    )
    click.echo(
        "SQL over "
        + ", ".join(sorted({row[0] for row in names}))
        + ". A semicolon ends a statement, Tab completes, Ctrl-D ends."
    )
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
            answer(connection, query, form)
        except UserError as error:
            click.echo(str(error), err=True)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)


def _history() -> History:
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "newsmill"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sql_history").touch()
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(folder / "sql_history"))
