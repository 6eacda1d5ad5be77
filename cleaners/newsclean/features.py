"""What the judge sees of each block: one row of numbers, from one tight pass over a page.

What words say is read from small vocabularies in many languages, never from single names of sites; most columns are
structure: lengths, links, roles, neighbours, masses of containers, and what the extractors and the metadata say.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from newsclean.blocks import HEADINGS, ROLES, Block, Container, Role, Segmentation, key
from newsclean.trie import any_of

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]
_NamedColumns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page's metadata says of its text; all optional.

    Attributes:
        titles: Candidates for the title.
        descriptions: Standfirst and meta descriptions.
        authors: Names of authors.
        captions: Captions and alternative texts of images.
    """

    titles: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


class Voices(Protocol):
    """Other extractors, which may be asked no sooner than their verdict is read; see :class:`Verdicts`."""

    @property
    def trafilatura(self) -> Sequence[bool]: ...

    @property
    def resiliparse(self) -> Sequence[bool]: ...


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What other extractors keep, one truth value a block; empty if an extractor was not asked."""

    trafilatura: Sequence[bool] = ()
    resiliparse: Sequence[bool] = ()


# Parts of class and id names that tell what a container is. The distance to the nearest ancestor with one is a feature.
_NAME_PARTS: tuple[tuple[str, str], ...] = (
    (
        "body",
        (
            r"article-?_?(?:body|text|content)|story-?_?(?:body|text|content)|"
            r"(?:post|entry|main|page|body)-?_?content|richtext|rich-text|articlebody|wysiwyg|bodytext|"
            r"body-?text|entry-text"
        ),
    ),
    ("paragraph", r"paragraph|absatz|text-?block|\bp-?text|textmodul"),
    ("article", r"article|artikel|story|\bpost\b|beitrag|noticia|articulo"),
    (
        "lead",
        (
            r"standfirst|lead\b|lede|intro|teaser-?text|subtitle|sub-?title|dek\b|excerpt|summary|"
            r"abstract|vorspann|sub-?headline|bajada|chapo"
        ),
    ),
    ("title", r"title|headline|titulo|titre|ueberschrift|kicker|overline"),
    (
        "caption",
        r"caption|figcap|credit|copyright|bildunterschrift|legend|image-?text|photo-?by|pie-?de",
    ),
    (
        "media",
        r"image|photo|picture|figure|gallery|slider|slideshow|carousel|swiper|video|player|media|bild",
    ),
    ("byline", r"byline|author|autor|auteur|writer|contributor|dateline"),
    ("date", r"date|time\b|timestamp|publish|updated|meta\b|metadata|info"),
    ("share", r"share|sharing|social|facebook|twitter|whatsapp|follow"),
    (
        "related",
        (
            r"related|recommend|read-?more|readmore|more-?(?:stories|news|from|on)|see-?also|also-?read|"
            r"similar|mehr-|trending|popular|most-?read|latest|next-?(?:article|post)|teaser|promo|card|"
            r"crosslink|suggest|further"
        ),
    ),
    (
        "newsletter",
        (
            r"newsletter|subscri|signup|sign-up|mailing|optin|abo\b|abonn|paywall|piano|premium|register|"
            r"login|donat|support"
        ),
    ),
    (
        "advert",
        (
            r"\bad\b|\bads\b|advert|adslot|ad-?(?:unit|container|wrapper|slot|label)|sponsor|banner|"
            r"outbrain|taboola|anzeige|werbung|affiliate|commercial|partner|dfp|gpt"
        ),
    ),
    ("comment", r"comment|disqus|discussion|kommentar|respond|reply|forum"),
    (
        "chrome",
        (
            r"\bnav|menu|breadcrumb|footer|masthead|toolbar|topbar|header|sidebar|aside|rail\b|widget|"
            r"pagination|pager|skip"
        ),
    ),
    ("consent", r"cookie|consent|gdpr|privacy|onetrust|modal|popup|overlay|dialog|banner"),
    ("tags", r"\btags?\b|tag-|-tags?|topic|category|categor|keyword|label|section-?name|theme"),
    (
        "box",
        (
            r"box|infobox|factbox|fact-|info-|callout|note|disclaimer|embed|quote|tweet|toc\b|table-of|"
            r"accordion|faq|list"
        ),
    ),
)
_NAMES = re.compile("|".join(f"(?P<{group}>{parts})" for group, parts in _NAME_PARTS))


def _starts(parts: str) -> list[str]:
    """The first letters, up to three, of each alternative."""
    found = []
    for part in re.split(r"\|(?![^(]*\))", parts):
        group = re.match(r"(?:\\b)?\(\?:([^)]*)\)", part)
        for start in group[1].split("|") if group else [part.removeprefix(r"\b")]:
            letters = re.match(r"-?[a-z]{1,3}(?!\?)|-?[a-z]{1,2}", start)
            if letters is None:
                raise ValueError(f"{start!r} begins with no letter")
            found.append(letters[0])
    return found


# Where a part may begin: asked first, since asking for all parts at every place of a name takes three times as long.
_NAME_STARTS = re.compile(
    any_of(
        [*map(re.escape, start)]
        for start in sorted({start for _, parts in _NAME_PARTS for start in _starts(parts)})
    )
)

_GROUP_INDEX = {group: i for i, (group, _) in enumerate(_NAME_PARTS)}
_FAR = 12
_LONGEST_NAME = 80
# A path is the last five tags, a number of so many bits each: more tags than that no page has.
_TAG_BITS = 12
_LAST_TAGS = (1 << 5 * _TAG_BITS) - 1

# Words that give a kind of line away, by kind, in many languages; counted among a block's first and last words.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        "newsletter",
        (
            "newsletter newsletters subscribe subscribed subscription subscriber subscribers inbox sign "
            "signup e-mail email mail abonnieren abonniere abonnement abo anmelden registrieren "
            "inscrivez-vous s'inscrire abonnez-vous s'abonner suscríbete suscribirse boletín iscriviti "
            "abbonati assine inscreva-se nieuwsbrief abonneer zapisz subskrybuj newsletterze odběr "
            "předplatné prenumerera abonner tilmeld подпишитесь подписка підписатися abone メルマガ 登録 会員 "
            "有料会員 訂閱 đăng"
        ),
    ),
    (
        "related",
        (
            "read more also related recommended story stories article articles lesen mehr auch "
            "weiterlesen artikel thema lire aussi voir plus articles leer más también lea además "
            "relacionado noticias leggi anche leia mais também veja lees ook meer czytaj również także "
            "zobacz więcej čtěte také více läs också les også lue myös читайте также также ещё ayrıca "
            "oku 関連 関連記事 記事 続き もっと xem thêm baca juga"
        ),
    ),
    (
        "share",
        (
            "share tweet facebook twitter whatsapp instagram linkedin telegram tiktok youtube pinterest "
            "x follow folgen teilen partager compartir condividi compartilhar deel delen udostępnij "
            "sdílet dela del paylaş поделиться поширити シェア copy link copied kopieren print drucken save "
            "merken"
        ),
    ),
    (
        "comment",
        (
            "comment comments kommentar kommentare kommentieren commentaires commenter comentarios "
            "comentar commenti reacties komentarze komentáře diskuse kommentarer yorum yorumlar "
            "комментарии コメント reply antworten login log"
        ),
    ),
    (
        "consent",
        (
            "cookie cookies consent privacy datenschutz datenschutzerklärung einwilligung zustimmung "
            "akzeptieren accept terms conditions policy confidentialité données privacidad condiciones "
            "privacyverklaring prywatności gdpr externe inhalte drittanbieter javascript browser"
        ),
    ),
    (
        "credit",
        (
            "photo photos foto fotos fotografía photograph photography image images bild bilder picture "
            "imago getty reuters ap afp dpa epa ansa efe apa keystone shutterstock istock alamy unsplash "
            "courtesy credit copyright © crédit crédits crédito quelle source fuente fonte bron zdjęcie "
            "fot fot. kuva фото zdroj 写真 提供 撮影 illustration screenshot"
        ),
    ),
    (
        "byline",
        (
            "by von par por di door av af af: przez autor autorka author authors auteur redaktion "
            "redaktion, staff reporter correspondent korrespondent editor editors written geschrieben "
            "redacción redazione 記者 yazar автор text:"
        ),
    ),
    (
        "date",
        (
            "published updated posted modified veröffentlicht aktualisiert stand publié mis actualizado "
            "publicado aggiornato pubblicato atualizado bijgewerkt gepubliceerd opublikowano "
            "aktualizacja aktualizováno publicerad uppdaterad güncelleme обновлено опубликовано uhr am "
            "pm gmt utc edt est bst min minutes minuten read ago vor hours hace il y a january february "
            "march april may june july august september october november december januar februar märz "
            "mai juni juli oktober dezember janvier février mars avril juin juillet août septembre "
            "octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre "
            "octubre noviembre diciembre"
        ),
    ),
    (
        "advert",
        (
            "advertisement advertising sponsored ad ads anzeige werbung publicité publicidad pubblicità "
            "publicidade advertentie reklama reklam annons annonse реклама 広告 pr discount offer offers "
            "deal deals coupon buy shop jetzt kaufen angebot price preis affiliate commission provision"
        ),
    ),
    (
        "rights",
        (
            "rights reserved copyright © impressum imprint agb derechos reservados droits réservés "
            "diritti riservati vorbehalten disclaimer licence license republish reproduced published "
            "originally erschienen contributed"
        ),
    ),
    (
        "bio",
        (
            "is was journalist writer reporter author editor founder professor expert autor autorin "
            "redakteur redakteurin arbeitet schreibt journaliste periodista giornalista lives covers "
            "writes follow"
        ),
    ),
    (
        "media",
        (
            "video watch listen podcast audio play gallery slideshow live galerie bildergalerie "
            "fotostrecke ansehen anhören hören regarder écouter ver vídeo escuchar guarda ascolta bekijk "
            "zobacz wideo видео 動画 playback autoplay loading"
        ),
    ),
    (
        "prompt",
        (
            "click here hier klicken klick tap download app here's clique cliquez aquí clic qui hier "
            "join donate spenden unterstützen support contact kontakt send schicken feedback tips call "
            "us our we wir uns unsere your ihre you sie"
        ),
    ),
)
_WORD_GROUPS: dict[str, tuple[int, ...]] = {}
for _i, (_, _words) in enumerate(_WORDS):
    for _word in _words.split():
        _WORD_GROUPS[_word] = (*(g for g in _WORD_GROUPS.get(_word, ()) if g != _i), _i)

# Kinds whose lines open with a telling word: "Read also:", "Photo:", "Watch:".
_OPENERS = {
    group: i
    for i, group in enumerate(
        number
        for number, (kind, _) in enumerate(_WORDS)
        if kind in {"newsletter", "related", "share", "credit", "byline", "date", "advert", "media", "prompt"}
    )
}
_AROUND_WORDS = ".,:;!?()[]«»\"'“”’|•-–>"
_DIGIT = re.compile(r"\d")
# Classes of characters that are counted, each of them a bit.
_CHARACTER_CLASSES = {
    "digit": r"\d",
    "upper": "[A-ZÀ-ÖØ-ÞА-ЯŁŚŻŹĆŃČŘŠĎŤŇÜÖÄİ]",
    "spaceless": r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]",
    "comma": ",",
    "bar": "[|•/]",
    "colon": ":",
    "sentence_mark": "[.!?…。！？]",
    "full_stop": "[。！？]",
    "closing": r"[\"'”“»’)\]」』]",
    "space": r"\s",
}
_CLASS_BITS = {name: np.uint16(1 << bit) for bit, name in enumerate(_CHARACTER_CLASSES)}
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./:]\d{1,2}\b|\d月\d|\b\d{1,2}:\d\d")
_ENDINGS = {
    ".": 1, "!": 1, "?": 2, "…": 3, ":": 4, ",": 5, ";": 5, ")": 6, "”": 1, '"': 1, "“": 1, "»": 1, "«": 1, "。": 1,
    "」": 1, "’": 1, "'": 1, "]": 6, "›": 7, "→": 7, ">": 7, "*": 8,
}  # fmt: skip
_TAGS = {
    tag: i
    for i, tag in enumerate(
        "p div li span h1 h2 h3 h4 h5 h6 a section article td tr th header footer aside figcaption figure blockquote"
        " button ul ol dt dd pre label form nav main time strong address summary details body".split(),
        start=1,
    )
}
_ROLE_BITS = np.array([getattr(Role, name) for name in ROLES], dtype=np.int64)
# A container is a box from this many blocks on, a section from that many.
_BOX, _SECTION = 3, 10
_LONG_TEXT = 90
# In a longer text digits and capitals tell nothing.
_LONG_LINE = 400
# Letters of a text that is looked for inside others: shorter ones recur by chance.
_SHORTEST_REPEATED, _LONGEST_REPEATED = 20, 400
# Texts times letters of the page from which on not each text is looked for: that takes time by the square of a page's length.
_MUCH_TO_SEARCH = 10_000_000

_TEXT_COLUMNS = (
    "length", "words", "cjk", "digits", "upper", "sentences", "ending", "starts_lower", "starts_quote", "starts_odd",
    "comma", "date", "bars", "link_share", "link_count", "emphasis_share", "heading_level", "after_break",
    "media_before", "tag", "parent_tag", "depth", "occurrences", "inline_named", "block_children",
    "title_same", "title_overlap", "description_same", "description_overlap", "author_named", "caption_same",
    "caption_overlap", "first_in_parent", "last_in_parent", "parent_blocks", "hidden", "external_links", "code", "colon", "arrow", "capitals",
    "repeated_inside",
)  # fmt: skip
_WORD_COLUMNS = len(_WORDS) + len(_OPENERS)
_NEIGHBOUR_COLUMNS = (
    "length", "link_share", "heading_level", "ending", "long", "tag", "media_before",
)  # fmt: skip
# The other extractors, as they are named in Verdicts.
VOICES = ("trafilatura", "resiliparse")
_NEIGHBOURS = (-2, -1, 1, 2)
_BOX_LEVELS, _GROUP_LEVELS = ("parent", "box", "section"), ("look", "path")
_BOX_COLUMNS = (
    "mass", "blocks", "links", "mean", "long", "share", "trafilatura", "resiliparse", "position", "media",
)  # fmt: skip
_GROUP_COLUMNS = ("count", "mean", "links", "share", "trafilatura", "resiliparse", "spread")
_PAGE_COLUMNS = (
    "position",
    "mass_before",
    "after_title",
    "page_blocks",
    "page_mass",
    "page_long",
    "page_links",
)


def _columns() -> tuple[str, ...]:
    names = list(_TEXT_COLUMNS)
    names += [f"word_{group}" for group, _ in _WORDS]
    names += [f"opening_{_WORDS[group][0]}" for group in _OPENERS]
    names += [f"name_{group}" for group, _ in _NAME_PARTS]
    names += [f"inline_{group}" for group, _ in _NAME_PARTS]
    names += [f"role_{name.lower()}" for name in ROLES]
    names += [f"{voice}{what}" for what in ("", "_5", "_share") for voice in VOICES]
    for shift in _NEIGHBOURS:
        names += [
            f"{name}_{shift:+d}" for name in (*_NEIGHBOUR_COLUMNS[:-1], *VOICES, _NEIGHBOUR_COLUMNS[-1])
        ]
    for shift in (-1, 1):
        names += [f"same_container_{shift:+d}", f"same_look_{shift:+d}"]
    names += ["long_before", "long_after", "long_near"]
    for level in _BOX_LEVELS:
        names += [f"{level}_{what}" for what in _BOX_COLUMNS]
    for level in _GROUP_LEVELS:
        names += [f"{level}_{what}" for what in _GROUP_COLUMNS]
    names += _PAGE_COLUMNS
    return tuple(names)


COLUMNS = _columns()
# Where the columns stand that come of what the extractors keep, one for each; and where all others do.
_PLACES_OF_VOICES = {
    pattern: [COLUMNS.index(pattern.format(voice)) for voice in VOICES]
    for pattern in (
        "{}", "{}_5", "{}_share", *(f"{{}}_{shift:+d}" for shift in _NEIGHBOURS),
        *(f"{level}_{{}}" for level in (*_BOX_LEVELS, *_GROUP_LEVELS)),
    )
}  # fmt: skip
_PLACES_OF_PAGE = sorted({*range(len(COLUMNS))}.difference(*_PLACES_OF_VOICES.values()))


@dataclass(slots=True, eq=False)
class Table:
    """A page as the judge sees it.

    Attributes:
        rows: One row a block, one column for each of :data:`COLUMNS`.
        mass: Length of each block, with scripts without spaces counted double.
        boxes: For parent, box and section: first and end block of each block's container of that size, shape (3, 2, blocks).
        looks: For class and tag path: a group number for each block.
    """

    rows: Floats
    mass: Floats
    boxes: Indices
    looks: tuple[Indices, ...]

    def with_verdicts(self, verdicts: Voices) -> Table:
        """The same page, as the judge sees it when other extractors keep this.

        Args:
            verdicts: What they keep; they replace all that the table was made with.
        """
        n = len(self.mass)
        values = self.rows.T.copy()
        if not n:
            return Table(values.T, self.mass, self.boxes, self.looks)
        own = np.stack([_verdict(getattr(verdicts, voice), n) for voice in VOICES])
        weighted = own * self.mass
        told: _NamedColumns = {"{}": own, "{}_5": _moving_mean(own, 5)}
        told["{}_share"] = (weighted.sum(axis=1) / max(float(self.mass.sum()), 1.0))[:, None]
        told |= {f"{{}}_{shift:+d}": shifted(own, shift) for shift in _NEIGHBOURS}
        mass, sums = _prefix(self.mass), _prefix(weighted)
        first, end = self.boxes[:, 0], self.boxes[:, 1]
        of_boxes = (sums[:, end] - sums[:, first]) / np.maximum(mass[end] - mass[first], 1.0)
        told |= {f"{level}_{{}}": of_boxes[:, i] for i, level in enumerate(_BOX_LEVELS)}
        for level, ids in zip(_GROUP_LEVELS, self.looks, strict=True):
            inside = np.maximum(np.bincount(ids, self.mass), 1.0)
            told[f"{level}_{{}}"] = np.stack([(np.bincount(ids, each) / inside)[ids] for each in weighted])
        for pattern, columns in told.items():
            values[_PLACES_OF_VOICES[pattern]] = columns
        return Table(values.T, self.mass, self.boxes, self.looks)


def tabulate(segmentation: Segmentation, hints: Hints, verdicts: Voices) -> Table:
    """The judge's features of a page.

    Args:
        segmentation: The page in blocks.
        hints: What metadata says of the text.
        verdicts: What other extractors keep.
    """
    return _tabulate_page(segmentation, hints).with_verdicts(verdicts)


def _tabulate_page(segmentation: Segmentation, hints: Hints) -> Table:
    """All but the columns that :meth:`Table.with_verdicts` fills in."""
    blocks = segmentation.blocks
    n = len(blocks)
    if not n:
        empty = np.zeros(0, dtype=np.intp)
        return Table(
            np.zeros((0, len(COLUMNS)), np.float32),
            np.zeros(0, np.float32),
            np.zeros((len(_BOX_LEVELS), 2, 0), dtype=np.intp),
            (empty, empty),
        )
    texts, words, mass = _text_columns(blocks, hints)
    places, names, look_ids, path_ids, boxes = _container_columns(segmentation)
    texts |= places
    links, media = texts["link_share"], texts["media_before"]
    long = ((mass >= _LONG_TEXT) & (links < 0.35)).astype(np.float32)
    base = np.stack([{**texts, "long": long}[name] for name in _NEIGHBOUR_COLUMNS])
    rows = _Columns(len(COLUMNS), n, _PLACES_OF_PAGE)
    for name in _TEXT_COLUMNS:
        rows.add(texts[name])
    rows.add_all(words)
    rows.add_all(names)
    rows.add_all((np.array([block.roles for block in blocks], dtype=np.int64) & _ROLE_BITS[:, None]) != 0)
    for shift in _NEIGHBOURS:
        rows.add_all(shifted(base, shift))
    for shift in (-1, 1):
        rows.add(_same(boxes[0, 0], shift), _same(look_ids, shift))
    rows.add(*_distances(long), _moving_mean(long, 5))
    total = max(float(mass.sum()), 1.0)
    index = np.arange(n)
    sums = _prefix(np.stack((mass, mass * links, long, media)))
    first, end = boxes[:, 0], boxes[:, 1]
    in_mass, in_links, in_long, in_media = sums[:, end] - sums[:, first]
    count = np.maximum(end - first, 1)
    of_boxes = (
        np.log1p(in_mass), np.log1p(count), in_links / np.maximum(in_mass, 1.0), in_mass / count, in_long,
        in_mass / total, (index - first) / count, in_media,
    )  # fmt: skip
    rows.add_all(np.stack(of_boxes, axis=1).reshape(-1, n))
    for ids in (look_ids, path_ids):
        count, group_mass = np.bincount(ids), np.bincount(ids, mass)
        first, last = np.zeros((2, len(count)), dtype=np.intp)
        # of several values for one place the last stays
        first[ids[::-1]], last[ids] = index[::-1], index
        of_group = (
            np.log1p(count), group_mass / np.maximum(count, 1),
            np.bincount(ids, mass * links) / np.maximum(group_mass, 1.0), group_mass / total, (last - first) / n,
        )  # fmt: skip
        rows.add(*(values[ids] for values in of_group))
    titles = np.flatnonzero(texts["title_same"])
    h1 = np.flatnonzero(texts["heading_level"] == 1)
    anchor = int(titles[0]) if len(titles) else int(h1[0]) if len(h1) else 0
    h1_titles = np.intersect1d(titles, h1)
    if len(h1_titles):
        anchor = int(h1_titles[0])
    rows.add(
        index / n, sums[0, :-1] / total, np.clip(index - anchor, -50, 400),
        n, np.log1p(total), long.sum(), sums[1, -1] / total,
    )  # fmt: skip
    return Table(rows.rows(), mass, boxes, (look_ids, path_ids))


class _Columns:
    """A table that is written by column, and laid out so: trees ask for columns."""

    def __init__(self, columns: int, rows: int, places: Sequence[int] = ()) -> None:
        self._values = np.empty((columns, rows), dtype=np.float32)
        self._places = places or range(columns)  # which columns are written, in order
        self._written = 0

    def add(self, *columns: NDArray[np.generic] | Sequence[float] | float) -> None:
        """Write columns; a number stands for a column of it."""
        for column in columns:
            self._values[self._places[self._written]] = column
            self._written += 1

    def add_all(self, columns: NDArray[np.generic]) -> None:
        """Write the rows of a matrix as columns."""
        self.add(*columns)

    def rows(self) -> Floats:
        """The table, one row a block."""
        if self._written != len(self._places):
            raise ValueError(f"{self._written} columns of {len(self._places)}")
        return self._values.T


def _text_columns(blocks: Sequence[Block], hints: Hints) -> tuple[_NamedColumns, NDArray[np.intp], Floats]:
    """What each block's text tells, by column; what its words tell, a row a column; and its mass."""
    n = len(blocks)

    def column(of_each: Iterable[float]) -> Floats:
        return np.fromiter(of_each, np.float32, n)

    def each(attribute: str) -> Floats:
        return column(map(attrgetter(attribute), blocks))

    texts, keys = [block.text for block in blocks], [block.key for block in blocks]
    characters = _Characters(texts)
    size = np.fromiter(map(len, texts), np.intp, n)
    counts = characters.counts("digit", "upper", "spaceless", "comma", "bar")
    mass = size + counts["spaceless"]
    is_line = size < _LONG_LINE
    digits = np.where(is_line, counts["digit"], 0)
    lower = [text.lower() for text in texts]
    words = [text.split() for text in lower]
    count = np.fromiter(map(len, words), np.intp, n)
    occurrences = Counter(keys)
    opening = np.fromiter([_opening(text[0]) for text in texts], np.intp, n)
    is_dated = np.zeros(n, dtype=np.bool_)
    for i in np.flatnonzero((digits > 0) & (size < 200)).tolist():
        is_dated[i] = _DATE.search(texts[i]) is not None
    return {
        "length": np.minimum(mass, 2000), "words": np.minimum(count, 300), "cjk": counts["spaceless"] / size,
        "digits": digits / size, "upper": np.where(is_line, counts["upper"] / size, 0.03),
        "sentences": np.where(size < 1200, characters.count_sentences(), 12),
        "ending": column([_ending(text[-1]) for text in texts]),
        "starts_lower": (opening & 1) > 0,
        "starts_quote": (opening & 2) > 0,
        "starts_odd": (opening & 4) > 0,
        "comma": counts["comma"], "date": is_dated,
        "bars": np.where(size < 300, counts["bar"], 0),
        "link_share": (each("link_length") / size).astype(np.float32),
        "link_count": each("link_count"),
        "emphasis_share": each("emphasis_length") / size,
        "heading_level": each("heading_level"),
        "after_break": each("after_break"),
        "media_before": np.minimum(each("media_before"), 5),
        "occurrences": column(map(occurrences.__getitem__, keys)),
        "inline_named": column(map(bool, map(attrgetter("inline_names"), blocks))),
        **_hinted_columns(texts, keys, lower, words, hints),
        "hidden": column(map(bool, map(attrgetter("hidden"), blocks))),
        "external_links": column(
            sum(link.startswith(("http", "//")) for link in block.links) if block.links else 0 for block in blocks
        ),
        "code": column(map("code".__eq__, map(attrgetter("kind"), blocks))),
        "colon": np.minimum(characters.first("colon"), 40),
        "arrow": (opening & 8) > 0,
        "capitals": column(map(str.isupper, texts)),
        "repeated_inside": column(map(_repeated_inside(occurrences).__contains__, keys)),
    }, _told_by_words(words), mass.astype(np.float32)  # fmt: skip


class _Characters:
    """The characters of all texts of a page at once, each a set of classes: told of a line in numpy, not one by one."""

    def __init__(self, texts: Sequence[str]) -> None:
        # each text is followed by a space, as sentences' ends are
        codes = np.frombuffer(
            "".join([f"{text}\n" for text in texts]).encode("utf-32-le", "surrogatepass"), "<u4"
        )
        self._edges = np.zeros(len(texts) + 1, dtype=np.intp)
        np.cumsum([len(text) + 1 for text in texts], out=self._edges[1:])
        self._classes = _character_classes().take(codes, mode="clip")

    def _places(self, name: str) -> Indices:
        return np.flatnonzero(self._classes & _CLASS_BITS[name])

    def _edges_among(self, places: Indices) -> Indices:
        return np.searchsorted(places, self._edges)

    def counts(self, *names: str) -> dict[str, Indices]:
        """How many characters of each class each text has."""
        bits = np.array([_CLASS_BITS[name] for name in names])
        places = np.flatnonzero(self._classes & np.bitwise_or.reduce(bits))
        before = np.zeros((len(bits), len(places) + 1), dtype=np.intp)
        np.cumsum((self._classes[places] & bits[:, None]) != 0, axis=1, out=before[:, 1:])
        at_edges = before[:, self._edges_among(places)]
        return dict(zip(names, at_edges[:, 1:] - at_edges[:, :-1], strict=True))

    def first(self, name: str) -> Indices:
        """The place of the first character of a class in each text, from 1; 0 where there is none."""
        places = np.append(self._places(name), self._edges[-1])
        starts, ends = self._edges[:-1], self._edges[1:]
        found = places[np.searchsorted(places, starts)]
        return np.where(found < ends, found - starts + 1, 0)

    def count_sentences(self) -> Indices:
        """How many sentences end in each text: at a mark before a space, if only closing quotes stand between, or at a full stop of scripts without spaces."""
        marks = self._places("sentence_mark")
        not_closing = np.flatnonzero(~self._classes & _CLASS_BITS["closing"])
        after = self._classes[not_closing[np.searchsorted(not_closing, marks, side="right")]]
        ends = (after & _CLASS_BITS["space"]) | (self._classes[marks] & _CLASS_BITS["full_stop"])
        return np.diff(self._edges_among(marks[ends > 0]))


@cache
def _character_classes() -> NDArray[np.uint16]:
    """The classes of each character, as bits; of all above the first two planes, none of which has any, the last's."""
    codes = np.arange(0x20000, dtype="<u4")
    characters = codes.tobytes().decode("utf-32-le", "surrogatepass")
    classes = np.zeros(len(codes), dtype=np.uint16)
    for name, expression in _CHARACTER_CLASSES.items():
        classes[[match.start() for match in re.finditer(expression, characters)]] |= _CLASS_BITS[name]
    return classes


@lru_cache(maxsize=4096)
def _opening(character: str) -> int:
    """What a text's first character is, as bits: a lower-case letter, a quote, no letter or digit, an arrow or bullet."""
    return (
        character.islower()
        | (character in "\"'“„«»‘「—–") << 1
        | (not character.isalnum()) << 2
        | (character in ">»›▶►→+•·*▸➜>") << 3
    )


@lru_cache(maxsize=4096)
def _ending(character: str) -> int:
    """The kind of a text's last character."""
    return _ENDINGS.get(character, 9 if character.isdigit() else 0)


def _told_by_words(words: Sequence[list[str]]) -> NDArray[np.intp]:
    """How many of each block's first and last words tell which kind, and which kinds its first three open."""
    groups_of = _WORD_GROUPS.get
    opening_columns = {group: len(_WORDS) + i for group, i in _OPENERS.items()}
    told: list[int] = []  # places of the columns, once for each word
    place = 0
    for of_block in words:
        for word in of_block if len(of_block) <= 30 else of_block[:15] + of_block[-15:]:
            found = groups_of(word)
            if not found and not word.isalnum():
                found = groups_of(word.strip(_AROUND_WORDS))
            if found:
                told += [place + group for group in found]
        for word in of_block[:3]:
            if found := groups_of(word.strip(_AROUND_WORDS)):
                told += [place + opening_columns[group] for group in found if group in opening_columns]
        place += _WORD_COLUMNS
    return np.bincount(told, minlength=place).reshape(len(words), _WORD_COLUMNS).T


def _hinted_columns(
    texts: Sequence[str],
    keys: Sequence[str],
    lower: Sequence[str],
    words: Sequence[Sequence[str]],
    hints: Hints,
) -> _NamedColumns:
    """What of each block the metadata say, too."""
    n = len(keys)
    titles = {key(text) for text in hints.titles} - {""}
    descriptions = [same for text in hints.descriptions if len(same := key(text)) > 15]
    authors = [text.lower() for text in hints.authors if len(text) > 3]
    captions = {same for text in hints.captions if len(same := key(text)) > 8}
    bags = {
        "title_overlap": _Bags(text for text in hints.titles if text),
        "description_overlap": _Bags(text for text in hints.descriptions if len(text) > 15),
        "caption_overlap": _Bags([text for text in hints.captions if len(text) > 15][:60]),
    }
    overlaps = {name: np.zeros(n, dtype=np.float32) for name in bags}
    all_words = frozenset().union(*(bag.words for bag in bags.values()))
    for i, of_block in enumerate(words):
        least = 0.3 * len(of_block)
        # asked of all bags at once: most blocks share little with any
        if len(of_block) <= 80 and len(all_words.intersection(of_block)) > least:
            word_set = frozenset(of_block)
            for name, bag in bags.items():
                if name != "caption_overlap" or len(of_block) >= 3:
                    overlaps[name][i] = bag.overlap(word_set, least)
    is_described, is_authored = np.zeros((2, n), dtype=np.bool_)
    for other in descriptions:
        start = other[:60]
        is_described[
            [
                i
                for i, letters in enumerate(keys)
                if (letters in other and len(letters) > 15) or (start in letters and len(letters) > 30)
            ]
        ] = True
    for name in authors:
        is_authored[[i for i, text in enumerate(lower) if name in text and len(texts[i]) < _LONG_LINE]] = True
    return overlaps | {
        "title_same": np.fromiter(map(titles.__contains__, keys), np.bool_, n),
        "description_same": is_described,
        "author_named": is_authored,
        "caption_same": np.fromiter(map(captions.__contains__, keys), np.bool_, n),
    }


class _Bags:
    """The words of each of several texts; texts of many words first."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._bags = sorted((frozenset(text.lower().split()) for text in texts), key=len, reverse=True)
        self.words = frozenset().union(*self._bags)

    def overlap(self, words: frozenset[str], least: float) -> float:
        """The greatest share of words, of all that either has, that a text has in common with one of these: more than so many."""
        greatest = 0.0
        if len(words & self.words) <= least:
            return greatest
        for other in self._bags:
            if len(other) <= least:
                break
            shared = len(words & other)
            if shared > least:
                greatest = max(greatest, shared / (len(words) + len(other) - shared))
        return greatest


def _container_columns(
    segmentation: Segmentation,
) -> tuple[_NamedColumns, Floats, Indices, Indices, Indices]:
    """What each block's container and those above it tell, a row a column; its look, its path, and its boxes."""
    blocks = segmentation.blocks
    n = len(blocks)
    containers = [container for container in segmentation.containers if container.end > container.first]
    numbers: dict[Container, int] = {}
    parents, boxes, sections, paths, looks = ([0] * len(containers) for _ in range(5))
    tag_numbers: dict[str, int] = {}
    own_looks: dict[tuple[str, str], int] = {}
    read: dict[
        tuple[str, str], tuple[int, int, list[int]]
    ] = {}  # numbers of tag and look, and what names tell
    # For each group of names the depth of the nearest container with one: a row for each that differs from its parent's.
    nearest = [array("i", [-_FAR] * len(_NAME_PARTS))]
    named_as = [0] * len(containers)
    for number, container in enumerate(containers):
        numbers[container] = number
        parent = parents[number] = numbers[container.parent] if container.parent is not None else 0
        size = container.end - container.first
        boxes[number] = number if size >= _BOX else boxes[parent]
        sections[number] = number if size >= _SECTION else sections[parent]
        tag_and_names = (container.tag, container.names)
        found = read.get(tag_and_names)
        if found is None:
            groups, look = _read_names(container.names)
            found = read[tag_and_names] = (
                tag_numbers.setdefault(container.tag, len(tag_numbers) + 1),
                own_looks.setdefault((container.tag, look), len(own_looks) + 1),
                groups,
            )
        tag, looks[number], groups = found
        paths[number] = (paths[parent] << _TAG_BITS | tag) & _LAST_TAGS
        if groups:
            row = nearest[named_as[parent]][:]
            for group in groups:
                row[group] = container.depth
            named_as[number] = len(nearest)
            nearest.append(row)
        else:
            named_as[number] = named_as[parent]
    own = np.array([numbers[block.container] for block in blocks])
    parent_of, box_of, section_of, row_of, path_of, own_look, parent_look = (
        np.array(each)[which]
        for each, which in (
            (parents, own), (boxes, own), (sections, own), (named_as, own), (paths, own), (looks, own),
            ([0, *(looks[parent] for parent in parents[1:])], own),
        )
    )  # fmt: skip
    first, end, depth = (
        np.fromiter(map(attrgetter(name), containers), np.intp, len(containers))
        for name in ("first", "end", "depth")
    )
    tags = np.array([_TAGS.get(container.tag, 0) for container in containers])
    is_root, index = own == 0, np.arange(n)
    columns = {
        "tag": tags[own], "parent_tag": np.where(is_root, 0, tags[parent_of]), "depth": depth[own],
        "block_children": end[own] - first[own],
        "first_in_parent": is_root | (first[parent_of] == index),
        "last_in_parent": is_root | (end[parent_of] == index + 1),
        "parent_blocks": np.where(is_root, 1, np.minimum(end[parent_of] - first[parent_of], 100)),
    }  # fmt: skip
    depths = np.frombuffer(b"".join(nearest), np.intc).reshape(-1, len(_NAME_PARTS))
    distances = np.minimum(depth[own] - depths.T[:, row_of], _FAR)
    inline = np.zeros((len(_NAME_PARTS), n), dtype=distances.dtype)
    told = [
        (group, i)
        for i, block in enumerate(blocks)
        if block.inline_names
        for group in _read_names(block.inline_names)[0]
    ]
    if told:
        inline[tuple(zip(*told, strict=True))] = 1
    level = np.fromiter(map(attrgetter("heading_level"), blocks), np.intp, n)
    look = (parent_look * (len(own_looks) + 1) + own_look) * (len(HEADINGS) + 1) + level
    return (
        columns,
        np.concatenate((distances, inline)),
        _numbered(look),
        _numbered(path_of),
        np.array([(first[each], end[each]) for each in (parent_of, box_of, section_of)]),
    )


def _numbered(values: Indices) -> Indices:
    """A small number for each value, the same for the same."""
    return np.unique(values, return_inverse=True)[1]


def _repeated_inside(keys: Iterable[str]) -> frozenset[str]:
    """Of different keys, those that stand inside a longer one, too: pull quotes, key points, captions."""
    whole = "\n".join(keys)
    likely = [letters for letters in keys if _SHORTEST_REPEATED <= len(letters) <= _LONGEST_REPEATED]
    if len(likely) * len(whole) > _MUCH_TO_SEARCH:
        likely = _sharing_windows(likely, whole)
    return frozenset(letters for letters in likely if whole.count(letters) > 1)


def _sharing_windows(likely: Sequence[str], whole: str) -> list[str]:
    """Those that may stand more than once in a text, in time that grows with it."""
    # Wherever a key stands, the windows of the text inside of it are windows of the key, from one of so many places on: those of
    # its own place, or also those of where it is repeated. They overlap, since sentences of a template differ by a number only.
    step = _SHORTEST_REPEATED // 4
    size = _SHORTEST_REPEATED - step
    windows = Counter([whole[i : i + size] for i in range(0, len(whole), step)])
    return [
        letters
        for letters in likely
        if sum(
            min([windows[letters[i : i + size]] for i in range(start, len(letters) - size + 1, step)])
            for start in range(step)
        )
        > 1
    ]


@lru_cache(maxsize=32_768)
def _read_names(names: str) -> tuple[list[int], str]:
    """What the classes and ids of an element tell, and they without digits: those are ids, not looks. Sites repeat theirs on every page."""
    return sorted(frozenset().union(*map(_groups_of_name, names.split()))), _DIGIT.sub("", names)


@lru_cache(maxsize=32_768)
def _groups_of_name(name: str) -> frozenset[int]:
    found = set()
    position, end = 0, min(len(name), _LONGEST_NAME)
    while start := _NAME_STARTS.search(name, position, end):
        match = _NAMES.match(name, start.start(), end)
        if match:
            found.add(_GROUP_INDEX[match.lastgroup or ""])
        position = match.end() if match else start.start() + 1
    return frozenset(found)


def _verdict(values: Sequence[bool], n: int) -> Floats:
    # -1: not asked
    return np.array(values, dtype=np.float32) if len(values) == n else np.full(n, -1.0, dtype=np.float32)


def _prefix(values: Floats) -> NDArray[np.float64]:
    """Sums of all values before each place and of all, along the last axis."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, dtype=np.float64, out=sums[..., 1:])
    return sums


def shifted(values: Floats, shift: int) -> Floats:
    """Values of the block ``shift`` places on, along the last axis; -1 beyond the page's ends."""
    moved = np.full_like(values, -1.0)
    if abs(shift) < values.shape[-1]:
        if shift > 0:
            moved[..., :-shift] = values[..., shift:]
        else:
            moved[..., -shift:] = values[..., :shift]
    return moved


def _same(ids: Indices, shift: int) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = shifted(ids.astype(np.float32), shift) == ids
    return same


def _moving_mean(values: Floats, reach: int) -> Floats:
    n = values.shape[-1]
    sums = _prefix(values)
    index = np.arange(n)
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, n)
    mean: Floats = ((sums[..., high] - sums[..., low]) / (high - low)).astype(np.float32)
    return mean


def _distances(flags: Floats, cap: int = 30) -> tuple[Floats, Floats]:
    """Blocks since the last flagged one and until the next one."""
    n = len(flags)
    index = np.arange(n)
    marked = flags > 0
    last = np.maximum.accumulate(np.where(marked, index, -cap * 2))
    before = np.concatenate(([cap * 2], index[1:] - last[:-1]))
    following = np.minimum.accumulate(np.where(marked, index, n + cap * 2)[::-1])[::-1]
    after = np.concatenate((following[1:] - index[:-1], [cap * 2]))
    return np.minimum(before, cap).astype(np.float32), np.minimum(after, cap).astype(np.float32)


_STAGE_SHIFTS = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
_STAGE_REACHES = (2, 5, 12)


def _context_columns() -> tuple[str, ...]:
    names = ["own"]
    names += [f"own_{shift:+d}" for shift in _STAGE_SHIFTS]
    names += [f"own_mean_{reach}" for reach in _STAGE_REACHES]
    for level in _BOX_LEVELS:
        names += [f"{level}_kept", f"{level}_of_body", f"{level}_others", f"{level}_kept_count"]
    for level in _GROUP_LEVELS:
        names += [f"{level}_kept", f"{level}_others", f"{level}_of_body"]
    names += [
        "body_before", "body_after", "from_first", "from_last", "body_share", "body_blocks", "body_mass",
        "body_position", "strong_before", "strong_after", "most_before",
    ]  # fmt: skip
    return tuple(names)


CONTEXT_COLUMNS = _context_columns()


def contextualise(table: Table, probabilities: Floats) -> Floats:
    """What an earlier stage thinks of each block's surroundings: the columns a later stage sees besides.

    Args:
        table: The page.
        probabilities: The earlier stage's probability that each block is body.
    """
    n = len(probabilities)
    if not n:
        return np.zeros((0, len(CONTEXT_COLUMNS)), dtype=np.float32)
    own = probabilities.astype(np.float32)
    mass = table.mass
    columns = _Columns(len(CONTEXT_COLUMNS), n)
    columns.add(own, *(shifted(own, shift) for shift in _STAGE_SHIFTS))
    columns.add(*(_moving_mean(own, reach) for reach in _STAGE_REACHES))
    weighted = mass * own
    sums = _prefix(np.stack((mass, weighted, own)))
    masses, bodies = sums[0], sums[1]
    body_mass = max(float(bodies[-1]), 1.0)
    first, end = table.boxes[:, 0], table.boxes[:, 1]
    inside, kept, owned = sums[:, end] - sums[:, first]
    of_boxes = (
        kept / np.maximum(inside, 1.0), kept / body_mass, (owned - own) / np.maximum(end - first - 1, 1), owned,
    )  # fmt: skip
    columns.add_all(np.stack(of_boxes, axis=1).reshape(-1, n))
    for ids in table.looks:
        size = int(ids.max()) + 1
        group_mass = np.maximum(np.bincount(ids, mass, size), 1.0)
        kept = np.bincount(ids, weighted, size).astype(np.float64)
        members = np.bincount(ids, None, size)
        own_sums = np.bincount(ids, own, size)
        agreement = np.where(members[ids] > 1, (own_sums[ids] - own) / np.maximum(members[ids] - 1, 1), -1.0)
        columns.add(kept[ids] / group_mass[ids], agreement, kept[ids] / body_mass)
    body = own >= 0.5
    index = np.arange(n)
    where = np.flatnonzero(body)
    first_body, last_body = (int(where[0]), int(where[-1])) if len(where) else (0, n - 1)
    before, after = _distances(body.astype(np.float32))
    strong_before, strong_after = _distances((body & (mass >= _LONG_TEXT)).astype(np.float32))
    columns.add(
        before, after, np.clip(index - first_body, -40, 200), np.clip(index - last_body, -200, 40),
        body_mass / max(float(masses[-1]), 1.0), len(where), np.log1p(body_mass), bodies[:-1] / body_mass,
        strong_before, strong_after, np.maximum.accumulate(np.concatenate(([0.0], own[:-1]))),
    )  # fmt: skip
    return columns.rows()
