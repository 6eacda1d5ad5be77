"""Site profiles on disk: the pages that they are learned from, and what was learned."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from newsdata.errors import storage_error
from newsdata.parquet import COMPRESSION_LEVEL, sync_folder
from newsdata.records import Fetch
from newsdata.schema import PROFILE_TABLE, Row, profile_rows, to_arrow

if TYPE_CHECKING:  # for its types only: a query must not wait for the cleaner to load
    import duckdb

    from newsclean.outline import Sighting
    from newsclean.profile import SiteProfile

# The pages of the sample, each in its newest version; what is looked at first are four narrow columns.
_SAMPLE = """
    WITH newest AS (
        SELECT id, fetched_at
        FROM outlines
        WHERE site = $site
        GROUP BY id, fetched_at
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY fetched_at DESC) = 1
    ),
    chosen AS (
        SELECT id, fetched_at
        FROM newest
        QUALIFY row_number() OVER (PARTITION BY date_trunc('month', fetched_at) ORDER BY id) <= $pages
            AND dense_rank() OVER (ORDER BY date_trunc('month', fetched_at) DESC) <= $months
    )
    SELECT id, fetched_at, cluster, lines FROM outlines SEMI JOIN chosen USING (id, fetched_at) WHERE site = $site
"""
# Pages that would belong to the sample and have no outline: stored by hand, or before there were outlines.
_UNDRAWN = """
    WITH newest AS (
        SELECT a.url, a.fetched_at, a.crawl_id, p.id
        FROM articles a JOIN pages p USING (url, fetched_at)
        WHERE a.site = $site
        QUALIFY row_number() OVER (PARTITION BY p.id ORDER BY fetched_at DESC) = 1
    ),
    chosen AS (
        FROM newest
        QUALIFY row_number() OVER (PARTITION BY date_trunc('month', fetched_at) ORDER BY id) <= $pages
            AND dense_rank() OVER (ORDER BY date_trunc('month', fetched_at) DESC) <= $months
    )
    SELECT url, fetched_at, crawl_id FROM chosen ANTI JOIN outlines USING (id, fetched_at) ORDER BY id
"""
_UNLEARNED = """
    WITH learned AS (SELECT site, max(learned_until) AS until FROM profiles GROUP BY site)
    SELECT site
    FROM outlines LEFT JOIN learned USING (site)
    WHERE site IN (SELECT unnest($sites))
    GROUP BY site
    HAVING max(fetched_at) > coalesce(any_value(until), '-infinity')
"""
_NEWEST = "SELECT * FROM profiles WHERE site = $site"


def read_sightings(
    connection: duckdb.DuckDBPyConnection, site: str, *, pages: int, months: int
) -> Iterator[Sighting]:
    """Yield the outlines that a site's profile is learned from.

    Args:
        connection: From :func:`newsdata.connect`.
        site: The site, as in the ``site`` columns.
        pages: Pages of each month, those with the smallest ids.
        months: Newest months of fetching.
    """
    from newsclean.outline import Line, Outline, Sighting  # noqa: PLC0415 - the cleaner only where it is used

    found = connection.execute(_SAMPLE, {"site": site, "pages": pages, "months": months})
    while rows := found.fetchmany(64):
        for page, fetched_at, cluster, lines in rows:
            yield Sighting(page, fetched_at, Outline(cluster, tuple(Line(**line) for line in lines)))


def undrawn_pages(
    connection: duckdb.DuckDBPyConnection, site: str, *, pages: int, months: int
) -> list[Fetch]:
    """The articles' pages that :func:`read_sightings` misses, since no outline of them is stored.

    Args:
        connection: From :func:`newsdata.connect`.
        site: The site, as in the ``site`` columns.
        pages: Pages of each month, those with the smallest ids.
        months: Newest months of fetching.
    """
    found = connection.execute(_UNDRAWN, {"site": site, "pages": pages, "months": months})
    return [Fetch(url, fetched_at, crawl_id=crawl_id) for url, fetched_at, crawl_id in found.fetchall()]


def unlearned_sites(connection: duckdb.DuckDBPyConnection, sites: Iterable[str]) -> set[str]:
    """Those of some sites with outlines that are newer than their profile.

    Args:
        connection: From :func:`newsdata.connect`.
        sites: The sites, as in the ``site`` columns.
    """
    return {site for (site,) in connection.execute(_UNLEARNED, {"sites": sorted(sites)}).fetchall()}


def read_profile(connection: duckdb.DuckDBPyConnection, site: str) -> tuple[SiteProfile, int] | None:
    """The newest profile of a site and its version; None if there is none.

    Args:
        connection: From :func:`newsdata.connect`.
        site: The site, as in the ``site`` columns.
    """
    from newsclean.profile import SiteProfile, Standing  # noqa: PLC0415 - the cleaner only where it is used

    found = connection.execute(_NEWEST, {"site": site})
    names = [name for name, *_ in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    if not rows:
        return None
    columns = [column.name for column in dataclasses.fields(Standing)]
    standings = tuple(Standing(**{name: row[name] for name in columns}) for row in rows)
    first = rows[0]
    profile = SiteProfile(site, standings, articles=first["learned_articles"], seen=first["learned_until"])
    return profile, first["version"]


def write_profiles(
    data: str | os.PathLike[str], profiles: Sequence[tuple[SiteProfile, int]], *, crawl_id: str
) -> None:
    """Write new versions of profiles into one file; older versions stay.

    Args:
        data: The dataset's folder.
        profiles: Profiles with their versions.
        crawl_id: The crawl, or other run, that they were learned at the end of.

    Raises:
        DataFolderError: It could not be written (:class:`StorageFullError` if no room is left).
    """
    rows: list[Row] = [
        row
        for profile, version in sorted(profiles, key=lambda pair: pair[0].site)
        for row in profile_rows(profile, version, crawl_id)
    ]
    if not rows:
        return
    folder = Path(data) / PROFILE_TABLE.name
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}.parquet"
    aside, target = folder / f".{name}.part", folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            pq.write_table(
                to_arrow(rows, PROFILE_TABLE.schema),
                file,
                compression="zstd",
                compression_level=COMPRESSION_LEVEL,
                use_dictionary=list(PROFILE_TABLE.dictionary),
            )
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
        sync_folder(folder)
    except OSError as error:
        with contextlib.suppress(OSError):  # the folder itself may be what is wrong
            aside.unlink()
        raise storage_error(error, target) from error
