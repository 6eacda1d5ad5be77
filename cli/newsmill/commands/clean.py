"""``newsmill clean``: pages or text that are already here, without a crawl."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from newsclean import Article, NoArticle, clean_text
from newsclean import clean as clean_page
from newsmill.errors import UserError, WrongUsageError
from newsmill.terminal import json_text, print_text, say

HTML_ENDINGS = frozenset({".html", ".htm", ".xhtml"})
TEXT_ENDINGS = frozenset({".txt", ".text"})
WARC_ENDINGS = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class Input:
    """One page or text to clean.

    Attributes:
        name: What to call it in messages: a file, or a record's address.
        url: Its address, if known.
        content: Its bytes.
        is_text: Text without markup.
        content_type: From the WARC record; else empty.
        fetched_at: From the WARC record; else the file's time; None for standard input.
        http_status: From the WARC record; else None.
    """

    name: str
    url: str
    content: bytes
    is_text: bool = False
    content_type: str = ""
    fetched_at: datetime | None = None
    http_status: int | None = None


@click.command()
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
@click.option("--url", default="", help="Address of the page: images and ids come out right with it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print articles.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=None,
    help="Store into this dataset instead of printing.",
)
def clean(paths: tuple[str, ...], url: str, form: str, data: Path | None) -> None:
    """Clean HTML files, folders of them, .warc.gz files or text; `-` is standard input.

    Prints the articles, or stores them with --data. A page that holds no article is named on standard error with the
    reason; the exit code is 1 if no article was found at all.
    """
    if url and len(paths) > 1:
        raise WrongUsageError("--url names one page, but several paths are given: clean them one by one")
    inputs = _inputs(paths, url)
    found = _store(inputs, data) if data is not None else _print(inputs, form)
    if not found:
        raise UserError("no article found; `newsmill clean --help` says what can be cleaned")


def _inputs(paths: tuple[str, ...], url: str) -> Iterator[Input]:
    for name in paths:
        if name == "-":
            content = sys.stdin.buffer.read()
            yield Input("standard input", url, content, is_text=is_text(content))
            continue
        path = Path(name)
        if not path.exists():
            raise UserError(f"{name}: no such file or folder; give HTML, text or .warc.gz files, or `-`")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_dir() or (path.is_dir() and not _known(file)):
                continue
            yield from _read(file, url)


def _known(file: Path) -> bool:
    return file.suffix.lower() in HTML_ENDINGS | TEXT_ENDINGS or file.name.lower().endswith(WARC_ENDINGS)


def _read(file: Path, url: str) -> Iterator[Input]:
    if file.name.lower().endswith(WARC_ENDINGS):
        yield from _read_warc(file)
        return
    try:
        content = file.read_bytes()
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror}); check its permissions") from error
    yield Input(str(file), url, content, is_text=is_text(content, file), fetched_at=changed)


def is_text(content: bytes, file: Path | None = None) -> bool:
    """Whether content is text without markup: by its file's name, else by its beginning."""
    ending = file.suffix.lower() if file else ""
    return ending in TEXT_ENDINGS or (ending not in HTML_ENDINGS and b"<" not in content[:4096])


def _read_warc(file: Path) -> Iterator[Input]:
    """HTML responses of a WARC file (ISO 28500)."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType  # noqa: PLC0415 - only for WARC files

    count = 0
    try:
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
                count += 1
                headers = record.http_headers
                content_type = (headers.get("Content-Type") if headers is not None else "") or ""
                if "html" not in content_type.lower():
                    continue
                address = record.headers.get("WARC-Target-URI") or ""
                yield Input(
                    address or f"{file}, record {count}", address, record.reader.read(), content_type=content_type,
                    fetched_at=record.record_date, http_status=headers.status_code if headers is not None else None,
                )  # fmt: skip
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror or error}); is it a WARC file?") from error
    if not count:
        say(f"{file}: no response records; is it a WARC file?")


def _clean(item: Input) -> Article | NoArticle:
    try:
        if item.is_text:
            return clean_text(item.content.decode("utf-8", "replace"), item.url)
        return clean_page(item.content, item.url, content_type=item.content_type, fetched=item.fetched_at)
    except NoArticle as finding:
        say(f"{item.name}: no article: {finding}")
        return finding


def _print(inputs: Iterator[Input], form: str) -> int:
    found = 0
    for item in inputs:
        article = _clean(item)
        if isinstance(article, NoArticle):
            continue
        if found and form != "json":
            click.echo()
        found += 1
        print_text({"text": as_text, "json": as_json, "markdown": _markdown}[form](article))
    return found


def as_text(article: Article) -> str:
    """Title, byline and body, as a person reads them."""
    head = [
        article.title,
        " · ".join(
            filter(
                None, [", ".join(article.authors), article.published.isoformat() if article.published else ""]
            )
        ),
    ]
    return "\n\n".join([*filter(None, head), article.text])


def as_json(article: Article) -> str:
    """One line of JSON with every field of the article; times in ISO 8601."""
    from dataclasses import asdict  # noqa: PLC0415 - only for JSON

    record = asdict(article)
    for name in ("published", "modified"):
        record[name] = record[name].isoformat() if record[name] else None
    return json_text(record)


def _markdown(article: Article) -> str:
    from newsdata.markdown import as_markdown  # noqa: PLC0415 - the dataset's package only where it is needed

    return as_markdown(article.title, article.authors, article.published, article.block_kinds, article.blocks)


def _store(inputs: Iterator[Input], data: Path) -> int:
    """Write articles, raw pages and outcomes into a dataset."""
    from newsmill.storing import store_inputs  # noqa: PLC0415 - pyarrow only where it is needed

    return store_inputs(inputs, data, _clean)
