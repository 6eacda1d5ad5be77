"""The report's page: one file, no script, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from newsmill import __version__
from newsmill.reporting.sections import SECTIONS, overview
from newsmill.terminal import printable

if TYPE_CHECKING:
    import duckdb


def render(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the report as HTML.

    Args:
        connection: Of :func:`newsdata.connect`.
        name: What to call the dataset.
    """
    style = _read("report.css")
    return _template().render(
        name=name,
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=style_hash(style),
        made=datetime.now(UTC),
        version=__version__,
        overview=overview(connection),
        sections=[section for ask in SECTIONS if (section := ask(connection))],
    )


def style_hash(style: str) -> str:
    """Return what the content security policy calls a style element by (CSP Level 3, section 8.3)."""
    return base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    return environment.from_string(_read("report.html"))


def _read(name: str) -> str:
    return resources.files("newsmill.reporting").joinpath(name).read_text("utf-8")
