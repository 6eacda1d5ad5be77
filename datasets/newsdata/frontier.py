"""The frontier of one crawl: the URLs that it has taken on, on disk, and which of them come next.

with newsdata.open_frontier("data", plan="…", crawl_id="demo", before_commit=writer.sync) as frontier:
    if frontier.claim(url):
        frontier.add(url, kind="article", host="news.example", priority=20, via="front")
    target = frontier.next_target(lambda host: False)
    …                                     # fetch it, write its outcome
    frontier.end(target.url, "stored", "")
    frontier.commit()                     # durable: it is never fetched again by this crawl

A crawl is *unfinished* until :meth:`Frontier.finish`. Opening the frontier with the plan of an unfinished crawl
that no living process runs takes that crawl up: what has an outcome stays done, everything else is to be
fetched. Two living processes never run one plan: the second is told, and does nothing.

Memory holds only a window: for each of at most :data:`MAX_HOSTS` hosts the next :data:`WINDOW` targets, what is
on its way, and what has not been committed.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappop, heappush, nsmallest
from pathlib import Path
from typing import Self

from newsdata.errors import CrawlRunsError
from newsdata.identity import url_key
from newsdata.journal import WriterLock
from newsdata.parquet import urls_with_page
from newsdata.records import OutcomeKind
from newsdata.schema import Row
from newsdata.state import FILE, State, open_state
from newsdata.url_state import UrlState, UrlStates, write_url_states

SPOOL = "spool"
WINDOW = 32  # targets of a host in memory
MAX_HOSTS = 1000  # hosts in memory; others wait on disk until one of these has nothing left
_BUFFERED = 2000  # new targets in memory before they are written without being asked


@dataclass(frozen=True, slots=True)
class FrontierTarget:
    """A URL that a crawl has taken on.

    Attributes:
        number: Its place in the order of finding.
        url: The URL as it was found.
        kind: What is expected there, in the crawler's words.
        host: What it shares its turn with, as a rule the host and port.
        priority: Higher goes first within a host.
        via: How it was found.
        details: What else the crawler needs to know, in its own form.
    """

    number: int
    url: str
    kind: str
    host: str
    priority: int
    via: str
    details: str


@dataclass(slots=True)
class _Host:
    """The next targets of one host: all those that sort before or at `boundary`; the others are on disk."""

    window: list[tuple[int, int, FrontierTarget]] = field(default_factory=list)
    boundary: tuple[int, int] = (-(1 << 62), 0)
    more_on_disk: bool = False


class Frontier:
    """The frontier of one crawl; made by :func:`open_frontier`. For one thread.

    Attributes:
        crawl_id: Id of the crawl.
        began: When it began, in UTC.
        is_resumed: Whether the crawl was begun by an earlier process.
        sites: What the crawl may take articles from, in the crawler's words; kept with it.
        uncleaned: URLs of targets whose page an earlier process has stored and not cleaned; they are not given
            out. :func:`newsdata.pages_of_crawl` has the pages.
    """

    def __init__(
        self,
        state: State,
        number: int,
        lock: WriterLock | None = None,
        before_commit: Callable[[], None] | None = None,
        uncleaned: tuple[str, ...] = (),
    ) -> None:
        self.uncleaned = uncleaned
        self._state = state
        self._before_commit = before_commit
        self._crawl = number
        self._lock = lock
        ((crawl_id, sites, began),) = state.read(
            "SELECT id, sites, began FROM crawls WHERE number = ?", number
        )
        self.crawl_id: str = crawl_id
        self.began = datetime.fromtimestamp(began / 1_000_000, UTC)
        self.sites: tuple[str, ...] = tuple(sites.split())
        self._kept_sites = self.sites
        self._claimed: set[bytes] = set()
        self._added: dict[bytes, FrontierTarget] = {}
        self._ended: dict[bytes, tuple[str, str]] = {}
        self._with_page: set[bytes] = set()
        self._redirects: dict[bytes, bytes] = {}
        self._articles: set[bytes] = set()
        self._url_states: list[UrlState] = []
        self._taken: set[int] = set()
        ((last,),) = state.read("SELECT max(number) FROM targets WHERE crawl = ?", number)
        self._last: int = last or 0
        self.is_resumed = self._last > 0
        self._hosts: dict[str, _Host] = {}
        self._turns: deque[str] = deque()
        self._hosts_on_disk = True
        self._searched = ""
        self._fill_hosts()

    # Taking on
    # ----------------------------------------------------------------------------------------------------

    def claim(self, url: str) -> bool:
        """Take a URL on; False if it was taken before, in any of its spellings. Follow up with :meth:`add`."""
        key = url_key(url)
        if self._knows(key):
            return False
        self._claimed.add(key)
        return True

    def knows(self, url: str) -> bool:
        """Whether a URL was taken on, or a redirect led there."""
        return self._knows(url_key(url))

    def claim_redirect(self, url: str, source: str) -> bool:
        """Take on where a target's redirect leads; False if it was taken before for another.

        Args:
            url: Where it leads.
            source: The target's URL.
        """
        key, source_key = url_key(url), url_key(source)
        known = self._redirects.get(key)
        if known is None:
            for (found,) in self._state.read(
                "SELECT source FROM redirects WHERE crawl = ? AND key = ?", self._crawl, key
            ):
                known = found
        if known is not None:
            return known == source_key  # the target is fetched again: after a retry, after a restart
        if self._knows(key):
            return False
        self._redirects[key] = source_key
        return True

    def add(
        self,
        url: str,
        *,
        kind: str,
        host: str,
        priority: int,
        via: str,
        details: str = "",
        is_given_out: bool = False,
    ) -> None:
        """Put a claimed URL in its place among those that wait; see :class:`FrontierTarget`.

        Args:
            url: The URL, as it was claimed.
            kind: What is expected there.
            host: What it shares its turn with.
            priority: Higher goes first within a host.
            via: How it was found.
            details: What else the crawler needs to know.
            is_given_out: It is on its way already, and waits for its outcome only.

        Raises:
            DataFolderError: The frontier could not be written.
        """
        key = url_key(url)
        self._claimed.discard(key)
        self._last += 1
        target = FrontierTarget(
            self._last, _storable(url), kind, _storable(host), priority, _storable(via), _storable(details)
        )
        self._added[key] = target
        if is_given_out:
            self._taken.add(target.number)
        else:
            self._place(target)
        if len(self._added) >= _BUFFERED:
            self.commit()

    def _knows(self, key: bytes) -> bool:
        if key in self._claimed or key in self._added or key in self._redirects:
            return True
        query = (
            "SELECT 1 FROM targets WHERE crawl = ?1 AND key = ?2"
            " UNION ALL SELECT 1 FROM redirects WHERE crawl = ?1 AND key = ?2 LIMIT 1"
        )
        return any(True for _ in self._state.read(query, self._crawl, key))

    # Giving out
    # ----------------------------------------------------------------------------------------------------

    @property
    def url_states(self) -> UrlStates:
        """What is known of URLs from this and earlier crawls."""
        return UrlStates(self._state)

    @property
    def has_waiting(self) -> bool:
        """Whether any target has still to be given out."""
        return bool(self._hosts)

    @property
    def waiting(self) -> int:
        """Number of committed targets without an outcome; counted on disk."""
        ((number,),) = self._state.read(
            "SELECT count(*) FROM targets WHERE crawl = ? AND outcome IS NULL", self._crawl
        )
        return int(number)

    def next_target(self, is_busy: Callable[[str], bool]) -> FrontierTarget | None:
        """Give out the next target, host by host in turn; None if all hosts that have one are busy.

        Args:
            is_busy: Whether a host can take no further request now.
        """
        left = len(self._turns)
        while left > 0:
            left -= 1
            name = self._turns[0]
            host = self._hosts[name]
            if is_busy(name):
                self._turns.rotate(-1)
                continue
            if not host.window and host.more_on_disk:
                self._load(name, host)
            target = heappop(host.window)[-1] if host.window else None
            if target is not None:
                self._taken.add(target.number)
            self._turns.rotate(-1)
            if not host.window and not host.more_on_disk:
                self._turns.pop()
                del self._hosts[name]
                others = len(self._turns)
                self._fill_hosts()
                left += (
                    len(self._turns) - others
                )  # a host that takes the place of an empty one has its turn, too
            if target is not None:
                return target
        return None

    def _place(self, target: FrontierTarget) -> None:
        host = self._hosts.get(target.host)
        if host is None:
            if len(self._hosts) >= MAX_HOSTS:
                self._hosts_on_disk = True
                return
            host = self._open_host(target.host, more_on_disk=self._hosts_on_disk)
        place = (-target.priority, target.number)
        if not host.more_on_disk and len(host.window) < WINDOW:
            host.boundary = max(host.boundary, place)
        if place > host.boundary:
            host.more_on_disk = True
            return
        heappush(host.window, (*place, target))
        if len(host.window) > 2 * WINDOW:  # what goes before all that waits must not fill the memory either
            host.window = nsmallest(WINDOW, host.window)
            host.boundary = host.window[-1][:2]
            host.more_on_disk = True

    def _open_host(self, name: str, *, more_on_disk: bool) -> _Host:
        host = self._hosts[name] = _Host(more_on_disk=more_on_disk)
        self._turns.append(name)
        return host

    def _fill_hosts(self) -> None:
        """Find hosts that wait on disk, as long as memory has a place for one."""
        wrapped = False
        while self._hosts_on_disk and len(self._hosts) < MAX_HOSTS:
            self.commit()
            found = list(
                self._state.read(
                    "SELECT host FROM targets WHERE crawl = ? AND outcome IS NULL AND NOT has_page AND host > ?"
                    " ORDER BY host LIMIT 1",
                    self._crawl,
                    self._searched,
                )
            )
            if not found and wrapped:
                self._hosts_on_disk = False
            elif not found:
                self._searched, wrapped = "", True
            else:
                self._searched = found[0][0]
                if self._searched not in self._hosts:
                    host = self._open_host(self._searched, more_on_disk=True)
                    self._load(self._searched, host)
                    if not host.window:
                        self._turns.pop()
                        del self._hosts[self._searched]

    def _load(self, name: str, host: _Host) -> None:
        """Read the next targets of a host into its window."""
        self.commit()
        rows = self._state.read(
            "SELECT number, url, kind, host, -rank, via, details FROM targets WHERE crawl = ? AND host = ?"
            " AND outcome IS NULL AND NOT has_page AND (rank, number) > (?, ?) ORDER BY rank, number",
            self._crawl,
            name,
            *host.boundary,
        )
        host.more_on_disk = False
        for row in rows:
            target = FrontierTarget(*row)
            if len(host.window) >= WINDOW:
                host.more_on_disk = True
                break
            host.boundary = (-target.priority, target.number)
            if target.number not in self._taken:
                heappush(host.window, (*host.boundary, target))

    # What became of them
    # ----------------------------------------------------------------------------------------------------

    def end(
        self,
        url: str,
        kind: OutcomeKind,
        reason: str,
        *,
        article_id: str = "",
        states: Iterable[UrlState] = (),
    ) -> None:
        """Say what became of a target, once its outcome is written.

        Args:
            url: The target's URL.
            kind: The outcome's kind.
            reason: The outcome's reason.
            article_id: Id of the article, if one was stored or is unchanged.
            states: What is known of its URL now, and of others that lead there.
        """
        self._ended[url_key(url)] = (kind, reason)
        if kind in ("stored", "unchanged") and article_id:
            self._articles.add(bytes.fromhex(article_id))
        self._url_states.extend(states)

    def keep_page(self, url: str) -> None:
        """Say that a target's page is written, and not yet cleaned: it need not be fetched again."""
        self._with_page.add(url_key(url))

    def has_page(self, url: str) -> bool:
        """Whether the crawl has written a target's page."""
        key = url_key(url)
        written = "SELECT 1 FROM targets WHERE crawl = ? AND key = ? AND has_page"
        return key in self._with_page or any(True for _ in self._state.read(written, self._crawl, key))

    def has_stored(self, article_id: str) -> bool:
        """Whether the crawl has stored an article with this id."""
        key = bytes.fromhex(article_id)
        stored = "SELECT 1 FROM stored_articles WHERE crawl = ? AND id = ?"
        return key in self._articles or any(True for _ in self._state.read(stored, self._crawl, key))

    def commit(self) -> None:
        """Return once everything said so far is on the disk.

        Raises:
            DataFolderError: It could not be written; nothing is forgotten, and the next call tries again.
        """
        if not (
            self._added
            or self._ended
            or self._with_page
            or self._redirects
            or self._articles
            or self._url_states
            or self.sites != self._kept_sites
        ):
            return
        if self._before_commit is not None:
            self._before_commit()
        with self._state.transaction() as connection:
            connection.executemany(
                "INSERT INTO targets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, 0)",
                [
                    (
                        self._crawl,
                        target.number,
                        key,
                        target.host,
                        -target.priority,
                        target.kind,
                        target.url,
                        target.via,
                        target.details,
                    )
                    for key, target in self._added.items()
                ],
            )
            connection.executemany(
                "UPDATE targets SET has_page = 1 WHERE crawl = ? AND key = ?",
                [(self._crawl, key) for key in self._with_page],
            )
            for key, (kind, reason) in self._ended.items():
                for (number,) in connection.execute(
                    "UPDATE targets SET outcome = ?, reason = ? WHERE crawl = ? AND key = ? RETURNING number",
                    (kind, reason, self._crawl, key),
                ).fetchall():
                    self._taken.discard(number)
            connection.executemany(
                "INSERT OR IGNORE INTO redirects VALUES (?, ?, ?)",
                [(self._crawl, key, source) for key, source in self._redirects.items()],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO stored_articles VALUES (?, ?)",
                [(self._crawl, key) for key in self._articles],
            )
            write_url_states(connection, self._url_states)
            if self.sites != self._kept_sites:
                connection.execute(
                    "UPDATE crawls SET sites = ? WHERE number = ?", (" ".join(self.sites), self._crawl)
                )
        self._kept_sites = self.sites
        self._added.clear()
        self._ended.clear()
        self._with_page.clear()
        self._redirects.clear()
        self._articles.clear()
        self._url_states.clear()

    def count(self, kind: str) -> int:
        """Number of targets of a kind that the crawl has taken on."""
        query = "SELECT count(*) FROM targets WHERE crawl = ? AND kind = ?"
        ((number,),) = self._state.read(query, self._crawl, kind)
        return int(number) + sum(target.kind == kind for target in self._added.values())

    def outcomes(self) -> Counter[tuple[str, str, OutcomeKind, str]]:
        """Number of committed outcomes by target's kind, host, outcome's kind and reason."""
        rows = self._state.read(
            "SELECT kind, host, outcome, reason, count(*) FROM targets"
            " WHERE crawl = ? AND outcome IS NOT NULL GROUP BY 1, 2, 3, 4",
            self._crawl,
        )
        return Counter({(kind, host, outcome, reason): n for kind, host, outcome, reason, n in rows})

    def failed(self, kind: str) -> Iterator[tuple[str, str]]:
        """URL and reason of each target of a kind that failed."""
        yield from self._state.read(
            "SELECT url, reason FROM targets WHERE crawl = ? AND kind = ? AND outcome = 'failed'",
            self._crawl,
            kind,
        )

    # The end
    # ----------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """End the crawl: the same plan begins anew next time. Its targets are forgotten.

        Raises:
            DataFolderError: It could not be written.
        """
        self.commit()
        with self._state.transaction() as connection:
            _forget(connection, self._crawl)
        self._state.give_room_back()

    def close(self) -> None:
        """Let go of the crawl; unless it was finished, the same plan takes it up again."""
        self._state.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_frontier(
    data: str | os.PathLike[str],
    *,
    plan: str,
    crawl_id: str,
    before_commit: Callable[[], None] | None = None,
    fresh: bool = False,
) -> Frontier:
    """Open the frontier of a crawl into a dataset that a writer has opened.

    Args:
        data: The dataset's folder.
        plan: What is asked for: the same text takes up the unfinished crawl of that plan, if there is one that
            one; of several the oldest.
        crawl_id: Id of the crawl, if a new one begins.
        before_commit: Called before each commit: makes durable the outcomes that the commit tells of.
        fresh: Begin a new crawl in any case, and give unfinished ones of the plan up.

    Raises:
        CrawlRunsError: A living process runs a crawl of this plan.
        DataFolderError: The state cannot be opened or written.
        DamagedStateError: It is damaged.
    """
    spool = Path(data) / SPOOL
    state = open_state(Path(data))
    try:
        lock = WriterLock.create(spool, "frontier")
        try:
            with state.transaction() as connection:
                number = _take_over(connection, spool, plan, fresh=fresh)
                if number is None:
                    number = _begin(connection, plan, crawl_id)
                connection.execute("UPDATE crawls SET owner = ? WHERE number = ?", (lock.writer, number))
                uncleaned = _uncleaned(connection, Path(data), number)
            return Frontier(state, number, lock, before_commit, uncleaned)
        except BaseException:
            lock.release()
            raise
    except BaseException:
        state.close()
        raise


def frontier_in_memory(crawl_id: str = "") -> Frontier:
    """Return a frontier that nobody keeps."""
    state = State(":memory:")
    with state.transaction() as connection:
        number = _begin(connection, "", crawl_id)
    return Frontier(state, number)


def take_in_journal(data: Path, table: str, rows: Iterable[Row]) -> None:
    """Mark what a dead writer's journal says was fetched, so that it is not fetched again.

    Args:
        data: The dataset's folder.
        table: ``outcomes`` or ``pages``.
        rows: Rows of it.

    Raises:
        DataFolderError: The state cannot be written.
        DamagedStateError: It is damaged.
    """
    if not (data / FILE).exists():
        return
    state = open_state(data)
    try:
        unfinished = dict(state.read("SELECT id, number FROM crawls WHERE ended IS NULL"))
        with state.transaction() as connection:
            for row in rows:
                number = unfinished.get(row["crawl_id"])
                if number is not None:
                    _take_in(connection, number, table, row)
    finally:
        state.close()


def _take_in(connection: sqlite3.Connection, number: int, table: str, row: Row) -> None:
    key = url_key(str(row["requested_url"]))
    if table == "pages":
        connection.execute("UPDATE targets SET has_page = 1 WHERE crawl = ? AND key = ?", (number, key))
        return
    connection.execute(
        "UPDATE targets SET outcome = ?, reason = ? WHERE crawl = ? AND key = ? AND outcome IS NULL",
        (row["kind"], row["reason"], number, key),
    )
    # killed before the commit: what was on its way from the beginning (a host's file) has an outcome and no row
    connection.execute(
        "INSERT OR IGNORE INTO targets SELECT ?1, coalesce(max(number), 0) + 1, ?2, '', 0, '', ?3, '', '', ?4, ?5, 0"
        " FROM targets WHERE crawl = ?1",
        (number, key, str(row["requested_url"]), row["kind"], row["reason"]),
    )
    if row["kind"] in ("stored", "unchanged") and row["article_id"]:
        connection.execute(
            "INSERT OR IGNORE INTO stored_articles VALUES (?, ?)",
            (number, bytes.fromhex(str(row["article_id"]))),
        )


def _take_over(connection: sqlite3.Connection, spool: Path, plan: str, *, fresh: bool) -> int | None:
    """The oldest unfinished crawl of a plan; None if there is none."""
    query = "SELECT number, id, owner FROM crawls WHERE plan = ? AND ended IS NULL ORDER BY number"
    unfinished = connection.execute(query, (plan,)).fetchall()
    for _, crawl_id, owner in unfinished:
        lock = WriterLock.take(spool / f"{owner}.lock")
        if lock is None:
            raise CrawlRunsError(
                f"the same crawl is running as {crawl_id}; wait for its end, or crawl into another folder"
            )
        lock.release()
    if not fresh:
        return next((int(number) for number, *_ in unfinished), None)
    for number, *_ in unfinished:
        _forget(connection, number)
    return None


def _uncleaned(connection: sqlite3.Connection, data: Path, number: int) -> tuple[str, ...]:
    """The URLs of a crawl whose pages wait for the cleaner; a target whose page is gone is fetched again."""
    waiting = "SELECT url FROM targets WHERE crawl = ? AND outcome IS NULL AND has_page ORDER BY number"
    urls = [url for (url,) in connection.execute(waiting, (number,))]
    if not urls:
        return ()
    ((crawl_id,),) = connection.execute("SELECT id FROM crawls WHERE number = ?", (number,))
    there = urls_with_page(data, crawl_id, urls)
    connection.executemany(
        "UPDATE targets SET has_page = 0 WHERE crawl = ? AND key = ?",
        [(number, url_key(url)) for url in urls if url not in there],
    )
    return tuple(url for url in urls if url in there)


def _begin(connection: sqlite3.Connection, plan: str, crawl_id: str) -> int:
    number = connection.execute(
        "INSERT INTO crawls (id, plan, owner, began) VALUES (?, ?, '', ?)", (crawl_id, plan, _now())
    ).lastrowid
    assert number is not None  # noqa: S101 - for the type checker: an INSERT has set it
    return number


def _forget(connection: sqlite3.Connection, number: int) -> None:
    for table in ("targets", "redirects", "stored_articles"):
        connection.execute(f"DELETE FROM {table} WHERE crawl = ?", (number,))  # noqa: S608 - names written above
    connection.execute("UPDATE crawls SET ended = ? WHERE number = ?", (_now(), number))


def _now() -> int:
    return int(datetime.now(UTC).timestamp() * 1_000_000)


def _storable(text: str) -> str:
    """The text without lone surrogates, which UTF-8 has no form for; as :func:`normalise_url` replaces them."""
    return text.encode("utf-8", "replace").decode("utf-8")
