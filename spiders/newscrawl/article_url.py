"""Article URL or not? Decided before anything is fetched, from the URL, the link's text, and who named it.

The shapes come from how news sites build their paths: a date, a number or an opaque id that only an article
has, or a slug as long as a headline. The table of cases stands in ``tests/newscrawl/test_article_url.py``.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Source = Literal["feed", "news-sitemap", "sitemap", "link"]

# Files that are not pages.
_OTHER_FILE = re.compile(
    r"\.(?:7z|aac|ashx|atom|avi|avif|bmp|css|csv|docx?|epub|exe|flv|gif|gz|ico|ics|jpe?g|js|json|m3u8|m4[av]|mov|mp[34]|"
    r"mpe?g|ogg|pdf|png|pptx?|rar|rss|svg|tar|tiff?|txt|vcf|wav|webm|webp|wmv|xlsx?|xml|zip)$"
)
# Service pages, in the languages that we read: never an article, whoever names them.
_SERVICE = frozenset(
    # accounts and shops
    "login log-in signin sign-in "
    "signup sign-up register registration logout account my-account konto "
    "mein-konto compte mon-compte cuenta mi-cuenta conta moje-konto anmelden anmeldung registrieren "
    "connexion inscription iniciar-sesion registro accedi registrati abbonati inloggen aanmelden logowanie "
    "rejestracja entrar cadastro cart checkout basket warenkorb panier carrito subscribe subscription "
    "subscriptions abo abos abonnement abonnements abonnieren s-abonner suscripcion suscripciones suscribete "
    "assine assinatura abbonamenti abonneren prenumerata shop store boutique tienda negozio winkel sklep "
    "loja "
    # about the publisher
    "about about-us contact contact-us kontakt contacto contatti contato contactez-nous ueber-uns uber-uns "
    "qui-sommes-nous quienes-somos chi-siamo over-ons o-nas quem-somos sobre-nosotros impressum imprint "
    "datenschutz privacy cookies terms agb mentions-legales aviso-legal note-legali termos regulamin "
    "masthead advertise advertising werbung mediadaten publicite publicidad pubblicita anuncie reklama "
    "adverteren careers jobs stellenmarkt emploi empleo lavoro vacatures help faq hilfe aide ayuda aiuto "
    "pomoc ajuda sitemap site-map plan-du-site mapa-del-sitio "
    # tools
    "search suche recherche buscar busqueda buscador cerca ricerca zoeken szukaj busca print share "
    "email comments kommentare commentaires comentarios commenti komentarze wp-admin wp-login.php "
    "wp-json wp-content wp-includes feed feeds rss cdn-cgi cgi-bin api static assets ads adclick "
    "newsletter newsletters e-paper epaper push-notifications".split()
)
# Pages that list or play; an article below them is possible only where a feed or news sitemap names it.
_LISTING = frozenset(
    "tag tags topic topics "
    "thema themen theme themes sujet sujets tema temas argomento argomenti "
    "onderwerp onderwerpen temat tematy etiqueta etiquetas keyword keywords schlagwort schlagworte "
    "stichwort dossier dossiers label labels category categories kategorie kategorien categorie "
    "categoria categorias kategoria author authors autor autoren auteur auteurs autore autori "
    "autores autorzy journalist journalists redaktion contributor contributors profile profiles "
    "people person personne persona staff team by byline user users firma archive archives archiv "
    "archivo archivio arquivo archief archiwum page seite pagina pagine strona weather wetter meteo "
    "eltiempo el-tiempo tiempo tempo weer pogoda horoscope horoskop horoscopo oroscopo horoscoop "
    "horoscopes tv-guide tv-programm programme-tv programacion-tv guida-tv programmes program "
    "programme game games spiele jeux juegos giochi gry puzzle puzzles crossword crosswords sudoku "
    "quiz video videos mediathek mediatheque gallery galleries galerie photos bilder bildergalerie "
    "fotostrecke fotos foto fotogalerias fotogalerie galeria photo-gallery pictures in-pictures "
    "slideshow slideshows podcast podcasts audio radio livescore scores fixtures results standings "
    "table tables teams players coupons gutscheine codes-promo cupones deals boerse bourse stocks "
    "quotes market-data".split()
)
# Slugs of service pages that stand at the top of a site.
_SERVICE_SLUG = re.compile(
    r"^(?:privacy|terms|cookies?|contact|about|impressum|datenschutz|nutzungsbedingungen|mentions-legales|conditions-generales|"
    r"politique-de|politica-de|politica-privacy|condiciones|condizioni|aviso-de|aviso-legal|voorwaarden|privacybeleid|"
    r"polityka-prywatnosci|regulamin|editorial-(?:guidelines|standards|policy)|code-of|modern-slavery|accessibility|"
    r"do-not-sell|your-(?:ad|privacy)|manage-)"
)
# "/article/", "/story/" and their like, which say it outright.
_ARTICLE_WORD = frozenset(
    "article articles artikel story "
    "stories news-story newsarticle news-article content doc document "
    "nieuws noticia noticias nota notas articulo articulos articolo articoli notizie notizia artigo "
    "artigos materia artykul artykuly wiadomosc meldung beitrag bericht depeche actualite html node "
    "a p s n".split()
)
_MONTH = (
    r"(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|"
    r"january|february|march|april|june|july|august|september|october|november|december)"
)
_DAY_PATH = re.compile(
    rf"/(?:19|20)\d\d[/-]{_MONTH}[/-](?:0?[1-9]|[12]\d|3[01])(?=[/_-]|$)|/(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?=[/_-]|$)"
)
_ITALIAN_DAY_PATH = re.compile(r"/\d\d_[a-z]+_\d\d(?=/|$)")  # /25_marzo_14/
_MONTH_PATH = re.compile(rf"/(?:19|20)\d\d[/-]{_MONTH}(?=/|$)")
_DATE_IN_SLUG = re.compile(r"(?:^|[-_])(?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:[0-2]\d|3[01])(?:$|[-_])")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_OPAQUE_ID = re.compile(r"^(?=.*\d)[a-z0-9_.~]{8,}$")
_ID_QUERY = frozenset(
    "id storyid story_id articleid article_id artid aid newsid news_id idnoticia p sid nid cod docid".split()
)
_LISTING_QUERY = frozenset(
    "page paged pg seite pagina strona offset start q query s search keyword tag sort".split()
)
_PAGE_EXTENSION = re.compile(r"\.(?:[a-z]?html?|php|aspx?|jsp|cms|ece|amp)$")
_INDEX_PAGE = re.compile(r"^(?:index|default|home)\.[a-z]{3,5}$")
_WORD_BREAK = re.compile(r"[-_+~,.\s]+")
_HEADLINE_WORDS = (
    4  # the longest section names ("arts-and-culture") have three words, the shortest headlines four
)


def is_article_url(url: str, text: str = "", source: Source = "link") -> bool:
    """Say whether a URL looks like one article's page.

    Args:
        url: Absolute URL.
        text: Text of the link, if it was a link.
        source: Who named the URL. Feeds and news sitemaps name articles by their nature, and are believed; a
            general sitemap and a link name any page.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[": not a URL
        return False
    segments = _segments(parts)
    if parts.scheme not in ("http", "https") or not parts.hostname or _has_other_content(parts, segments):
        return False
    if source in ("feed", "news-sitemap"):
        return bool(segments) or _has_id_query(parts)
    if _is_listing(parts, segments):
        return False
    return (
        _has_date_and_name(parts, segments)
        or _has_id_query(parts)
        or _has_id(segments)
        or _has_headline_slug(segments)
        or _has_headline_text(segments, text)
    )


def is_listing_url(url: str) -> bool:
    """Say whether a URL names a service page, a file, or a list that is no section: tags, authors, search."""
    parts = urlsplit(url)
    segments = _segments(parts)
    return _has_other_content(parts, segments) or _is_listing(parts, segments)


def _segments(parts: SplitResult) -> list[str]:
    """The path's segments, decoded and in lower case; an index page stands for its folder."""
    segments = [segment for segment in unquote(parts.path).lower().split("/") if segment]
    if segments and _INDEX_PAGE.match(segments[-1]):
        segments.pop()
    return segments


def _words(segment: str) -> list[str]:
    """The words of a slug; numbers and ids are none."""
    name = _PAGE_EXTENSION.sub("", _UUID.sub("", segment))
    return [word for word in _WORD_BREAK.split(name) if word.isalpha() or (word and not word.isascii())]


def _has_other_content(parts: SplitResult, segments: list[str]) -> bool:
    if _OTHER_FILE.search(parts.path.lower()) or not _SERVICE.isdisjoint(segments):
        return True
    return len(segments) == 1 and _SERVICE_SLUG.match(segments[0]) is not None


def _is_listing(parts: SplitResult, segments: list[str]) -> bool:
    # the last segment is the page's own name: "/sport/table" lists, "/a/b/results" may; both are no articles
    if not _LISTING.isdisjoint(segments):
        return True
    return any(name.lower() in _LISTING_QUERY for name, _ in parse_qsl(parts.query))


def _has_date_and_name(parts: SplitResult, segments: list[str]) -> bool:
    """A date in the path and something beside it that names one text; a date alone is an archive."""
    path = "/" + "/".join(segments)
    day = _DAY_PATH.search(path) or _ITALIAN_DAY_PATH.search(path)
    if day:
        return _names_one_text(segments[-1]) and not path.endswith(day.group())
    month = _MONTH_PATH.search(path)
    if month:
        return not path.endswith(month.group()) and (
            len(_words(segments[-1])) >= 2 or bool(_LONG_NUMBER.search(segments[-1]))
        )
    return False


def _names_one_text(segment: str) -> bool:
    """Whether a segment below a date is a slug or id rather than a number of a page."""
    return not re.fullmatch(r"\d{1,2}", segment)


def _has_id_query(parts: SplitResult) -> bool:
    """``?id=12345``: as old systems address an article."""
    return any(
        name.lower() in _ID_QUERY and re.fullmatch(r"[\w-]*\d{3,}[\w-]*", value)
        for name, value in parse_qsl(parts.query)
    )


def _has_id(segments: list[str]) -> bool:
    """An id such as articles carry, together with words or after a word that says "article"."""
    if not segments:
        return False
    last = _PAGE_EXTENSION.sub("", segments[-1])
    # an id may also stand in front of its slug: /12345678/slug
    before = segments[-2] if len(segments) > 1 else ""
    says_article = not _ARTICLE_WORD.isdisjoint(segments[:-1])
    if says_article and (_OPAQUE_ID.match(last) or _LONG_NUMBER.search(last) or _UUID.search(last)):
        return True
    if _UUID.search(last) or _DATE_IN_SLUG.search(last):
        return len(_words(last)) >= 2
    if len(_words(last)) >= 2:
        # an id of the system's own beside two words: "world-europe-65432198", "slug~b1234567",
        # "slug-a4886123", "slug-li.321"
        pieces = re.split(r"[-_~,]", last)
        return (
            bool(_LONG_NUMBER.search(last))
            or any(
                re.fullmatch(
                    r"[a-z]{1,3}\.?\d{3,}|[a-z]?(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{7,}|\d+\.\d{4,}", piece
                )
                for piece in (pieces[0], pieces[-1])
            )
            or re.fullmatch(r"[a-z]?\d{5,}|(?=.*\d)(?=.*[a-z])[a-z0-9]{7,}", before) is not None
        )
    if len(segments) > 2 and re.fullmatch(r"(?=.*\d)(?=.*[a-z])[a-z0-9]{6,}", last):
        return len(_words(before)) >= _HEADLINE_WORDS  # /section/slug-of-the-story/abc1234
    if re.fullmatch(r"!\d{6,}|[a-z]{0,3}\d{6,}[-_]\d{5,}", last):  # /!6071234, /dmf20250314_94012345
        return True
    return (
        segments[-1] != last and re.fullmatch(r"(?:article|[a-z]{0,3})\d{5,}", last) is not None
    )  # /politics/1234567.html


def _has_headline_slug(segments: list[str]) -> bool:
    """A last segment as long as a headline; three words are enough for a file of its own."""
    if not segments:
        return False
    words = len(_words(segments[-1]))
    is_file = _PAGE_EXTENSION.search(segments[-1]) is not None
    says_article = not _ARTICLE_WORD.isdisjoint(segments[:-1])
    return words >= _HEADLINE_WORDS or (words >= 3 and (is_file or says_article))


def _has_headline_text(segments: list[str], text: str) -> bool:
    """A link that reads like a headline, to a page deeper than a section."""
    return len(text.split()) >= _HEADLINE_WORDS + 1 and len(segments) >= 2 and len(_words(segments[-1])) >= 2
