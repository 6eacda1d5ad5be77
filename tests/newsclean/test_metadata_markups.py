"""Metadata of invented pages in the usual markups of content systems, in many languages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from lxml.html import document_fromstring

from newsclean.metadata import read_metadata

PROSE = "<p>" + "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor. " * 6 + "</p>"


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value, ensure_ascii=False)}</script>'


@dataclass(frozen=True)
class Case:
    """A page, and what it says of itself; dates as ISO 8601."""

    name: str
    title: str
    authors: tuple[str, ...]
    published: str
    modified: str = ""
    section: str = ""
    head: str = ""
    body: str = ""
    language: str = "en"
    url: str = "https://www.harbour-courier.example/news/night-ferry-returns"
    others: str = field(default="", repr=False)


TEASERS = (
    '<div class="related"><h3><a href="/news/other">Another story of another day</a></h3>'
    '<span class="byline">By Olga Fremd</span><time datetime="2021-09-09T09:09:09Z">9 September 2021</time></div>'
)

CASES = [
    Case(
        "wordpress", "Night ferry returns to the estuary", ("Mara Quill",), "2020-01-02T08:05:00+00:00", "2020-01-03T09:00:00+00:00",
        head='<title>Night ferry returns to the estuary - Harbour Courier</title><meta name="author" content="Mara Quill">'
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Mara Quill">'
        '<meta name="twitter:label2" content="Est. reading time"><meta name="twitter:data2" content="4 minutes">'
        + ld({"@context": "https://schema.org", "@graph": [
            {"@type": "WebPage", "@id": "https://www.harbour-courier.example/news/night-ferry-returns", "name": "Night ferry returns to the estuary - Harbour Courier",
             "datePublished": "2020-01-02T08:05:00+00:00", "dateModified": "2020-01-03T09:00:00+00:00", "isPartOf": {"@id": "#website"}},
            {"@type": "WebSite", "@id": "#website", "name": "Harbour Courier", "publisher": {"@id": "#organization"}},
            {"@type": "Person", "@id": "#/schema/person/1", "name": "Mara Quill"}]}),
        body='<article><header><h1 class="entry-title">Night ferry returns to the estuary</h1><div class="entry-meta">'
        '<span class="posted-on">Posted on <a href="/x"><time class="entry-date published" datetime="2020-01-02T08:05:00+00:00">January 2, 2020</time>'
        '<time class="updated" datetime="2020-01-03T09:00:00+00:00">January 3, 2020</time></a></span>'
        '<span class="byline"> by <span class="author vcard"><a class="url fn n" href="/author/mara/">Mara Quill</a></span></span></div></header>',
    ),
    Case(
        "wordpress, one time for both", "Night ferry returns to the estuary", ("Mara Quill",), "2020-01-02T08:05:00+00:00",
        body='<h1>Night ferry returns to the estuary</h1><time class="entry-date published updated" datetime="2020-01-02T08:05:00+00:00">x</time>'
        '<span class="byline">by <a rel="author" href="/author/mara/">Mara Quill</a></span>',
    ),
    Case(
        "arc", "Ferry back after nine years, and the town came", ("Mara Quill", "Theo Lunde"), "2020-09-02T18:05:00+00:00", "2020-09-02T19:30:00+00:00", "Local",
        head='<title>Ferry back after nine years - The Harbour Courier</title><meta property="og:title" content="Ferry back after nine years, and the town came">'
        + ld({"@type": "NewsArticle", "headline": "Ferry back after nine years, and the town came", "mainEntityOfPage": "https://www.harbour-courier.example/news/night-ferry-returns/",
              "datePublished": "2020-09-02T18:05:00Z", "dateModified": "2020-09-02T19:30:00Z", "articleSection": ["Local", "Transport"],
              "author": [{"@type": "Person", "name": "Mara Quill"}, {"@type": "Person", "name": "Theo Lunde"}],
              "publisher": {"@type": "NewsMediaOrganization", "name": "The Harbour Courier"}}),
        body='<h1 data-qa="headline">Ferry back after nine years, and the town came</h1><div data-qa="author-byline">By <a href="/people/mara-quill/">Mara Quill</a> and <a href="/people/theo-lunde/">Theo Lunde</a></div>'
        '<span data-testid="display-date">September 2, 2020 at 2:05 p.m. EDT</span>',
    ),
    Case(
        "zone by season", "Ferry back after nine years", (), "2020-07-02T14:05:00-04:00", "2020-07-03T09:00:00-04:00",
        body="<h1>Ferry back after nine years</h1><p>Published July 2, 2020, 2:05 PM ET | Updated July 3, 2020, 9 a.m. ET</p>",
    ),
    Case(
        "time before date", "Ferry back after nine years", ("Mara Quill",), "2020-01-02T09:15:00+00:00", "2020-01-02T10:30:00+00:00",
        body="<h1>Ferry back after nine years</h1><p>By Mara Quill, TRANSPORT REPORTER</p><p>PUBLISHED: 09:15 GMT, 2 January 2020 | UPDATED: 10:30 GMT, 2 January 2020</p>",
    ),
    Case(
        "drupal", "Nachtfähre kehrt zurück", ("Jonas Brandt",), "2020-01-02T14:05:00+01:00", language="de",
        head="<title>Nachtfähre kehrt zurück | Hafenkurier</title>",
        body='<h1>Nachtfähre kehrt zurück</h1><div class="submitted">Von <span property="schema:author"><span property="schema:name">Jonas Brandt</span></span> '
        '<span property="schema:dateCreated" content="2020-01-02T14:05:00+01:00">Do., 02.01.2020 - 14:05</span></div>',
    ),
    Case(
        "german date lines", "Nachtfähre kehrt zurück", ("Jonas Brandt", "Clara Weiß"), "2020-01-02T14:05:00+00:00", "2020-01-03T09:00:00+00:00", language="de-AT",
        body="<h1>Nachtfähre kehrt zurück</h1><p>Von Jonas Brandt und Clara Weiß</p><p>Veröffentlicht am 02.01.2020, 14:05 Uhr</p><p>Zuletzt aktualisiert: 3. Jänner 2020 um 9 Uhr</p>",
    ),
    Case(
        "relative time with milliseconds", "Nachtfähre kehrt zurück", (), "2020-01-02T10:00:00+00:00", language="de",
        body='<h1>Nachtfähre kehrt zurück</h1><span class="ago" data-timestamp="1577959200000">vor 3 Stunden</span>',
    ),
    Case(
        "next.js list", "Le bac de nuit revient", ("Élodie Marchand", "Luc d'Arcy"), "2020-01-02T14:05:00+01:00", "2020-01-03T08:00:00+01:00", "Région", language="fr",
        head="<title>Le bac de nuit revient - Le Courrier du Port</title>"
        + ld([{"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": {"name": "Accueil"}}, {"@type": "ListItem", "position": 2, "item": {"name": "Région"}}]},
              {"@type": ["NewsArticle"], "headline": "Le bac de nuit revient", "datePublished": "2020-01-02T14:05:00+01:00", "dateModified": "2020-01-03T08:00:00+01:00",
               "author": [{"@type": "Person", "name": "Par Élodie Marchand"}, {"@type": "Person", "name": "Luc d'Arcy"}]}]),
        body="<h1>Le bac de nuit revient</h1>",
    ),
    Case(
        "french date line", "Le bac de nuit revient", ("Élodie Marchand",), "2020-01-02T14:05:00+00:00", "2020-01-03T08:00:00+00:00", language="fr",
        body="<h1>Le bac de nuit revient</h1><p>Par Élodie Marchand</p><p>Publié le 02 janvier 2020 à 14 h 05 - Mis à jour le 03 janvier 2020 à 8h</p>",
    ),
    Case(
        "microdata", "Vuelve el barco nocturno", ("Lucía Peña",), "2020-01-02T14:05:00+01:00", "2020-01-03T10:00:00+01:00", language="es",
        head="<title>Vuelve el barco nocturno | El Correo del Puerto</title>",
        body='<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Vuelve el barco nocturno</h1>'
        '<div itemprop="author" itemscope itemtype="https://schema.org/Person">Por <span itemprop="name">Lucía Peña</span></div>'
        '<meta itemprop="datePublished" content="2020-01-02T14:05:00+01:00"><meta itemprop="dateModified" content="2020-01-03T10:00:00+01:00">',
    ),
    Case(
        "actualizado", "Vuelve el barco nocturno", ("Lucía Peña", "Íñigo Vega"), "2020-01-02T10:00:00+00:00", "2020-01-03T11:30:00+00:00", language="es",
        body="<h1>Vuelve el barco nocturno</h1><div>Lucía Peña / Íñigo Vega</div><div>2 de enero de 2020 10:00h. Actualizado: 3 de enero de 2020 11:30h.</div>",
    ),
    Case(
        "amp", "Torna il traghetto di notte", ("Marta Riva",), "2020-01-02T10:05:00+00:00", "2020-01-03T10:05:00+00:00", language="it",
        body='<h1>Torna il traghetto di notte</h1><p class="author">di Marta Riva</p><p>2 gennaio 2020 ore 10:05 (modifica il 3 gennaio 2020 | 10:05)</p>',
    ),
    Case(
        "g1", "A balsa da noite está de volta", ("Ana Souza", "João Lima"), "2020-01-02T14:05:00-03:00", language="pt-BR",
        body='<h1>A balsa da noite está de volta</h1><p class="content-publication-data__from">Por Ana Souza e João Lima</p>'
        '<p class="content-publication-data__updated"><time datetime="2020-01-02T14:05:00-03:00" itemprop="datePublished">02/01/2020 14h05</time> Atualizado há 2 dias</p>',
    ),
    Case(
        "portuguese date line", "A balsa da noite está de volta", ("Ana Souza",), "2020-01-02T14:05:00+00:00", "2020-01-03T09:00:00+00:00", language="pt",
        body="<h1>A balsa da noite está de volta</h1><p>Por Ana Souza</p><p>Publicado em 2 de janeiro de 2020 às 14h05 | Atualizado em 03/01/2020 09h00</p>",
    ),
    Case(
        "dutch", "Nachtveer keert terug", ("Sanne de Vries", "Joost van den Berg"), "2020-01-02T10:05:00+00:00", "2020-01-03T00:00:00+00:00", language="nl",
        body="<h1>Nachtveer keert terug</h1><p>Door Sanne de Vries en Joost van den Berg</p><p>2 jan. 2020 om 10:05 (bijgewerkt: 3 januari 2020)</p>",
    ),
    Case(
        "polish", "Nocny prom wraca", ("Jan Kowalski",), "2020-01-02T10:05:00+00:00", "2020-01-03T11:00:00+00:00", language="pl",
        body="<h1>Nocny prom wraca</h1><p>Autor: Jan Kowalski</p><p>Data publikacji: 2 stycznia 2020, godz. 10:05</p><p>Aktualizacja: 03.01.2020 11:00</p>",
    ),
    Case(
        "japanese", "夜のフェリー、９年ぶりに再開", (), "2020-01-02T22:05:00+09:00", "2020-01-03T00:00:00+00:00", language="ja",
        head='<title>夜のフェリー、９年ぶりに再開：港新聞</title><meta property="og:site_name" content="港新聞">',
        body="<h1>夜のフェリー、９年ぶりに再開</h1><p>2020年1月2日 午後10時05分 JST（2020年1月3日更新）</p>",
    ),
    Case("korean", "밤 여객선 돌아오다", (), "2020-01-02T14:05:00+00:00", "2020-01-03T09:10:00+00:00", language="ko",
         body="<h1>밤 여객선 돌아오다</h1><p>입력 2020.01.02. 오후 2:05 수정 2020.01.03. 오전 9:10</p>"),
    Case("czech", "Noční přívoz se vrací", (), "2020-01-02T10:05:00+00:00", language="cs", body="<h1>Noční přívoz se vrací</h1><p>2. ledna 2020 v 10:05</p>"),
    Case("swedish", "Nattfärjan är tillbaka", (), "2020-01-02T10:05:00+00:00", "2020-01-03T00:00:00+00:00", language="sv",
         body="<h1>Nattfärjan är tillbaka</h1><p>Publicerad 2 januari 2020 10.05</p><p>Uppdaterad 3 januari 2020</p>"),
    Case("norwegian", "Nattferja er tilbake", ("Kari Moen",), "2020-01-02T10:05:00+00:00", language="nb",
         body="<h1>Nattferja er tilbake</h1><p>Av Kari Moen</p><p>Publisert 2. januar 2020 kl. 10:05</p>"),
    Case("danish", "Natfærgen er tilbage", ("Mette Holm",), "2020-05-02T10:05:00+00:00", language="da",
         body="<h1>Natfærgen er tilbage</h1><p>Af Mette Holm</p><p>2. maj 2020 kl. 10.05</p>"),
    Case("finnish", "Yölautta palaa", (), "2020-01-02T10:05:00+00:00", language="fi", body="<h1>Yölautta palaa</h1><p>Julkaistu 2. tammikuuta 2020 klo 10.05</p>"),
    Case("hungarian", "Visszatér az éjszakai komp", (), "2020-01-02T10:05:00+00:00", language="hu", body="<h1>Visszatér az éjszakai komp</h1><p>2020. január 2. 10:05</p>"),
    Case("russian", "Ночной паром вернулся", (), "2020-01-02T10:05:00+00:00", language="ru", body="<h1>Ночной паром вернулся</h1><p>2 января 2020, 10:05</p>"),
    Case("turkish", "Gece feribotu döndü", (), "2020-01-02T10:05:00+00:00", "2020-01-03T16:49:00+00:00", language="tr",
         body="<h1>Gece feribotu döndü</h1><p>02.01.2020 - 10:05</p><p>Son Güncelleme : 03.01.2020 - 16:49</p>"),
    Case("vietnamese", "Phà đêm trở lại", ("Lê Phương",), "2020-10-22T10:05:00+07:00", language="vi",
         head=ld({"@type": "NewsArticle", "headline": "Phà đêm trở lại", "author": {"@type": "Organization", "name": "Bến Cảng"}, "publisher": {"@type": "Organization", "name": "Bến Cảng"}}),
         body="<h1>Phà đêm trở lại</h1><p>Thứ năm, 22/10/2020, 10:05 (GMT+7)</p>" + PROSE * 3, others='<p style="text-align:right;"><strong>Lê Phương</strong></p>'),
    Case("time without datetime", "Ferry back after nine years", (), "2020-01-02T10:05:00+00:00",
         body="<h1>Ferry back after nine years</h1><time>2 January 2020, 10:05am GMT</time>"),
    Case("seconds in an attribute", "Ferry back after nine years", (), "2020-01-02T10:00:00+00:00",
         body='<h1>Ferry back after nine years</h1><abbr class="published" data-utime="1577959200">Thursday</abbr>'),
    Case("old microformat", "Ferry back after nine years", (), "2020-01-02T10:00:00-05:00",
         body='<h1>Ferry back after nine years</h1><abbr class="published" title="2020-01-02T10:00:00-05:00">10:00 AM</abbr>'),
    Case("day first by country", "Ferry back after nine years", (), "2020-04-03T00:00:00+00:00", language="en", url="https://courier.co.uk/ferry",
         body="<h1>Ferry back after nine years</h1><p>Published 03/04/2020</p>"),
    Case("month first by language", "Ferry back after nine years", (), "2020-03-04T00:00:00+00:00", language="en", body="<h1>Ferry back after nine years</h1><p>Published 03/04/2020</p>"),
    Case("state of a page drawn by scripts", "Ferry back after nine years", (), "2020-01-02T10:00:00+00:00",
         body='<h1>Ferry back after nine years</h1><script id="__NEXT_DATA__" type="application/json">{"props":{"story":{"publishedAt":"2020-01-02T10:00:00Z"}}}</script>'),
    Case("labels at the end", "Ferry back after nine years", ("Mara Quill",), "2020-01-02T00:00:00+00:00",
         body="<h1>Ferry back after nine years</h1>" + PROSE * 8 + "<div>Posted on January 2, 2020</div><h3>Written by Mara Quill</h3>"),
    Case("label and list", "Ferry back after nine years", ("Mara Quill", "Theo Lunde"), "2020-01-02T00:00:00+00:00",
         body="<h1>Ferry back after nine years</h1><p>2 January 2020</p><div><h6>Author(s)</h6><ul><li>Mara Quill</li><li>Theo Lunde</li></ul></div>"),
    Case("name, job, date", "Ferry back after nine years", ("Mara Quill",), "2020-01-02T00:00:00+00:00",
         body="<h1>Ferry back after nine years</h1><p>Mara Quill | Senior Writer | January 2, 2020</p>"),
    Case("account", "Ferry back after nine years", ("BoatFan7",), "2020-01-02T00:00:00+00:00",
         body='<h1>Ferry back after nine years</h1><p>Posted by <a href="/u/x">BoatFan7</a> on January 2, 2020</p>'),
    Case("categories behind the names", "Ferry back after nine years", ("Mara Quill",), "2020-01-02T00:00:00+00:00",
         body='<h1>Ferry back after nine years</h1><p>by <a href="/author/mara/">Mara Quill</a>, <a href="/category/slow-travel/">Slow Travel</a>, <a href="/category/boats/">Boat Trips</a></p><p>January 2, 2020</p>'),
    Case("agency before the house", "Ferry back after nine years", ("Northern Press",), "2020-01-02T10:00:00+00:00",
         head='<meta name="articleAuthor" content="Northern Press"><meta property="og:site_name" content="Courier">'
         + ld({"@type": "NewsArticle", "headline": "Ferry back after nine years", "datePublished": "2020-01-02T10:00:00Z", "author": {"@type": "Organization", "name": "Courier"}}),
         body="<h1>Ferry back after nine years</h1>"),
    Case("desk", "Ferry back after nine years", ("News Desk",), "2020-01-02T10:00:00+00:00",
         head=ld({"@type": "NewsArticle", "headline": "Ferry back after nine years", "datePublished": "2020-01-02T10:00:00Z", "author": {"@type": "Person", "name": "News Desk"}}),
         body="<h1>Ferry back after nine years</h1>"),
    Case("organisation with and", "Ferry back after nine years", ("Centre for Boats and Tides",), "2020-01-02T10:00:00+00:00",
         head=ld({"@type": "Article", "headline": "Ferry back after nine years", "datePublished": "2020-01-02T10:00:00Z", "author": {"@type": "Organization", "name": "Centre for Boats and Tides"}}),
         body="<h1>Ferry back after nine years</h1>"),
    Case("family name first", "Ferry back after nine years", ("Mara Quill", "Theo Lunde"), "2020-01-02T00:00:00+00:00",
         head='<meta name="citation_author" content="Quill, Mara"><meta name="citation_author" content="Lunde, Theo"><meta name="citation_date" content="2020/01/02">',
         body="<h1>Ferry back after nine years</h1>"),
    Case("address of another site in JSON-LD", "Ferry back after nine years", ("Mara Quill",), "2020-01-02T10:00:00+00:00",
         head=ld({"@type": "NewsArticle", "mainEntityOfPage": {"@type": "WebPage", "@id": "https://search.example/article"}, "headline": "Ferry back after nine years",
                  "datePublished": "2020-01-02T10:00:00Z", "author": {"@type": "Person", "name": "Mara Quill"}}),
         body="<h1>Ferry back after nine years</h1>"),
    Case("the newsroom's own day", "Ferry back after nine years", (), "2020-01-02T19:05:00-08:00",
         head='<meta property="article:published_time" content="2020-01-03T03:05:00Z">',
         body='<h1>Ferry back after nine years</h1><time datetime="2020-01-02T19:05:00-08:00">2 January</time>'),
    Case("the last change filed as publication", "Ferry back after nine years", (), "2020-01-02T00:00:00+00:00", "2021-05-05T10:00:00+00:00",
         url="https://courier.example/2020/01/02/ferry",
         head=ld({"@type": "NewsArticle", "headline": "Ferry back after nine years", "datePublished": "2021-05-05T10:00:00Z", "dateModified": "2021-05-05T10:00:00Z"}),
         body="<h1>Ferry back after nine years</h1>"),
    Case("logo and lower heading", "Ferry back after nine years", (), "2020-01-02T00:00:00+00:00",
         head="<title>Harbour Blog: Ferry back after nine years</title>",
         body='<h1><a href="/">Harbour Blog</a></h1><h2>Ferry back after nine years</h2><p>January 2, 2020</p>'),
    Case("kicker and counter in the h1", "Ferry back after nine years", (), "2020-01-02T00:00:00+00:00",
         head='<meta property="og:title" content="Estuary: Ferry back after nine years">',
         body="<h1><span>Traffic</span> <span>Ferry back after nine years</span></h1><p>January 2, 2020</p>"),
    Case("teasers with headlines of the first order", "Ferry back after nine years", ("Mara Quill",), "2020-01-02T00:00:00+00:00",
         head="<title>The ferry is back in town | Courier</title>",
         body='<h1>Ferry back after nine years</h1><p>By Mara Quill</p><p>January 2, 2020</p><div><h1><a href="/news/2">The bridge is back in the news of the town</a></h1></div>'),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_pages_of_content_systems(case: Case) -> None:
    markup = (
        f'<html lang="{case.language}"><head>{case.head}</head><body><nav><a href="/">Home</a> <time datetime="2022-02-02">today</time></nav>'
        f"<main>{case.body}{PROSE}{case.others}</main>{TEASERS}"
        "<aside><time>8 August 2021</time></aside><footer>Copyright 2022 Harbour Courier</footer></body></html>"
    )
    metadata = read_metadata(document_fromstring(markup), case.url)
    assert metadata.title == case.title
    assert metadata.authors == case.authors
    assert metadata.published == datetime.fromisoformat(case.published)
    if case.modified:
        assert metadata.modified == datetime.fromisoformat(case.modified)
    if case.section:
        assert metadata.section == case.section
