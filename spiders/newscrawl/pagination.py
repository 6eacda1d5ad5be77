"""Where a list goes on: the next, older, page of a section, however its site numbers, names or marks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from newscrawl.article_url import is_article_url, url_dates

if TYPE_CHECKING:
    from newscrawl.sections import Link

# What the link to the next, older, page of a list is called: a page,
_PAGE_NOUN = (
    "page|seite|página|pagina|strona|sida|side|stránka|strana|sayfa|sivu|oldal|страница|сторінка|σελίδα|"
    "posts?|stories|entries|articles?|news|actualités|beiträge|artikel|meldungen|nachrichten|articoli|artículos|noticias|notícias|notizie|berichten|"
    "wpisy|artykuły|artiklar|artikler|inlägg|články|haberler|yazılar|статьи|новости|записи|статті|новини"
)
# the next, or the older ones,
_NEXT = (
    "next|older|weiter|nächste|ältere|suivante?s?|plus anciens?|siguientes?|anteriores|successiv[aoi]|avanti|precedenti|"
    "volgende|oudere?|następna|dalej|starsze|próxim[ao]s?|seguintes?|mais antigas|nästa|äldre|næste|ældre|neste|eldre|"
    "seuraava|vanhemmat|další|starší|ďalšia|következő|korábbi|régebbi|următoarea|sonraki|daha eski|ileri|следующая|"
    "дальше|далее|предыдущие|наступна|далі|επόμεν[ηο]|次へ|次のページ|다음|다음 페이지|下一页|下一頁|التالي|הבא|berikutnya|selanjutnya|trang sau|ถัดไป"
)
# or more of them, often from a button.
_MORE = (
    "(?:load |show |see |view )?more|mehr(?: laden| anzeigen)?|weitere(?: laden)?|voir plus|plus d['’]|charger plus|afficher plus|"
    "más|ver más|cargar más|mostrar más|carica altr[io]|mostra altr[io]|meer|meer laden|toon meer|laad meer|więcej|pokaż więcej|"
    "mais|carregar mais|ver mais|mostrar mais|visa fler|ladda fler|fler|vis flere|vis mere|näytä lisää|lataa lisää|"
    "načíst další|zobrazit více|daha fazla(?: göster| yükle)?|(?:показать |загрузить )?ещ[её]|більше|もっと見る|더보기|更多|加载更多|المزيد"
)
_OLDER = re.compile(
    rf"\W*(?:go to (?:the )?|zur )?(?:(?:{_PAGE_NOUN}) )?(?:{_NEXT}|{_MORE}) ?(?:{_PAGE_NOUN})?(?: laden| anzeigen)?\W*"
    r"|\s*(?:[›»>→⟩❯▶]|>>|››)\s*",
    re.IGNORECASE,
)
# Words that announce a page's number, as a parameter or in the path.
_PAGE_WORDS = (
    "page|paged|pageno|page_no|pagenum|pagenumber|pg|p|pag|pagina|seite|strona|str|stranka|strana|sida|side|sivu|sayfa|oldal|"
    "index|default"
)
_PAGE_WORD = re.compile(_PAGE_WORDS, re.IGNORECASE)
_PATH_NUMBER = re.compile(
    rf"(?P<marker>[/;,_.-](?:(?:{_PAGE_WORDS})[/:=_,.-]?)?)(?P<number>\d{{1,4}})$", re.IGNORECASE
)
_PAGE_IN_URL = re.compile(rf"[?&/;_,.-](?:{_PAGE_WORDS})[/:=_,.-]?\d{{1,4}}(?!\d)", re.IGNORECASE)
_PAGE_FILE = re.compile(
    r"(?:/(?:index|default)(?=\.))?\.(?:[a-z]?html?|php|aspx?|jsp|cfm)$|/$", re.IGNORECASE
)
_LABEL_WORDS = 5  # "go to the next page"


def says_older(text: str) -> bool:
    """Say whether a link's text, or its label, names the next page of a list or more of it."""
    return _OLDER.fullmatch(text) is not None


def next_page(links: Sequence[Link], url: str, number: int = 0) -> str | None:
    """Where a list goes on: ``rel=next``, a control that asks for more, a link that says "older", or the next number.

    A number counts wherever the URL carries it: it must be all in which the URL differs from the list's own.

    Args:
        links: Links of the page.
        url: Its URL.
        number: Its number in the list, if that is known otherwise than from the URL.
    """
    others = [
        (link, _step(url, link.url))
        for link in links
        if _may_go_on(link) and _is_other_of_host(link.url, url)
    ]
    candidates = (
        [(link, step) for link, step in others if "next" in link.rel]
        + [(link, step) for link, step in others if link.says_more]
        # a "more" in the text may lead to anything; one that names a page, or comes from this list, does not
        + [
            (link, step)
            for link, step in others
            if says_older(link.text) and (step or _is_below(link.url, url))
        ]
        + [(link, step) for link, step in others if step and step.is_to(link.text, number)]
        + [(link, step) for link, step in others if step and step.is_page and step.is_one(number)]
    )
    for link, step in candidates:
        if step or not is_article_url(link.url):
            return link.url
    return None


def _may_go_on(link: Link) -> bool:
    """Whether a link is marked, named or numbered so that its URL is worth a look; most are not."""
    return (
        "next" in link.rel
        or link.says_more
        or says_older(link.text)
        or _named_number(link.text) is not None
        or not any(character.isalpha() for character in link.text)
        or _PAGE_IN_URL.search(link.url) is not None
    )


def _named_number(text: str) -> int | None:
    """The page's number that a link's text or label gives: "2", "go to page 2"."""
    named = re.findall(r"\d+", text[:100])
    is_label = len(named) == 1 and len(named[0]) < 5 and len(text.split()) <= _LABEL_WORDS
    return int(named[0]) if is_label else None


def following_page(url: str) -> str | None:
    """The URL with the next number, where it carries one in its query; for answers that name no next page."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for index, (name, value) in enumerate(query):
        if _PAGE_WORD.fullmatch(name) and value.isdecimal() and len(value) < 5:
            query[index] = (name, str(int(value) + 1))
            return parts._replace(query=urlencode(query)).geturl()
    return None


class _Numbered(NamedTuple):
    """A URL read as one page of a list.

    Attributes:
        address: The list's URL: that of the page without its number, host, index page and extension.
        marker: What stands before the number.
        number: The page's number, or that of the first entry on it.
    """

    address: str
    marker: str
    number: int


class _Step(NamedTuple):
    """From a page of a list to another.

    Attributes:
        here: The number in the one URL; None if it carries none, as the first page's does.
        there: The number in the other.
        is_page: A word beside the number says that it is a page's.
    """

    here: int | None
    there: int
    is_page: bool

    def is_to(self, text: str, number: int) -> bool:
        """Whether the link's text gives the number of the next page; the URL may count from 0, or entries."""
        return _named_number(text) in (max(number, 1) + 1, (self.here or 1) + 1) and self.there > (
            self.here or 0
        )

    def is_one(self, number: int) -> bool:
        """Whether the number is one more."""
        return self.there == (max(number, 1) if self.here is None else self.here) + 1


def _step(url: str, other: str) -> _Step | None:
    """How one URL leads to another of the same list; None if they differ in more than one number."""
    here = {(page.address, page.marker): page.number for page in _readings(url)}
    whole = _host_and_address(url)[1]
    for page in _readings(other):
        number = here.get((page.address, page.marker))
        if page.number != number and (number is not None or page.address == whole):
            return _Step(number, page.number, bool(_PAGE_WORD.fullmatch(page.marker.strip("?/;:=,._-"))))
    return None


def _readings(url: str) -> Iterator[_Numbered]:
    """Each number of a URL that may be a page's, with what is left without it."""
    parts = urlsplit(url)
    path, query = _PAGE_FILE.sub("", unquote(parts.path)), parse_qsl(parts.query, keep_blank_values=True)
    for index, (name, value) in enumerate(query):
        if value.isdecimal() and len(value) < 7:
            yield _Numbered(_address(path, query[:index] + query[index + 1 :]), f"?{name}", int(value))
    found = _PATH_NUMBER.search(path)
    # a bare number may be a day's
    if found and (len(found["marker"]) > 1 or url_dates(url) is None):
        yield _Numbered(_address(path[: found.start()], query), found["marker"], int(found["number"]))


def _host_and_address(url: str) -> tuple[str, str]:
    """The host, without the ``www`` that some links of a site have and some have not, and the list's URL on it."""
    parts = urlsplit(url)
    address = _address(
        _PAGE_FILE.sub("", unquote(parts.path)), parse_qsl(parts.query, keep_blank_values=True)
    )
    return parts.netloc.lower().removeprefix("www."), address


def _is_other_of_host(candidate: str, url: str) -> bool:
    (host, address), (there, other) = _host_and_address(url), _host_and_address(candidate)
    return there == host and other != address


def _address(path: str, query: Iterable[tuple[str, str]]) -> str:
    return f"{path.rstrip('/')}?{urlencode(sorted(query))}"


def _is_below(candidate: str, url: str) -> bool:
    """Whether a URL asks the list's own page for something, or lies below it."""
    here, there = (unquote(urlsplit(each).path) for each in (url, candidate))
    found = _PATH_NUMBER.search(_PAGE_FILE.sub("", here))
    folder = (_PAGE_FILE.sub("", here)[: found.start()] if found else _PAGE_FILE.sub("", here)).rstrip("/")
    return here == there or (folder != "" and there.startswith(f"{folder}/"))
