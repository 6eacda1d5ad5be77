"""The tables of `article URL or not?`: paths in the manner of real sites, on hosts that do not exist.

The cases of this file must all be right. ``article_urls.txt`` measures more, and was looked at while the function was
made; two thirds of ``article_urls_aside.txt``, by the hash of the URL, were not, and say how good it is.
"""

import hashlib
import shlex
from collections import Counter
from pathlib import Path

import pytest

from newscrawl.article_url import is_article_url

Case = tuple[str, bool, dict[str, str]]


def cases(name: str) -> list[Case]:
    """URL, whether it is an article, and what else is known of it."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line.startswith(("+ ", "- ")):
            url, *known = shlex.split(line[2:].replace("'", r"\'"))
            found.append((url, line[0] == "+", dict(each.split("=", 1) for each in known)))
    return found


def is_aside(case: Case) -> bool:
    return hashlib.blake2b(case[0].encode(), digest_size=1).digest()[0] % 3 != 0


def precision_and_recall(measured: list[Case]) -> tuple[float, float]:
    outcomes = Counter(
        (is_article_url(url, **known), expected)  # type: ignore[arg-type]  # the table spells sources and places
        for url, expected, known in measured
    )
    right = outcomes[True, True]
    return right / (right + outcomes[True, False]), right / (right + outcomes[False, True])


def test_tables_are_large_and_have_no_case_twice() -> None:
    seen, aside = (
        cases("article_urls.txt"),
        [each for each in cases("article_urls_aside.txt") if is_aside(each)],
    )
    urls = [(url, *sorted(known.items())) for url, _, known in seen + cases("article_urls_aside.txt")]
    assert len(set(urls)) == len(urls)
    assert len(seen) >= 600
    assert len(aside) >= 180
    assert sum(expected for _, expected, _ in aside) >= 70


def test_precision_and_recall_on_the_table() -> None:
    precision, recall = precision_and_recall(cases("article_urls.txt"))
    assert precision >= 0.99
    assert recall >= 0.99


def test_precision_and_recall_on_what_was_kept_aside() -> None:
    """Shows no case, so that nobody mends the function by them."""
    precision, recall = precision_and_recall(
        [each for each in cases("article_urls_aside.txt") if is_aside(each)]
    )
    assert precision >= 0.97
    assert recall >= 0.95


NOT_ARTICLES = """
https://news.example/
https://news.example
https://news.example/index.html
https://news.example/world
https://news.example/world/
https://news.example/world/europe
https://news.example/uk-news
https://news.example/uk/scotland-news
https://news.example/arts-and-culture
https://news.example/us-election-2028
https://news.example/news/science-and-environment
https://news.example/news/world/middle-east
https://news.example/politics/?page=2
https://news.example/politics/page/3
https://news.example/2025
https://news.example/2025/03
https://news.example/2025/03/14
https://news.example/2025/03/14/
https://news.example/2025-03-14
https://news.example/archive/2025/03/14/
https://news.example/archive/2025/03/14/page-2
https://news.example/tag/climate-change-and-the-sea
https://news.example/tags/harbour
https://news.example/topic/topic-5
https://news.example/topics/cx2jyv8j88gt
https://news.example/author/mara-holt
https://news.example/author/mara-holt-12345678
https://news.example/by/mara-holt
https://news.example/profile/jo-de-la-cruz-smith
https://news.example/people/someone-with-a-long-name
https://news.example/search?q=harbour+bridge+closed
https://news.example/search/harbour-bridge-closed-again
https://news.example/login?next=/2025/03/14/a-long-story-name
https://news.example/account/change-your-password-now
https://news.example/subscribe/offer-for-new-readers-12345
https://news.example/newsletters/the-morning-briefing-by-our-editors
https://news.example/about
https://news.example/about/our-editorial-standards-and-practices
https://news.example/contact/how-to-reach-our-newsroom
https://news.example/privacy-policy-and-cookie-statement
https://news.example/terms-and-conditions-of-sale-and-use
https://news.example/cookies-and-how-we-use-them
https://news.example/editorial-guidelines-for-our-whole-newsroom
https://news.example/modern-slavery-statement-for-2028
https://news.example/do-not-sell-my-personal-information
https://news.example/rss.xml
https://news.example/feed/
https://news.example/sitemap.xml
https://news.example/docs/the-full-report-of-the-inquiry-2028.pdf
https://news.example/img/2025/03/14/harbour-bridge-at-dawn.jpg
https://news.example/audio/2025/03/14/the-daily-show-with-us.mp3
https://news.example/weather/2643743
https://news.example/sport/football/fixtures
https://news.example/sport/football/teams/harbour-united-football-club
https://news.example/sport/football/tables
https://news.example/video/the-moment-the-bridge-came-down
https://news.example/videos/c5y8r2z3x4wo
https://news.example/pictures/the-week-in-pictures-from-harbour
https://news.example/podcasts/the-long-read-of-the-week
https://news.example/programmes/b006q2x0
https://news.example/horoscopes/what-the-stars-say-today
https://news.example/games/the-mini-crossword-of-today
https://news.example/puzzles/sudoku-hard-number-12345
https://news.example/quotes/HRB-12345
https://news.example/wp-admin/post.php?post=12345
https://news.example/wp-json/wp/v2/posts/12345
https://news.example/jobs/senior-reporter-in-the-harbour-office-12345
https://news.example/shop/a-mug-with-our-name-12345
mailto:desk@news.example
javascript:void(0)
ftp://news.example/2025/03/14/a-long-story-name
https:///2025/03/14/a-long-story-name
https://zeitung.example/politik
https://zeitung.example/politik/ausland/
https://zeitung.example/thema/hafenstadt
https://zeitung.example/themen/alle-themen-von-a-bis-z
https://zeitung.example/autoren/mara-holt-4711234
https://zeitung.example/impressum
https://zeitung.example/datenschutz
https://zeitung.example/abo/jetzt-vier-wochen-gratis-testen
https://zeitung.example/suche?suchbegriff=hafen
https://zeitung.example/wetter/deutschland/hafenstadt-12345
https://zeitung.example/mediathek/die-bruecke-im-film-12345
https://zeitung.example/fotostrecke/die-schoensten-bilder-der-woche-12345.html
https://zeitung.example/nutzungsbedingungen-fuer-unsere-digitalen-angebote
https://zeitung.example/gutscheine/mode-und-schuhe-fuer-alle
https://zeitung.example/archiv/2025/03
https://journal.example/politique
https://journal.example/politique/elections-municipales
https://journal.example/dossier/la-reforme-des-ports-en-cinq-points
https://journal.example/auteur/mara-holt
https://journal.example/auteurs/mara-holt-1234567
https://journal.example/mentions-legales
https://journal.example/politique-de-confidentialite-du-site
https://journal.example/abonnement/offre-de-bienvenue-pour-vous
https://journal.example/recherche?mot=pont
https://journal.example/meteo/hafen-sur-mer-12345
https://journal.example/jeux/mots-croises-du-jour-12345
https://diario.example/espana
https://diario.example/internacional/america-latina/
https://diario.example/autor/mara-holt-y-otros-dos/
https://diario.example/temas/el-puente-del-puerto-viejo/
https://diario.example/aviso-legal
https://diario.example/buscador/?text=puente
https://diario.example/eltiempo/puerto-viejo-de-la-costa
https://diario.example/horoscopo/que-dicen-los-astros-hoy
https://diario.example/hemeroteca/2025-03-14
https://giornale.example/politica/
https://giornale.example/cronaca/porto-vecchio
https://giornale.example/argomenti/ponte-del-porto-vecchio-chiuso
https://giornale.example/autori/mara-holt
https://giornale.example/meteo/porto-vecchio/domani-e-dopo
https://giornale.example/abbonati/offerta-di-primavera-per-te
https://krant.example/binnenland
https://krant.example/nieuws/
https://krant.example/onderwerp/de-brug-in-de-haven
https://krant.example/auteur/mara-holt
https://krant.example/over-ons/zo-werkt-onze-hele-redactie
https://krant.example/weer/havenstad
https://gazeta.example/polska
https://gazeta.example/sport/pilka-nozna
https://gazeta.example/tag/most-w-porcie-zamkniety-znowu
https://gazeta.example/autorzy/mara-holt-123456
https://gazeta.example/pogoda/portowo-na-jutro-i-pojutrze
https://gazeta.example/regulamin-korzystania-z-naszych-serwisow
https://jornal.example/economia/
https://jornal.example/autores/mara-holt-da-silva-costa
https://jornal.example/busca/?q=ponte
https://shinbun.example/politics/
https://shinbun.example/topics/word/bridge.html
""".split()

ARTICLES = """
http://127.0.0.2:8000/politics/2025/03/14/harbour-bridge-17
http://127.0.0.2:8000/politics/2025/03/14/story-3
https://news.example/world/2025/mar/14/harbour-bridge-closes-again
https://news.example/world/live/2025/mar/14/harbour-bridge-closes-latest-updates
https://news.example/2025/03/14/politics/harbour-bridge-vote/index.html
https://news.example/2025/03/14/us/politics/harbour-bridge-vote.html
https://news.example/politics/2025/03/14/bridge-vote-holt/
https://news.example/news/2025-03-14/bridge-vote
https://news.example/news/articles/2025-03-14/harbour-bridge-vote-is-put-off
https://news.example/news/articles/c4gdzd5zxyzo
https://news.example/sport/football/articles/c0k7y8n9p2wo
https://news.example/news/uk-england-london-65432198
https://news.example/news/world-europe-65432198
https://news.example/article/harbour-bridge-vote-3f2a9c81d7e64b05a1c2d3e4f5061728
https://news.example/content/3f2a9c81-d7e6-4b05-a1c2-d3e4f5061728
https://news.example/world/europe/harbour-bridge-vote-put-off-2025-03-14/
https://news.example/world/europe/bridge-vote-2025-03-14/
https://news.example/harbour-bridge-vote-put-off-again/
https://news.example/politics/harbour-bridge-vote-put-off-again-1234567
https://news.example/politics/bridge-vote-12345.html
https://news.example/politics/article12345678.html
https://news.example/politics/12345678/bridge-vote
https://news.example/story/news/local/2025/03/14/bridge-vote-put-off/81234567007/
https://news.example/story.php?storyid=12345
https://news.example/index.php?id=123456
https://news.example/news/article.asp?articleid=98765
https://news.example/?p=12345
https://news.example/2025/03/bridge-vote.html
https://news.example/2025/03/14/bridge
https://news.example/20250314/bridge-vote-2004567890.html
https://news.example/news/bridge-vote-put-off_b1234567.html
https://news.example/uk/news/politics/bridge-vote-holt-b2712345.html
https://news.example/politics/why-the-bridge-vote-matters-now/abc1234
https://news.example/news/world/bridge-vote-put-off.shtml
https://news.example/stories/the-bridge-vote
https://news.example/a/bridge-vote-put-off/7654321.html
https://news.example/business/deal-or-no-deal-for-the-harbour
https://news.example/opinion/the-bridge-is-not-the-problem
https://news.example/lifestyle/ten-ways-to-cross-a-river
https://news.example/POLITICS/2025/03/14/Bridge-Vote-Put-Off
https://zeitung.example/politik/deutschland/2025-03/hafenbruecke-abstimmung-holt
https://zeitung.example/politik/deutschland/hafenbruecke-abstimmung-verschoben-a-3f2a9c81-d7e6-4b05-a1c2-d3e4f5061728
https://zeitung.example/politik/abstimmung-verschoben-a-3f2a9c81-d7e6-4b05-a1c2-d3e4f5061728
https://zeitung.example/aktuell/politik/inland/hafenbruecke-abstimmung-110123456.html
https://zeitung.example/politik/hafenbruecke-abstimmung-li.3210123
https://zeitung.example/politik/hafenbruecke-abstimmung-1.6712345
https://zeitung.example/politik/hafenbruecke-gesperrt/29876543.html
https://zeitung.example/inland/hafenbruecke-bleibt-vorerst-gesperrt-100.html
https://zeitung.example/artikel/hafenbruecke-gesperrt-ld.1834567
https://zeitung.example/news/regional/hafenstadt/article407123456/Bruecke-gesperrt.html
https://zeitung.example/!6071234/
https://zeitung.example/Hafenbruecke-bleibt-gesperrt/!6071234/
https://zeitung.example/regional/hafenbrücke-bleibt-bis-sommer-gesperrt
https://zeitung.example/regional/hafenbr%C3%BCcke-bleibt-bis-sommer-gesperrt
https://zeitung.example/meldung/2025/03/14/hafenbruecke
https://zeitung.example/wirtschaft/boersenstart-am-hafen-heute-schwach
https://journal.example/politique/article/2025/03/14/le-pont-du-port-ferme_6580123_823448.html
https://journal.example/politique/le-pont-du-port-ferme-20250314
https://journal.example/politique/pont-ferme-20250314_QW7RTZ3N5BHKXA2VDYPELUM6TI/
https://journal.example/societe/pont-ferme-14-03-2025-ABCD1EFGHI2JKLM3NOPQ.php
https://journal.example/actu/economie/le-pont-du-port-reste-ferme-jusqu-en-juin
https://journal.example/article/pont-ferme-1234567
https://journal.example/faits-divers/pont-ferme-7900123456
https://journal.example/monde/l-accord-sur-le-pont-en-cinq-questions_2189123.html
https://journal.example/culture/fête-du-port-la-ville-en-musique
https://diario.example/espana/2025-03-14/el-puente-del-puerto-se-cierra.html
https://diario.example/espana/2025/03/14/67d3a1b2e4d4d8f01b8b4567.html
https://diario.example/politica/puente-puerto-cierra_1_12123456.html
https://diario.example/politica/20250314/10479123/puente-puerto-cierra.html
https://diario.example/noticias/puente-puerto-cerrado-nid14032025/
https://diario.example/economia/el-puente-del-puerto-cierra-hasta-junio
https://diario.example/internacional/2025/03/14/puente
https://diario.example/nota/puente-cerrado-987654
https://diario.example/cultura/mañana-empieza-la-fiesta-del-puerto
https://giornale.example/politica/2025/03/14/news/ponte_porto_chiuso-424060123/
https://giornale.example/politica/25_marzo_14/ponte-chiuso-3f2a9c81-d7e6-4b05-a1c2-d3e4f5061728.shtml
https://giornale.example/sito/notizie/politica/2025/03/14/ponte-chiuso_3f2a9c81-d7e6-4b05-a1c2-d3e4f5061728.html
https://giornale.example/cronaca/il-ponte-del-porto-resta-chiuso
https://giornale.example/articolo/ponte-chiuso-123456
https://giornale.example/2025/03/ponte-chiuso/
https://krant.example/artikel/2559123-brug-in-haven-dicht
https://krant.example/nieuws/2025/03/14/brug-in-haven-blijft-dicht-a4886123
https://krant.example/nieuws-achtergrond/brug-haven-dicht~b12345ab/
https://krant.example/binnenland/artikel/5498123/brug-haven-dicht
https://krant.example/cnt/dmf20250314_94012345
https://krant.example/regio/de-brug-in-de-haven-blijft-dicht
https://gazeta.example/7,75398,31770123,most-w-porcie-zamkniety.html
https://gazeta.example/polska/most-w-porcie-zamkniety-st8347123
https://gazeta.example/informacje/kraj/most-w-porcie-znow-zamkniety/abc1234
https://gazeta.example/kraj/artykuly/9751234,most-zamkniety.html
https://gazeta.example/wiadomosci/most-w-porcie-będzie-zamknięty
https://jornal.example/2025/03/14/politica/noticia/ponte-porto-fechada-2126123
https://jornal.example/politica/noticia/2025/03/14/ponte-do-porto-e-fechada.ghtml
https://jornal.example/poder/2025/03/ponte-do-porto-fica-fechada.shtml
https://jornal.example/economia/artigo/ponte-fechada-123456
https://jornal.example/brasil/ponte-do-porto-fica-fechada-até-junho
https://shinbun.example/articles/AST3G2QK6T3GUTFK00M.html
https://shinbun.example/news/html/20250314/k10014750123.html
https://shinbun.example/politics/20250314-OYT1T50123/
https://shinbun.example/articles/20250314/k00/00m/040/123000c
https://novosti.example/20250314/most-2004567890.html
https://novosti.example/news/2025/03/14/most-zakryt
https://novosti.example/doc/7578123
https://novosti.example/politika/мост-в-порту-снова-закрыт
""".split()

NAMED_BY_SOURCE = [
    ("https://news.example/video/the-moment-the-bridge-came-down", "feed", True),
    ("https://news.example/bridge", "news-sitemap", True),
    ("https://news.example/bridge", "feed", True),
    ("https://news.example/bridge", "sitemap", False),
    ("https://news.example/", "feed", False),
    ("https://news.example/?p=12345", "feed", True),
    ("https://news.example/report.pdf", "feed", False),
    ("https://news.example/audio/episode-12.mp3", "news-sitemap", False),
    ("https://news.example/subscribe", "feed", False),
    ("https://news.example/world/2025/03/14/harbour-bridge", "sitemap", True),
]

NAMED_BY_TEXT = [
    ("https://news.example/politics/bridge-vote", "The bridge vote is put off again", True),
    ("https://news.example/politics/bridge-vote", "Bridge vote", False),
    ("https://news.example/world/middle-east", "Middle East", False),
    ("https://news.example/bridge-vote", "The bridge vote is put off again", False),
    ("https://news.example/tag/bridge-vote", "All that we wrote about the bridge vote", False),
]

NAMED_BY_PLACE = [
    ("https://news.example/politics/bridge", "The bridge vote is put off again", "main", True),
    ("https://news.example/politics/bridge", "The bridge vote is put off again", "", False),
    ("https://news.example/how-we-report-the-news", "How we report", "footer", False),
    ("https://news.example/politics/the-bridge-that-divides-us", "The bridge", "navigation", False),
    ("https://news.example/politics/the-bridge-that-divides-us", "The bridge", "main", True),
    ("https://news.example/politics/bridge-vote-1234567", "The bridge that divides us", "navigation", True),
    ("https://news.example/2025/03/14/bridge-vote", "Bridge", "footer", True),
]


@pytest.mark.parametrize("url", NOT_ARTICLES)
def test_is_no_article(url: str) -> None:
    assert not is_article_url(url)


@pytest.mark.parametrize("url", ARTICLES)
def test_is_an_article(url: str) -> None:
    assert is_article_url(url)


@pytest.mark.parametrize(("url", "source", "expected"), NAMED_BY_SOURCE)
def test_source_counts(url: str, source: str, expected: bool) -> None:
    assert is_article_url(url, source=source) is expected


@pytest.mark.parametrize(("url", "text", "expected"), NAMED_BY_TEXT)
def test_text_counts(url: str, text: str, expected: bool) -> None:
    assert is_article_url(url, text) is expected


@pytest.mark.parametrize(("url", "text", "place", "expected"), NAMED_BY_PLACE)
def test_place_counts(url: str, text: str, place: str, expected: bool) -> None:
    assert is_article_url(url, text, place=place) is expected


def test_urls_that_cannot_be_parsed_are_no_articles() -> None:
    assert not is_article_url("http://[broken/2025/03/14/harbour-bridge-closes")
