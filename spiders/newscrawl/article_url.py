"""Article URL or not? Decided before anything is fetched, from the URL, the link's text, and who named it.

The shapes come from how news sites build their paths: a date, a number or an opaque id that only an article
has, or a slug as long as a headline. The tables of cases stand beside ``tests/newscrawl/test_article_url.py``,
with the part that was kept aside to measure precision and recall.
"""

from __future__ import annotations

import calendar
import contextlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

Source = Literal["feed", "news-sitemap", "sitemap", "link"]
Place = Literal["", "main", "navigation", "footer"]

# Files that are not pages.
_OTHER_FILE = re.compile(
    r"\.(?:7z|aac|ashx|atom|avi|avif|bmp|css|csv|docx?|epub|exe|flv|gif|gz|ico|ics|jpe?g|js|json|m3u8|m4[av]|mov|mp[34]|"
    r"mpe?g|ogg|pdf|png|pptx?|rar|rss|svg|tar|tiff?|txt|vcf|wav|webm|webp|wmv|xlsx?|xml|zip)$"
)
# Pages that do something for a reader rather than tell something: never an article, whoever names them.
_MACHINERY = frozenset(
    # accounts
    "login log-in signin sign-in signup sign-up register registration logout account my-account konto mein-konto "
    "compte mon-compte cuenta mi-cuenta conta moje-konto anmelden anmeldung registrieren connexion inscription "
    "iniciar-sesion registro accedi registrati inloggen aanmelden logowanie rejestracja entrar cadastro cart "
    "checkout basket warenkorb panier carrito auth oauth "
    # tools
    "search suche recherche buscar busqueda buscador cerca ricerca zoeken szukaj busca print imprimer imprimir drucken "
    "druckversion stampa afdrukken drukuj share "
    "email comments kommentare commentaires comentarios commenti komentarze wp-admin wp-login.php "
    "wp-json wp-content wp-includes feed feeds rss cdn-cgi cgi-bin api static assets ads adclick".split()
)
# Pages of the publisher and its services, in the languages that we read. Some sites have a section of that name,
# so a feed, or a date beside a slug, is believed.
_SERVICE = frozenset(
    # shops
    "abbonati subscribe subscription "
    "subscriptions abo abos abonnement abonnements abonnieren s-abonner suscripcion suscripciones suscribete "
    "assine assinatura abbonamenti abonneren prenumerata shop store boutique tienda negozio winkel sklep "
    "loja "
    # about the publisher
    "about about-us contact contact-us kontakt contacto contatti contato contactez-nous ueber-uns uber-uns "
    "qui-sommes-nous quienes-somos chi-siamo over-ons o-nas quem-somos sobre-nosotros impressum imprint "
    "datenschutz privacy cookies terms agb mentions-legales aviso-legal note-legali termos regulamin "
    "masthead advertise advertising werbung mediadaten publicite publicidad pubblicita anuncie reklama "
    "adverteren careers jobs stellenmarkt emploi empleo lavoro vacatures help faq hilfe aide ayuda aiuto "
    "pomoc ajuda klantenservice kundservice sitemap site-map plan-du-site mapa-del-sitio donate "
    "necrologi classified advertise-with-us expediente fale-conosco servicios "
    "membership promotions competitions gewinnspiel gewinnspiele concours sorteos winacties konkursy directory "
    "annuaire kleinanzeigen stellenangebote petites-annonces classificados lezersservice kundenservice assinantes "
    "kiosk kiosque kiosko webshop corporate institucional donation spenden dons advertorial advertorials sponsored "
    "partner-content marketplace download downloads app apps aboshop digital-abo verlag offers "
    "support edition-abonnes oferta oferty accessibility corrections complaints "
    # letters
    "newsletter newsletters infolettre infolettres boletin boletines boletim boletins nieuwsbrief nieuwsbrieven "
    "biuletyn briefings abonnementen prenumeratie prenumeration suscribirse assinaturas abbonamento e-paper epaper push-notifications".split()
)
_SERVICE_HOST = (_MACHINERY | _SERVICE) - {
    "feed",
    "feeds",
    "rss",
}  # a feed's links may pass through a counting host
# Lists, whatever stands below them: tags, authors, topics.
_LIST = frozenset(
    "tag tags tagi tagged topic topics topicos "
    "thema themen theme themes sujet sujets tema temas assunto assuntos argomento argomenti "
    "onderwerp onderwerpen temat tematy etiqueta etiquetas keyword keywords schlagwort schlagworte schlagworter "
    "stichwort stichworte dossier dossiers label labels category categories kategorie kategorien categorie "
    "categoria categorias kategoria rubrik author authors autor autoren auteur auteurs autore autori "
    "autores autorzy journalist journalists journaliste journalistes signataires firmas firme redaktion redactie "
    "contributor contributors profile profiles people person personne personnalite persona staff team by "
    "byline user users usuario usuarios firma columnist columnists yazarlar av series serie collection "
    "collections section sections sekce sezione sezioni seccion secciones rubrique rubriques secao sekcja "
    "hub spotlight best-of issue issues edition editions sitemaps latest page seite pagina pagine strona "
    "special specials special-report special-reports letters-to-the-editor cartas-al-director leserbriefe".split()
)
# Pages to look at or to listen to.
_MEDIA = frozenset(
    "video videos wideo filmy watch player mediathek mediatheque replay replay-tv gallery galleries galerie "
    "galerias galeria photo photos bilder bildergalerie fotostrecke fotostrecken fotos foto fotogalerias "
    "fotogalerie fotogaleria fotogallery fotoserie zdjecia photo-gallery pictures in-pictures album albums "
    "albumes diaporama diaporamas portfolio portfolios slideshow slideshows podcast podcasts audio audios radio "
    "sounds emissions sendung sendungen".split()
)
# Pages that a machine fills: tables, forecasts, games, offers. Articles stand among them, with a date or an id.
_DATA = frozenset(
    "archive archives archiv archivo archivio arquivo archief archiwum hemeroteca "
    "weather wetter meteo eltiempo el-tiempo tiempo tempo weer pogoda horoscope horoskop horoscopo oroscopo "
    "horoscoop horoscopes tv-guide tv-listings tv-programm programme-tv programacion-tv programacion tv-gids "
    "program-tv guida-tv programmes program programme programas game games spiele jeux juegos giochi gry jogos "
    "pasatiempos puzzle puzzles puzzels crossword crosswords sudoku quiz quizzes livescore scores scorecard fixtures "
    "results resultados resultats risultati standings classement clasificacion classificacao classifica tabelle "
    "tabela tabele stand table tables teams players coupons vouchers gutscheine codes-promo cupones descuentos "
    "deals boerse bourse borsa stocks quote quotes cotizaciones market-data loterias "
    "events property classifieds annonces-legales avis-de-deces esquelas necrologie nekrologi "
    "traueranzeigen familieberichten ogloszenia places ort orte villes listings lottery lotto loteria loteries "
    "service services servizi servicos obituarios cartelera kalender calendar agenda calendrier calendario "
    "live-scores wyniki terminarz uitslagen spielplan ergebnisse ergebnisse-tabellen hava-durumu fikstur stocks".split()
)
# The last word of a folder's name says what the folder holds: "picture-gallery", "foto-galeri".
_MEDIA_NOUN = re.compile(
    r"[-_](?:galler(?:y|ies)|galeri[ae]?s?|fotos|photos|pictures|videos?|podcasts?|slideshows?)$"
)
# Slugs of service pages: at the top of a site these beginnings will do,
_SERVICE_SLUG = re.compile(
    r"(?:privacy|terms|cookies?|contact|about|kontakta?-|contacto-|contatti-|contato-|contactez-|yhteystiedot|iletisim|impressum|datenschutz|mentions-legales|conditions-generales|"
    r"politique-de|politica-de|politica-privacy|condiciones|condizioni|aviso-de|aviso-legal|voorwaarden|privacybeleid|"
    r"polityka-prywatnosci|regulamin|editorial-(?:guidelines|standards|policy|code)|code-of|modern-slavery|accessibility|"
    r"do-not-sell|your-(?:ad|privacy)|manage-|mediadaten|termos-de|newsletter|complaints|how-to-(?:subscribe|contact|pitch)|"
    r"how-we-(?:work|report|make)|why-you-can-trust|who-we-are|work-with|write-for|join-us|ueber-uns|uber-uns|qui-sommes|quienes-somos|chi-siamo)"
)
# anywhere else it takes more.
_LEGAL_SLUG = re.compile(
    r"(?:privacy|cookie)-(?:policy|notice|statement|settings)|(?:standard-)?terms-(?:and|of|&)|terms-conditions|"
    r"nutzungsbedingungen|datenschutzerkl|datenschutzhinweis|barrierefreiheit|agb(?:-|$)|impressum|ueber-uns|"
    r"politique-de-confidentialite|conditions-(?:generales|d-utilisation)|politica-de-(?:privacid|cookies)|"
    r"condiciones-de-uso|aviso-legal|informativa-privacy|privacyverklaring|algemene-voorwaarden|"
    r"polityka-prywatnosci|termos-de-uso|modern-slavery"
)
# Slugs of lists: who wrote it, what is new.
_LIST_SLUG = re.compile(
    r"(?:author|autor|auteur|autore|tag|thema|topic|category)[-_]|"
    r"(?:latest|breaking|top|all|most-read)[-_](?:news|stories|articles)|"
    r"(?:ultime|ultimas|ultimos|alle|toutes|tutte|todas)[-_](?:l[ae]s?-|as-)?(?:noti|nachrichten|artikel|meldungen|actualites)|"
    r"best-of|(?:het-)?beste-van|le-meilleur-d|lo-mejor-d|il-meglio-d|das-beste-aus"
)
# "/article/" and its like say outright that one text follows,
_ARTICLE_WORD = frozenset(
    "article artikel story stories p blog post posts noticia nota articulo articolo notizia artigo artykul "
    "artykuly beitrag meldung bericht nieuwsbericht pressemitteilung pm depeche entry art interactive detalhe detalle dettaglio detail".split()
)
# and these that news follow, or texts of some kind.
_NEWS_WORD = _ARTICLE_WORD | frozenset(
    "articles news-story newsarticle news-article articleshow content contenido doc document view nieuws noticias "
    "live notas articulos articoli notizie artigos materia wiadomosc actualite html node a s n ar cnt".split()
)
_MONTH = (
    r"(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|"
    r"january|february|march|april|june|july|august|september|october|november|december)"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY_PATH = re.compile(
    rf"/{_YEAR}[/-]{_MONTH}[/-]{_DAY}(?=[/_-]|$)"  # /2025/03/14/, /2025-03-14, /2025-03/14
    rf"|/{_YEAR}/?(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?=[/_-]|$)"  # /20250314, /2025/0314
    rf"|/{_DAY}[/-](?:0?[1-9]|1[0-2])[/-]{_YEAR}(?=[/_-]|$)"  # /14/03/2025
    r"|/\d\d_[a-z]+_\d\d(?=/|$)"  # /25_marzo_14
)
_MONTH_PATH = re.compile(rf"/{_YEAR}[/-]{_MONTH}(?=/|$)")
# Dates that are segments of their own, to be read: the day, else the month, else the year of an archive.
_NAMED_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"/(?P<year>{_YEAR})[/-](?P<month>{_MONTH})[/-](?P<day>{_DAY})(?=[/_-]|$)",
        rf"/(?P<year>{_YEAR})/?(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?=[/_-]|$)",
        rf"/(?P<day>{_DAY})[/-](?P<month>0?[1-9]|1[0-2])[/-](?P<year>{_YEAR})(?=[/_-]|$)",
        # /date_14032026
        rf"/(?:date|day|tag|datum|jour|dia|fecha|data|giorno|dzien)[_-](?P<day>[0-2]\d|3[01])(?P<month>0[1-9]|1[0-2])(?P<year>{_YEAR})$",
        rf"/(?P<year>{_YEAR})[/-](?P<month>{_MONTH})(?=/|$)",
        rf"/(?P<year>{_YEAR})$",
    )
)
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ARCHIVE = frozenset(
    "archive archives archiv archivo archivio arquivo archief archiwum hemeroteca sitemap alle-artikel".split()
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Parameters that name a day, whole or by its parts, in the languages that we read.
_DAY_QUERY = frozenset("date day d dt datum tag fecha dia jour data giorno dzien".split())
_YEAR_QUERY = frozenset("year y yyyy jahr annee ano anno jaar rok".split())
_MONTH_QUERY = frozenset("month m mm monat mois mes mese maand miesiac".split())
_DATE_IN_SLUG = re.compile(rf"(?:^|[-_]){_YEAR}-?(?:0[1-9]|1[0-2])-?(?:[0-2]\d|3[01])(?:$|[-_])")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_MIXED = r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]"  # letters and digits, as no word has them
# An id of the system's own at one end of a slug: "slug~b1234567", "slug-a4886123", "slug-li.321", "slug-1.6712345".
_ID_PIECE = re.compile(rf"[a-z]{{1,2}}\.?\d{{3,}}|(?:art|nid)\d{{3,}}|{_MIXED}{{7,}}|\d+\.\d{{4,}}")
# An id that is a segment by itself, before or after its slug.
_ID_SEGMENT = re.compile(
    rf"a-\d{{5,}}|[a-z]{{1,3}}\.?\d{{5,}}|(?:article)?\d{{5,}}(?:\.[a-z0-9-]+)?|{_MIXED}{{6,}}|id_\d{{5,}}"
)
_OPAQUE_ID = re.compile(r"(?=.*\d)[a-z0-9_.~-]{8,}")
# Ids that nothing but an article has.
_ARTICLE_ID = re.compile(r"!\d{6,}|[a-z]{0,3}\d{6,}[-_]\d{5,}|[a-z]{0,6}20\d{6}[a-z0-9-]{4,}")
_ID_QUERY = frozenset(
    "id storyid story_id articleid article_id artid aid newsid news_id idnoticia p sid nid no cod docid".split()
)
_LISTING_QUERY = frozenset(
    "page paged pg seite pagina strona offset start q query s search search_keywords keyword tag sort print".split()
)
_PAGE_EXTENSION = re.compile(r"[a-z]?html?|php|aspx?|jsp|cms|cfm|ece|amp")
_INDEX_PAGE = re.compile(r"^(?:index|default|home)\.[a-z]{3,5}$")
_LANGUAGE = re.compile(r"[a-z]{2}")
# "arts-and-culture", "proche-et-moyen-orient": two sections in one name rather than a headline's words
_CONJUNCTION = frozenset("and und et y e ed en i oraz och og ve".split())
_WORD_BREAK = re.compile(r"[-_+~,.\s]+")
_UNSPACED = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]"
)  # scripts without spaces, and Korean
_HEADLINE_WORDS = (
    4  # the longest section names ("arts-and-culture") have three words, the shortest headlines four
)


@dataclass(frozen=True, slots=True)
class _Address:
    """A URL, taken apart.

    Attributes:
        parts: The URL's parts.
        folders: The path's segments but the last, decoded and in lower case.
        last: The last segment without the extension of a page.
        is_file: The last segment has such an extension.
        words: The words of the last segment; numbers and ids are none.
        words_before: The words of the segment before it.
    """

    parts: SplitResult
    folders: tuple[str, ...]
    last: str
    is_file: bool
    words: int
    words_before: int


def is_article_url(url: str, text: str = "", source: Source = "link", place: Place = "") -> bool:
    """Say whether a URL looks like one article's page.

    Args:
        url: Absolute URL.
        text: Text of the link, if it was a link.
        source: Who named the URL. Feeds and news sitemaps name articles by their nature, and are believed; a
            general sitemap and a link name any page.
        place: Where the link stands on its page, if that is known. A menu's or a footer's link needs a date, or
            an id and a headline for text; a link in the page's body may show by its text that it leads to an article.
    """
    address = _read(url)
    if address is None or _is_no_text(address):
        return False
    if source in ("feed", "news-sitemap"):
        return (bool(address.last) and address.last not in _SERVICE) or _has_id_query(address)
    if _is_listing(address):
        return False
    if _has_date(address):
        return True
    if place in ("navigation", "footer") and len(text.split()) < _HEADLINE_WORDS:
        return False
    if _has_id_query(address) or _has_id(address) or _says_article(address):
        return True
    if place in ("navigation", "footer"):
        return False
    return _has_headline_slug(address) or _has_headline_text(address, text, place)


def is_listing_url(url: str) -> bool:
    """Say whether a URL names a service page, a file, or a list that is no section: tags, authors, search."""
    address = _read(url)
    return address is None or _is_no_text(address) or _is_listing(address)


def url_dates(url: str) -> tuple[date, date] | None:
    """The first and the last day that a URL names: a day or a month in its path, a year at its end, a day asked for.

    Returns:
        None if it names none, or one that does not exist.
    """
    address = _read(url)
    if address is None:
        return None
    named = _named_date(address)
    if named is None:
        asked = _asked_day(address)
        return (asked, asked) if asked else None
    year, month = int(named["year"]), named.groupdict().get("month", "")
    number = _MONTH_NAMES.index(month[:3]) + 1 if month.isalpha() else int(month or 0)
    try:
        if "day" in named.groupdict():
            day = date(year, number, int(named["day"]))
            return day, day
        return date(year, number or 1, 1), date(
            year, number or 12, calendar.monthrange(year, number or 12)[1]
        )
    except ValueError:  # the 31st of February
        return None


def is_archive_url(url: str) -> bool:
    """Say whether a URL names the page of a day, a month or a year, or the front page of an archive."""
    address = _read(url)
    if address is None or _OTHER_FILE.search(address.parts.path.lower()):
        return False
    segments = {*address.folders, address.last}
    if not segments.isdisjoint(_LIST | _MEDIA | _SERVICE - _ARCHIVE):
        return False
    if address.last in _ARCHIVE and len(address.folders) <= 1:
        return True
    named = _named_date(address)
    if named:
        return address.last in ("all", "alle", "todo") or named.end() == len(named.string)
    return _asked_day(address) is not None


def _named_date(address: _Address) -> re.Match[str] | None:
    path = _path(address)
    return next((found for pattern in _NAMED_DATES if (found := pattern.search(path))), None)


def _asked_day(address: _Address) -> date | None:
    """``?date=2025-03-14``, ``?y=2025&m=3&d=14``: the day that an archive is asked for."""
    asked = {name.lower(): value for name, value in parse_qsl(address.parts.query)}
    for name, value in asked.items():
        if _ISO_DAY.fullmatch(value) or (name in _DAY_QUERY and re.fullmatch(r"\d{8}", value)):
            with contextlib.suppress(ValueError):
                return date.fromisoformat(value)
    parts = [
        next((asked[name] for name in asked if name in names), "")
        for names in (_YEAR_QUERY, _MONTH_QUERY, _DAY_QUERY)
    ]
    if re.fullmatch(rf"{_YEAR}-\d\d?-\d\d?", "-".join(parts)):
        with contextlib.suppress(ValueError):
            return date(*map(int, parts))
    return None


def with_day(url: str, day: date) -> str:
    """A URL with another day, where its query names one by year, month and day; empty if it does not."""
    parts = urlsplit(url)
    others = [(_YEAR_QUERY, day.year), (_MONTH_QUERY, day.month), (_DAY_QUERY, day.day)]
    query, changed = [], 0
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        other = next((number for names, number in others if name.lower() in names and len(value) < 5), None)
        changed += other is not None
        query.append((name, value if other is None else f"{other:0{len(value) if value[0] == '0' else 1}}"))
    return parts._replace(query=urlencode(query)).geturl() if changed == len(others) else ""


def _read(url: str) -> _Address | None:
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[": not a URL
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    segments = [segment for segment in unquote(parts.path).lower().split("/") if segment]
    if segments and _INDEX_PAGE.match(segments[-1]):
        segments.pop()  # an index page stands for its folder
    # an AMP page is told by its article's address, and so is one with the language behind it
    if segments and segments[-1] == "amp":
        segments.pop()
    if segments and segments[0] == "amp":
        del segments[0]
    if (
        len(segments) > 2
        and _LANGUAGE.fullmatch(segments[-1])
        and len(_words(segments[-2])) >= _HEADLINE_WORDS
    ):
        segments.pop()
    if not segments:
        return _Address(parts, (), "", False, 0, 0)
    *folders, name = segments
    last = name
    while "." in last and _PAGE_EXTENSION.fullmatch(last.rpartition(".")[2]):  # .amp.html
        last = last.rpartition(".")[0]
    before = len(_words(folders[-1])) if folders else 0
    return _Address(parts, tuple(folders), last, last != name, len(_words(last)), before)


def _words(segment: str) -> list[str]:
    """The words of a slug; numbers, ids and conjunctions are none. Two characters of a script without spaces count as one."""
    words = []
    for word in _WORD_BREAK.split(_UUID.sub("", segment)):
        if word.isascii():
            words += [word] * (word.isalpha() and word not in _CONJUNCTION)
        else:
            words += [word] * max(1, len(_UNSPACED.findall(word)) // 2)
    return words


def _is_no_text(address: _Address) -> bool:
    """A file that is no page, or a page that does something: never an article, whoever names it."""
    return (
        _OTHER_FILE.search(address.parts.path.lower()) is not None
        or address.last in _MACHINERY
        or not _MACHINERY.isdisjoint(address.folders)
        or (address.parts.hostname or "").partition(".")[0] in _SERVICE_HOST
    )


def _is_listing(address: _Address) -> bool:
    """A page of the publisher, or one that lists, shows or tabulates."""
    if address.parts.query and any(
        name.lower() in _LISTING_QUERY for name, _ in parse_qsl(address.parts.query, keep_blank_values=True)
    ):
        return True
    if (
        not _MEDIA.isdisjoint({*address.folders, address.last})
        or any(_MEDIA_NOUN.search(folder) for folder in address.folders)
        or _LEGAL_SLUG.match(address.last)
        or _LIST_SLUG.match(address.last)
    ):
        return True
    # a folder's name says less than a date with a slug below it
    return not _is_dated_text(address) and (_is_service(address) or _is_list(address))


def _is_service(address: _Address) -> bool:
    return (
        address.last in _SERVICE
        or not _SERVICE.isdisjoint(address.folders)
        or (not address.folders and _SERVICE_SLUG.match(address.last) is not None)
    )


def _is_list(address: _Address) -> bool:
    if not _LIST.isdisjoint(address.folders) or address.last in _LIST or address.last in _DATA:
        return True
    return not _DATA.isdisjoint(address.folders) and not (
        (_day(address) and re.fullmatch(r"\d{7,}", address.last))
        or (address.words_before + address.words >= 2 and re.fullmatch(r"\d{6,}", address.last))
        or (address.words >= _HEADLINE_WORDS and re.search(r"\d{6,}$", address.last))
    )


def _is_dated_text(address: _Address) -> bool:
    """A full date with a slug or an id below it, or a month with the slug of a headline."""
    day = _day(address)
    if day:
        return day.end() < len(day.string) and (
            address.words >= 2
            or _LONG_NUMBER.search(address.last) is not None
            or _UUID.search(address.last) is not None
        )
    month = _MONTH_PATH.search(_path(address))
    return month is not None and month.end() < len(month.string) and address.words >= _HEADLINE_WORDS - 1


def _path(address: _Address) -> str:
    return "/" + "/".join((*address.folders, address.last))


def _day(address: _Address) -> re.Match[str] | None:
    return _DAY_PATH.search(_path(address))


def _has_date(address: _Address) -> bool:
    """A date in the path and something beside it that names one text; a date alone is an archive."""
    day = _day(address)
    if day:
        # below a date, a number of a page or a word of the system's own ("all") names no text
        return day.end() < len(day.string) and not re.fullmatch(
            r"\d{1,2}|all|alle|todo|page-\d+", address.last
        )
    month = _MONTH_PATH.search(_path(address))
    if month and month.end() < len(month.string):
        return (
            address.words >= 2
            or (address.is_file and address.words == 1)
            or bool(_LONG_NUMBER.search(address.last))
        )
    return False


def _has_id_query(address: _Address) -> bool:
    """``?id=12345``: as old systems address an article."""
    return bool(address.parts.query) and any(
        name.lower() in _ID_QUERY and re.fullmatch(r"[\w-]*\d{3,}[\w-]*", value)
        for name, value in parse_qsl(address.parts.query)
    )


def _has_id(address: _Address) -> bool:
    """An id such as articles carry, together with words or below a word that says "article" or "news"."""
    last, folders = address.last, address.folders
    if not last:
        return False
    if not _NEWS_WORD.isdisjoint(folders) and (
        _OPAQUE_ID.fullmatch(last) or _LONG_NUMBER.search(last) or _UUID.search(last)
    ):
        return True
    if _ARTICLE_ID.fullmatch(last):
        return True
    if _UUID.search(last):
        return address.words >= 2 or address.words_before >= 2
    if address.words >= 2:
        pieces = re.split(r"[-_~,]|(?<=[a-z])\.(?=[a-z])", last)
        return (
            _DATE_IN_SLUG.search(last) is not None
            or _LONG_NUMBER.search(last) is not None
            or _ID_PIECE.fullmatch(pieces[0]) is not None
            or _ID_PIECE.fullmatch(pieces[-1]) is not None
            or (
                address.is_file and re.fullmatch(r"1\d\d", pieces[-1]) is not None
            )  # as German broadcasters do
            or (bool(folders) and _ID_SEGMENT.fullmatch(folders[-1]) is not None)
        )
    if address.words_before >= _HEADLINE_WORDS - 1 and re.fullmatch(rf"[a-z]{{2}}-{_MIXED}{{7,}}", last):
        return True
    if address.words_before >= 2 and _ID_SEGMENT.fullmatch(last):
        # a slug, then its id; a short id of letters and digits needs a longer slug
        return (
            address.words_before >= _HEADLINE_WORDS
            or re.search(r"\d{5,}", last) is not None
            or len(last) >= 16
        )
    if (
        address.is_file
    ):  # /politics/1234567.html, /politics/article1234567.html; codes of places have zeros before them
        return re.fullmatch(r"(?:article|[a-z]{0,3})-?[1-9]\d{4,}|[a-z]\d?_?\d+-\d{5,}", last) is not None
    return len(folders) > 0 and re.fullmatch(r"[a-z]+-\d{7,}", last) is not None


def _says_article(address: _Address) -> bool:
    """``/article/bridge``: a word that announces one text, right before it."""
    if not address.folders or not address.words:
        return False
    return address.folders[-1] in _ARTICLE_WORD and (
        address.words >= 2 or address.folders[-1] not in ("blog", "post", "posts", "stories", "pm")
    )


def _has_headline_slug(address: _Address) -> bool:
    """A last segment as long as a headline; three words are enough for a file of its own."""
    return address.words >= _HEADLINE_WORDS or (
        address.words >= 3 and (address.is_file or not _ARTICLE_WORD.isdisjoint(address.folders))
    )


def _has_headline_text(address: _Address, text: str, place: Place) -> bool:
    """A link that reads like a headline, to a page deeper than a section."""
    if not address.folders:
        return False
    words = len(text.split())
    return words >= (_HEADLINE_WORDS + 1 if address.words >= 2 else 6) and (
        address.words >= 2 or (place == "main" and address.words == 1)
    )
