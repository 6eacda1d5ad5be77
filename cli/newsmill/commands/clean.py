"""``newsmill clean``: pages or text that are already here, without a crawl."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from newsclean import Article, NoArticle
from newsmill.cleaning import Input, Refusal, Result, clean_inputs, cleaning_pool
from newsmill.errors import UserError, WrongUsageError
from newsmill.terminal import json_text, print_text, say

if TYPE_CHECKING:
    from newscrawl.cleaning import CleaningPool

HTML_ENDINGS = frozenset({".html", ".htm", ".xhtml"})
TEXT_ENDINGS = frozenset({".txt", ".text"})
WARC_ENDINGS = (".warc", ".warc.gz")
LARGEST = 10_000_000  # bytes of a page or text, as in a crawl
TOO_LARGE = Refusal("too-large", f"more than {LARGEST // 1_000_000} MB")


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

    Prints the articles, or stores them with --data. Each page is cleaned in a process with a crawl's limits: 10 s, 1 GiB, 10 MB.
    What gave no article is named on standard error with the reason, a line each, and the rest goes on.

    Exit codes: 0 done, also where some pages hold no article; 1 no article was found at all, or something could not be
    read or was too large, or cleaning it took too long or too much memory; 2 wrong usage.
    """
    if url and len(paths) > 1:
        raise WrongUsageError("--url names one page, but several paths are given: clean them one by one")
    for name in paths:
        if name != "-" and not Path(name).exists():
            raise UserError(f"{name}: no such file or folder; give HTML, text or .warc.gz files, or `-`")
    pool = cleaning_pool()
    try:
        count = asyncio.run(_clean_all(_inputs(paths, url), pool, form, data))
    finally:
        pool.close()
    if data is not None:
        click.echo(f"{count.articles} articles in {data}")
    if count.failures:
        raise UserError(f"{count.failures} of {count.inputs} could not be cleaned; they are named above")
    if not count.articles:
        raise UserError("no article found; `newsmill clean --help` says what can be cleaned")


@dataclass(slots=True)
class _Count:
    """What became of the inputs: how many there were, gave an article, could not be cleaned."""

    inputs: int = 0
    articles: int = 0
    failures: int = 0


async def _clean_all(inputs: Iterator[Input], pool: CleaningPool, form: str, data: Path | None) -> _Count:
    count = _Count()
    with _printer(form) if data is None else _store(data) as take:
        async for item, result in clean_inputs(inputs, pool):
            count.inputs += 1
            if isinstance(result, Article):
                count.articles += 1
            elif isinstance(result, NoArticle):
                say(f"{item.name}: no article: {result}")
            else:
                count.failures += 1
                say(f"{item.name}: {result.reason}: {result.detail}")
            take(item, result)
    return count


def _inputs(paths: tuple[str, ...], url: str) -> Iterator[Input]:
    for name in paths:
        if name == "-":
            yield _input("standard input", url, sys.stdin.buffer)
            continue
        path = Path(name)
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_dir() or (path.is_dir() and not _known(file)):
                continue
            try:
                if file.name.lower().endswith(WARC_ENDINGS):
                    yield from _read_warc(file)
                    continue
                with file.open("rb") as stream:
                    yield _input(str(file), url, stream, file)
            except OSError as error:
                yield Input(str(file), "", refusal=Refusal("unreadable", error.strerror or str(error)))


def _known(file: Path) -> bool:
    return file.suffix.lower() in HTML_ENDINGS | TEXT_ENDINGS or file.name.lower().endswith(WARC_ENDINGS)


def _input(name: str, url: str, stream: IO[bytes], file: Path | None = None) -> Input:
    content = stream.read(LARGEST + 1)
    changed = datetime.fromtimestamp(file.stat().st_mtime, UTC) if file else None
    if len(content) > LARGEST:
        return Input(name, url, fetched_at=changed, refusal=TOO_LARGE)
    return Input(name, url, content, is_text=is_text(content, file), fetched_at=changed)


def is_text(content: bytes, file: Path | None = None) -> bool:
    """Whether content is text without markup: by its file's name, else by its beginning."""
    ending = file.suffix.lower() if file else ""
    return ending in TEXT_ENDINGS or (ending not in HTML_ENDINGS and b"<" not in content[:4096])


def _read_warc(file: Path) -> Iterator[Input]:
    """HTML responses and resources of a WARC file (ISO 28500)."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType  # noqa: PLC0415 - only for WARC files

    count = 0
    with file.open("rb") as stream:
        kinds = WarcRecordType.response | WarcRecordType.resource
        for record in ArchiveIterator(stream, record_types=kinds, parse_http=True):
            count += 1
            headers = record.http_headers
            content_type = (record.headers if headers is None else headers).get("Content-Type") or ""
            if "html" not in content_type.lower():
                continue
            address = record.headers.get("WARC-Target-URI") or ""
            content = record.reader.read(LARGEST + 1)
            yield Input(
                address or f"{file}, record {count}", address, content if len(content) <= LARGEST else b"",
                content_type=content_type, fetched_at=record.record_date,
                http_status=headers.status_code if headers is not None else None,
                refusal=TOO_LARGE if len(content) > LARGEST else None,
            )  # fmt: skip
    if not count:
        yield Input(
            str(file),
            "",
            refusal=Refusal("unreadable", "no response or resource records; is it a WARC file?"),
        )


@contextlib.contextmanager
def _printer(form: str) -> Iterator[Callable[[Input, Result], None]]:
    render = {"text": as_text, "json": as_json, "markdown": _markdown}[form]
    printed = 0

    def take(item: Input, result: Result) -> None:
        nonlocal printed
        if not isinstance(result, Article):
            return
        if printed and form != "json":
            click.echo()
        printed += 1
        print_text(render(result))

    yield take


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


def _store(data: Path) -> contextlib.AbstractContextManager[Callable[[Input, Result], None]]:
    """Write articles, raw pages and outcomes into a dataset."""
    from newsmill.storing import storing  # noqa: PLC0415 - pyarrow only where it is needed

    return storing(data)
