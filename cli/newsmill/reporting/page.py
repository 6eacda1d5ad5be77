"""Pages of one file for a browser: no script, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
import tempfile
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from newsmill import __version__
from newsmill.errors import UserError
from newsmill.reporting.sections import SECTIONS, overview
from newsmill.terminal import printable

if TYPE_CHECKING:
    import duckdb

    from newsclean.clean import Examination


def render(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the report as HTML.

    Args:
        connection: Of :func:`newsdata.connect`.
        name: What to call the dataset.
    """
    sections = [section for ask in SECTIONS if (section := ask(connection))]
    return _render("report.html", name=name, overview=overview(connection), sections=sections)


def render_examination(examination: Examination, name: str) -> str:
    """Return what became of a page's blocks as HTML.

    Args:
        examination: What :func:`newsclean.clean.examine` told.
        name: What to call the page.
    """
    return _render("inspect.html", name=name, article=examination.article, verdicts=examination.verdicts)


def write_page(page: str, file: Path) -> None:
    """Write a page whole or not at all: whoever has it open never loads half of it.

    Raises:
        UserError: It cannot be written there.
    """
    aside: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=file.parent, prefix=f".{file.name}-", suffix=".part", encoding="utf-8", delete=False
        ) as stream:
            aside = Path(stream.name)
            stream.write(page)
        aside.chmod(0o644)
        aside.replace(file)
    except OSError as error:
        if aside is not None:
            aside.unlink(missing_ok=True)
        raise UserError(f"cannot write {file}: {error.strerror}; choose another place with --html") from error


def style_hash(style: str) -> str:
    """Return what the content security policy calls a style element by (CSP Level 3, section 8.3)."""
    return base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")


def _render(template: str, **values: object) -> str:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FunctionLoader(_read),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    style = _read("page.css")
    return environment.get_template(template).render(
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=style_hash(style),
        made=datetime.now(UTC),
        version=__version__,
        **values,
    )


def _read(name: str) -> str:
    return resources.files("newsmill.reporting").joinpath(name).read_text("utf-8")
