"""Look a raw page up in the dataset."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import newsdata
from newsclean import SiteProfile
from newsdata.errors import DataError
from newsmill.datafolder import take_in_leftovers
from newsmill.errors import UserError


def find_page(page: str, data: Path) -> tuple[bytes, str, datetime]:
    """The newest stored body of a page, its URL, and when it was fetched.

    Args:
        page: A URL, as fetched or as asked for, or an id of ``articles`` or ``pages``.
        data: The dataset.

    Raises:
        UserError: There is no dataset, or no such page in it.
    """
    query = """
        SELECT body, url, fetched_at FROM pages
        WHERE id = $page OR url = $page OR requested_url = $page OR url IN (SELECT url FROM articles WHERE id = $page)
        ORDER BY fetched_at DESC LIMIT 1
    """
    take_in_leftovers(data)
    try:
        with newsdata.connect(data) as connection:
            found = connection.execute(query, {"page": page}).fetchone()
    except DataError as error:
        raise UserError(f"{page} is no file, and {error}") from error
    if found is None:
        raise UserError(f"{page}: neither a file nor a page in {data}; newsmill sql 'FROM pages' lists those")
    body, url, fetched_at = found
    return bytes(body), str(url), fetched_at


def find_profile(url: str, data: Path) -> SiteProfile | None:
    """What is known of a page's site; None if nothing is."""
    with newsdata.connect(data) as connection:
        found = newsdata.read_profile(connection, newsdata.site_of(url))
    return found[0] if found else None
