"""Pages that broke one extractor or another, built rather than stored.

``PAGES`` maps a name to a page and to what must come of it: the article (its lead must stand in the text) or no article.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

LEAD = "The council voted nine to four on Tuesday night to keep the old swing bridge open through the winter."
PARAGRAPHS = (
    LEAD,
    "Engineers had asked for a full closure after an inspection in March found rust in two of the four main bearings.",
    "“We looked at the figures again and found a way to do the work at night,” the harbour master told the meeting.",
    "The repairs will cost about 1.2 million, most of it paid from the harbour fund, and should be finished by April.",
    "Shopkeepers on the eastern quay, who had collected more than two thousand signatures, welcomed the decision.",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
HEAD = "<head><title>Bridge stays open, council decides</title></head>"
MANY = 100_000


@dataclass(frozen=True, slots=True)
class HostilePage:
    """A page.

    Attributes:
        build: Makes it.
        keeps_article: Its article must survive; else ``NoArticle`` is as good.
        content_type: The header that comes with it.
        slow: To clean it takes seconds.
    """

    build: Callable[[], str | bytes]
    keeps_article: bool = True
    content_type: str = ""
    slow: bool = False


def article(before: str = "", after: str = "", head: str = HEAD) -> str:
    return f"<!doctype html><html>{head}<body>{before}<article><h1>Bridge stays open</h1>{BODY}</article>{after}</body></html>"


def tag_soup() -> str:
    choose = random.Random(7)
    pieces = [
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<a href=x>",
        "</a>",
        "<!--",
        "-->",
        "&",
        "<",
        ">",
        '"',
        "x ",
    ]
    return article(after="".join(choose.choice(pieces) for _ in range(50_000)))


def json_ld(body: str) -> str:
    return article(
        head=f'<head><title>Bridge stays open</title><script type="application/ld+json">{body}</script></head>'
    )


PAGES = {
    # nesting
    "10,000 nested div": HostilePage(lambda: article("<div>" * 10_000, "</div>" * 10_000), slow=True),
    "10,000 nested div with classes": HostilePage(lambda: article("<div class=a>" * 10_000), keeps_article=False),
    "1,500 nested div around the body": HostilePage(lambda: article("<div class=a>" * 1_500)),
    "10,000 nested span": HostilePage(lambda: article(after="<span>" * 10_000 + "x")),
    "5,000 nested tables": HostilePage(lambda: article(after="<table><tr><td>" * 5_000), keeps_article=False),
    "10,000 unclosed font in paragraphs": HostilePage(lambda: article(after="<p><font>x" * 10_000), slow=True),
    "5,000 nested lists": HostilePage(lambda: article(after="<ul><li>x" * 5_000), keeps_article=False),
    "5,000 nested blockquotes": HostilePage(lambda: article(after="<blockquote>x" * 5_000)),
    # numbers
    "100,000 empty siblings": HostilePage(lambda: article(after="<p></p>" * MANY), slow=True),
    "100,000 siblings": HostilePage(lambda: article(after="<i>x</i>" * MANY), keeps_article=False, slow=True),
    "100,000 line breaks": HostilePage(lambda: article(after="<br>" * MANY), slow=True),
    "100,000 links": HostilePage(lambda: article(after="<nav>" + "<a href=/x>x</a> " * MANY + "</nav>"), slow=True),
    "20,000 images": HostilePage(lambda: article(after='<img src="x.jpg" alt="x">' * 20_000)),
    "100,000 hidden elements": HostilePage(lambda: article(after="<i hidden>x</i>" * MANY), slow=True),
    "table of 20,000 rows": HostilePage(lambda: article(after="<table>" + "<tr><td>1<td>2<td>3" * 20_000 + "</table>"), keeps_article=False, slow=True),
    "10,000 stylesheets": HostilePage(lambda: article("<style>.a{display:none}</style>" * 10_000)),
    "stylesheet of 20,000 rules": HostilePage(
        lambda: article("<style>" + "".join(f".c{i},.d{i}{{display:none}}" for i in range(20_000)) + "</style>")
    ),
    "stylesheet without an end": HostilePage(lambda: article("<style>" + "@media x{" * 10_000 + "</style>")),
    "10,000 meta elements": HostilePage(lambda: article("<meta property=article:tag content=x>" * 10_000)),
    # attributes
    "100,000 attributes": HostilePage(lambda: article("<div " + " ".join(f"attribute{i}=1" for i in range(MANY)) + "></div>"), slow=True),
    "class attribute of 1 MB": HostilePage(lambda: article(f'<div class="{"a " * 500_000}"></div>')),
    "style attribute of 1 MB": HostilePage(lambda: article(f'<div style="{"color:red;" * 100_000}"></div>')),
    "srcset of 1 MB": HostilePage(lambda: article(f'<img srcset="{"x.jpg 1w, " * 100_000}">')),
    "quote that is never closed": HostilePage(lambda: article(after='<a href="x>') + "y" * 1000),
    # text
    "5 MB of text in one paragraph": HostilePage(lambda: article(after=f"<div>{'x' * 5_000_000}</div>"), keeps_article=False),
    "5 MB of script": HostilePage(lambda: article(f"<script>{'x();' * 1_250_000}</script>")),
    "5 MB of comments": HostilePage(lambda: article("<!-- x -->" * 500_000)),
    "1 MB of white space": HostilePage(lambda: article(after="<p>" + " \n" * 500_000 + "</p>")),
    "comment that is never closed": HostilePage(lambda: article(after="<!-- ") + BODY * 50),
    "100,000 opened comments": HostilePage(lambda: article(after="<!--" * MANY)),
    "entities": HostilePage(lambda: article(after="<p>" + "&amp;&lt;&nbsp;&bogus;&#x110000;&#0;" * 10_000 + "</p>"), keeps_article=False),
    "combining characters": HostilePage(lambda: article(after="<p>" + "a" + "\u0301" * 50_000 + "</p>"), keeps_article=False),
    "invisible characters": HostilePage(lambda: article(after="<p>" + "\u200b\u202e\U000e0041" * 50_000 + "</p>")),
    "one word without an end": HostilePage(lambda: article(after=f"<p>{'by-' * 50_000}</p>"), keeps_article=False),
    "addresses": HostilePage(lambda: article(after=f"<p>{'a@b.' * 20_000}</p>"), keeps_article=False),
    "digits": HostilePage(lambda: article(after=f"<p>{'2026-11-' * 20_000}</p>"), keeps_article=False),
    "opening brackets": HostilePage(lambda: article(after=f"<p>{'(' * 50_000}</p>"), keeps_article=False),
    # markup
    "tag soup": HostilePage(tag_soup, keeps_article=False),
    "less-than signs": HostilePage(lambda: article(after="<" * 500_000)),
    "end tags": HostilePage(lambda: article(after="</b></p></x>" * 50_000)),
    "everything after the end": HostilePage(lambda: f"<html>{HEAD}<body></body></html><article>{BODY}</article>"),
    "everything in the head": HostilePage(lambda: f"<html><head>{BODY}</head></html>"),
    "no html, head or body": HostilePage(lambda: BODY),
    "line breaks instead of paragraphs": HostilePage(lambda: "<div>" + "<br><br>".join(PARAGRAPHS) + "</div>"),
    "frames": HostilePage(lambda: "<frameset><frame src=a><frame src=b><noframes>Get a browser.</noframes></frameset>", False),
    "body in noscript": HostilePage(lambda: f"<html>{HEAD}<body><noscript>{BODY}</noscript></body></html>", False),
    "body in a template": HostilePage(lambda: f"<html>{HEAD}<body><template>{BODY}</template></body></html>", False),
    "body in svg": HostilePage(lambda: f"<html>{HEAD}<body><svg><foreignObject>{BODY}</foreignObject></svg></body></html>", False),
    "body hidden until a script runs": HostilePage(lambda: article('<div style="opacity:0">', "</div>")),
    "custom elements": HostilePage(lambda: f"<news-page><news-body>{BODY}</news-body></news-page>"),
    "xml declaration": HostilePage(lambda: '<?xml version="1.0" encoding="utf-16"?>' + article()),
    "names with colons": HostilePage(lambda: article("<o:p xmlns:o='x' o:a='b'>x</o:p>")),
    # metadata
    "JSON-LD nested 5,000 deep": HostilePage(lambda: json_ld('{"@graph":[' * 5_000 + "1" + "]}" * 5_000)),
    "JSON-LD of 100,000 items": HostilePage(lambda: json_ld(json.dumps([{"@type": "NewsArticle", "headline": "x"}] * MANY))),
    "JSON-LD cut short": HostilePage(lambda: json_ld('{"@type":"NewsArticle","headline":"Bri')),
    "JSON-LD of wrong types": HostilePage(
        lambda: json_ld('{"@type":["NewsArticle",1,null],"headline":{"a":[]},"author":[[1],null,{"name":{}}],"datePublished":-1e999}')
    ),
    "JSON-LD with huge numbers": HostilePage(lambda: json_ld('{"@type":"NewsArticle","datePublished":' + "9" * 10_000 + "}")),
    # encodings
    "lying charset": HostilePage(lambda: article(after="<p>Ærø, Łódź, 東京</p>").encode(), content_type="text/html; charset=shift_jis"),
    "one bad byte": HostilePage(lambda: article("Ærø").encode() + b"\xff"),
    "every second byte bad": HostilePage(lambda: b"\xff\xfe\xfd".join(bytes([b]) for b in article().encode()), False),
    "utf-16 without a mark": HostilePage(lambda: article().encode("utf-16-le")),
    "utf-16 cut in half a character": HostilePage(lambda: article().encode("utf-16")[:-1]),
    "NUL characters": HostilePage(lambda: article("\0" * 1000)),
    "NUL bytes": HostilePage(lambda: article("\0").replace("bridge", "brid\0ge").replace("council", "coun\0cil").encode()),
    "lone surrogates": HostilePage(lambda: article("\ud800<p>\udfff</p>")),
    "byte order marks": HostilePage(lambda: "\ufeff\ufeff\ufeff" + article()),
    "control characters": HostilePage(lambda: article("".join(map(chr, range(32))) * 10)),
    # no pages
    "empty": HostilePage(lambda: "", False),
    "empty bytes": HostilePage(lambda: b"", False),
    "white space": HostilePage(lambda: " \n\t\u00a0", False),
    "PDF": HostilePage(lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Length 5>> stream\n" + bytes(range(256)) * 20, False),
    "gzip": HostilePage(lambda: b"\x1f\x8b\x08\x00" + bytes(range(256)) * 20, False),
    "PNG": HostilePage(lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, False),
    "random bytes": HostilePage(lambda: random.Random(7).randbytes(20_000), False),
    "JSON": HostilePage(lambda: json.dumps({"body": BODY}), False),
    "feed": HostilePage(lambda: f"<rss><channel><item><description><![CDATA[{BODY}]]></description></item></channel></rss>", False),
    "plain text": HostilePage(lambda: "\n\n".join(PARAGRAPHS), False),
    "more than 10 MB": HostilePage(lambda: article(after="<p>x</p>" * 1_300_000), False),
}  # fmt: skip
