"""What the judge sees of each block: one row of numbers, from one tight pass over a page.

What words say is read from small vocabularies in many languages, never from single names of sites; most columns are
structure: lengths, links, roles, neighbours, masses of containers, and what the extractors and the metadata say.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from newsclean.blocks import ROLES, Block, Container, Role, Segmentation, key
from newsclean.trie import any_of

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]


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
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_DIGIT = re.compile(r"\d")
_ASCII_DIGITS, _ASCII_CAPITALS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UPPER = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯŁŚŻŹĆŃČŘŠĎŤŇÜÖÄİ]")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”“»’)\]」』]*(?:\s|$)|[。！？]")
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

_TEXT_COLUMNS = (
    "length", "words", "cjk", "digits", "upper", "sentences", "ending", "starts_lower", "starts_quote", "starts_odd",
    "comma", "date", "bars", "link_share", "link_count", "emphasis_share", "heading_level", "after_break",
    "media_before", "tag", "parent_tag", "depth", "occurrences", "inline_named", "block_children",
    "title_same", "title_overlap", "description_same", "description_overlap", "author_named", "caption_same",
    "caption_overlap", "first_in_parent", "last_in_parent", "parent_blocks", "hidden", "external_links", "code", "colon", "arrow", "capitals",
    "repeated_inside",
)  # fmt: skip
_PACKED_ROW = struct.Struct(f"{len(_TEXT_COLUMNS)}f").pack
_WORD_COLUMNS = len(_WORDS) + len(_OPENERS)
_NEIGHBOUR_COLUMNS = (
    "length", "link_share", "heading_level", "ending", "long", "tag", "trafilatura", "resiliparse", "media_before",
)  # fmt: skip
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
    names += [
        "trafilatura",
        "resiliparse",
        "trafilatura_5",
        "resiliparse_5",
        "trafilatura_share",
        "resiliparse_share",
    ]
    for shift in (-2, -1, 1, 2):
        names += [f"{name}_{shift:+d}" for name in _NEIGHBOUR_COLUMNS]
    for shift in (-1, 1):
        names += [f"same_container_{shift:+d}", f"same_look_{shift:+d}"]
    names += ["long_before", "long_after", "long_near"]
    for level in ("parent", "box", "section"):
        names += [f"{level}_{what}" for what in _BOX_COLUMNS]
    for level in ("look", "path"):
        names += [f"{level}_{what}" for what in _GROUP_COLUMNS]
    names += _PAGE_COLUMNS
    return tuple(names)


COLUMNS = _columns()


@dataclass(slots=True, eq=False)
class Table:
    """A page as the judge sees it.

    Attributes:
        rows: One row a block, one column for each of :data:`COLUMNS`.
        mass: Length of each block, with scripts without spaces counted double.
        boxes: For parent, box and section: first and end block of each block's container of that size.
        looks: For class and tag path: a group number for each block.
    """

    rows: Floats
    mass: Floats
    boxes: tuple[tuple[Indices, Indices], ...]
    looks: tuple[Indices, ...]


def tabulate(segmentation: Segmentation, hints: Hints, verdicts: Verdicts) -> Table:
    """The judge's features of a page.

    Args:
        segmentation: The page in blocks.
        hints: What metadata says of the text.
        verdicts: What other extractors keep.
    """
    blocks = segmentation.blocks
    n = len(blocks)
    if not n:
        empty = np.zeros(0, dtype=np.intp)
        return Table(
            np.zeros((0, len(COLUMNS)), np.float32),
            np.zeros(0, np.float32),
            ((empty, empty),) * 3,
            (empty, empty),
        )
    texts, words, mass = _text_columns(blocks, hints)
    names, look_ids, path_ids, boxes = _container_columns(segmentation)
    roles = (np.array([block.roles for block in blocks], dtype=np.int64) & _ROLE_BITS[:, None]) != 0
    trafilatura = _verdict(verdicts.trafilatura, n)
    resiliparse = _verdict(verdicts.resiliparse, n)
    column = {name: texts[i] for i, name in enumerate(_TEXT_COLUMNS)}
    links, media = column["link_share"], column["media_before"]
    long = ((mass >= _LONG_TEXT) & (links < 0.35)).astype(np.float32)
    seen = {**column, "long": long, "trafilatura": trafilatura, "resiliparse": resiliparse}
    base = np.stack([seen[name] for name in _NEIGHBOUR_COLUMNS])
    rows = _Columns(len(COLUMNS), n)
    for part in (texts, words, names, roles):
        rows.add_all(part)
    rows.add(
        trafilatura, resiliparse, _moving_mean(trafilatura, 5), _moving_mean(resiliparse, 5),
        _share(trafilatura, mass), _share(resiliparse, mass),
    )  # fmt: skip
    for shift in (-2, -1, 1, 2):
        rows.add_all(shifted(base, shift))
    parent_first = boxes[0][0]
    for shift in (-1, 1):
        rows.add(_same(parent_first, shift), _same(look_ids, shift))
    rows.add(*_distances(long))
    sums = {
        "mass": _prefix(mass), "links": _prefix(mass * links), "long": _prefix(long), "media": _prefix(media),
        "trafilatura": _prefix(mass * trafilatura), "resiliparse": _prefix(mass * resiliparse),
    }  # fmt: skip
    total = max(float(mass.sum()), 1.0)
    index = np.arange(n)
    for first, end in boxes:
        inside = {name: values[end] - values[first] for name, values in sums.items()}
        count = np.maximum(end - first, 1)
        weight = np.maximum(inside["mass"], 1.0)
        rows.add(
            np.log1p(inside["mass"]), np.log1p(count), inside["links"] / weight, inside["mass"] / count,
            inside["long"], inside["mass"] / total, inside["trafilatura"] / weight,
            inside["resiliparse"] / weight, (index - first) / count, inside["media"],
        )  # fmt: skip
    for ids in (look_ids, path_ids):
        size = int(ids.max()) + 1
        group = {
            name: np.bincount(ids, values, size)
            for name, values in (
                ("mass", mass),
                ("links", mass * links),
                ("trafilatura", mass * trafilatura),
                ("resiliparse", mass * resiliparse),
            )
        }
        count = np.bincount(ids, minlength=size)
        weight = np.maximum(group["mass"], 1.0)
        first, last = np.zeros(size, dtype=np.intp), np.zeros(size, dtype=np.intp)
        # of several values for one place the last stays
        first[ids[::-1]], last[ids] = index[::-1], index
        of_group = (
            np.log1p(count), group["mass"] / np.maximum(count, 1), group["links"] / weight, group["mass"] / total,
            group["trafilatura"] / weight, group["resiliparse"] / weight, (last - first) / n,
        )  # fmt: skip
        rows.add(*(values[ids] for values in of_group))
    titles = np.flatnonzero(column["title_same"] > 0)
    h1 = np.flatnonzero(column["heading_level"] == 1)
    anchor = int(titles[0]) if len(titles) else int(h1[0]) if len(h1) else 0
    h1_titles = np.intersect1d(titles, h1)
    if len(h1_titles):
        anchor = int(h1_titles[0])
    rows.add(
        index / n, sums["mass"][:-1] / total, np.clip(index - anchor, -50, 400),
        n, np.log1p(total), long.sum(), sums["links"][-1] / total,
    )  # fmt: skip
    return Table(rows.rows(), mass, boxes, (look_ids, path_ids))


class _Columns:
    """A table that is written by column, and laid out so: trees ask for columns."""

    def __init__(self, columns: int, rows: int) -> None:
        self._values = np.empty((columns, rows), dtype=np.float32)
        self._written = 0

    def add(self, *columns: NDArray[np.generic] | float) -> None:
        """Write columns; a number stands for a column of it."""
        for column in columns:
            self._values[self._written] = column
            self._written += 1

    def add_all(self, columns: NDArray[np.generic]) -> None:
        """Write the rows of a matrix as columns."""
        end = self._written + len(columns)
        self._values[self._written : end] = columns
        self._written = end

    def rows(self) -> Floats:
        """The table, one row a block."""
        if self._written != len(self._values):
            raise ValueError(f"{self._written} columns of {len(self._values)}")
        return self._values.T


def _text_columns(blocks: Sequence[Block], hints: Hints) -> tuple[Floats, Indices, Floats]:
    """What each block's text tells and what its words tell, a column a block, and its mass."""
    titles = [same for text in hints.titles if (same := key(text))]
    title_words = _Bags(text for text in hints.titles if text)
    descriptions = [same for text in hints.descriptions if len(same := key(text)) > 15]
    description_words = _Bags(text for text in hints.descriptions if len(text) > 15)
    authors = [text.lower() for text in hints.authors if len(text) > 3]
    captions = {same for text in hints.captions if len(same := key(text)) > 8}
    caption_words = _Bags([text for text in hints.captions if len(text) > 15][:60])
    occurrences = Counter(block.key for block in blocks)
    repeated = _repeated_inside(occurrences)
    groups_of = _WORD_GROUPS.get
    rows: list[bytes] = []
    masses: list[float] = []
    told: list[int] = []  # places of the words' columns, once for each word
    place = 0
    opening_columns = {group: len(_WORDS) + i for group, i in _OPENERS.items()}
    for i, block in enumerate(blocks):
        text, letters = block.text, block.key
        container = block.container
        parent = container.parent
        size = len(text)
        digits, capitals = 0, 0.03
        if text.isascii():  # the same as below, in a third of the time
            cjk = 0
            if size < _LONG_LINE:
                encoded = text.encode("ascii")
                digits = size - len(encoded.translate(None, _ASCII_DIGITS))
                capitals = (size - len(encoded.translate(None, _ASCII_CAPITALS))) / size
        else:
            cjk = len(_SPACELESS.findall(text))
            if size < _LONG_LINE:
                digits, capitals = len(_DIGIT.findall(text)), len(_UPPER.findall(text)) / size
        mass = size + cjk
        masses.append(mass)
        lower = text.lower()
        words = lower.split()
        count = len(words)
        for word in words if count <= 30 else words[:15] + words[-15:]:
            found = groups_of(word)
            if not found and not word.isalnum():
                found = groups_of(word.strip(_AROUND_WORDS))
            if found:
                told += [place + group for group in found]
        for word in words[:3]:
            if found := groups_of(word.strip(_AROUND_WORDS)):
                told += [place + opening_columns[group] for group in found if group in opening_columns]
        place += _WORD_COLUMNS
        head, last = text[0], text[-1]
        word_set = frozenset(words) if count <= 80 else frozenset()
        least = 0.3 * count
        external = sum(link.startswith(("http", "//")) for link in block.links) if block.links else 0
        described = len(letters) > 15 and any(
            letters in other or (len(letters) > 30 and other[:60] in letters) for other in descriptions
        )
        # packed at once: numpy takes four times as long to read a list of lists
        rows.append(
            _PACKED_ROW(
                min(mass, 2000), min(count, 300), cjk / size, digits / size,
                capitals,
                len(_SENTENCE_END.findall(text)) if size < 1200 else 12,
                _ENDINGS.get(last, 9 if last.isdigit() else 0), head.islower(), head in "\"'“„«»‘「—–", not head.isalnum(),
                text.count(","), 1.0 if digits and size < 200 and _DATE.search(text) else 0.0,
                text.count("|") + text.count("•") + text.count("/") if size < 300 else 0,
                block.link_length / size, block.link_count, block.emphasis_length / size, block.heading_level,
                block.after_break, min(block.media_before, 5), _TAGS.get(container.tag, 0),
                _TAGS.get(parent.tag, 0) if parent is not None else 0, container.depth, occurrences[letters],
                bool(block.inline_names), container.end - container.first,
                letters in titles, title_words.overlap(word_set, least),
                described, description_words.overlap(word_set, least),
                bool(authors) and size < 400 and any(name in lower for name in authors),
                letters in captions, caption_words.overlap(word_set, least) if count >= 3 else 0.0,
                i == parent.first if parent is not None else True, i + 1 == parent.end if parent is not None else True,
                min(parent.end - parent.first, 100) if parent is not None else 1, bool(block.hidden), external, block.kind == "code",
                min(text.find(":") + 1, 40), head in ">»›▶►→+•·*▸➜>", text.isupper(), letters in repeated,
            )
        )  # fmt: skip
    shape = (len(blocks), len(_TEXT_COLUMNS))
    return (
        np.ascontiguousarray(np.frombuffer(b"".join(rows), dtype=np.float32).reshape(shape).T),
        np.bincount(told, minlength=place).reshape(len(blocks), _WORD_COLUMNS).T,
        np.array(masses, dtype=np.float32),
    )


class _Bags:
    """The words of each of several texts; texts of many words first."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._bags = sorted((frozenset(text.lower().split()) for text in texts), key=len, reverse=True)
        self._all = frozenset().union(*self._bags)

    def overlap(self, words: frozenset[str], least: float) -> float:
        """The greatest share of words, of all that either has, that a text has in common with one of these: more than so many."""
        greatest = 0.0
        if len(words & self._all) <= least:
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
) -> tuple[Floats, Indices, Indices, tuple[tuple[Indices, Indices], ...]]:
    blocks, containers = segmentation.blocks, segmentation.containers
    numbers: dict[int, int] = {}  # of a container, by identity
    parents = np.zeros(len(containers), dtype=np.intp)
    depths = np.zeros(len(containers), dtype=np.intp)
    names_told: list[tuple[int, int]] = []
    tag_numbers: dict[str, int] = {}
    own_looks: dict[tuple[str, str], int] = {}
    paths, looks = [0] * len(containers), [0] * len(containers)
    for number, container in enumerate(containers):
        numbers[id(container)] = number
        parent = numbers[id(container.parent)] if container.parent is not None else 0
        parents[number] = parent
        depths[number] = container.depth
        tag = tag_numbers.setdefault(container.tag, len(tag_numbers) + 1)
        paths[number] = (paths[parent] << _TAG_BITS | tag) & _LAST_TAGS
        names = container.names
        if names:
            names_told += [(number, group) for group in _groups_of_names(names)]
            names = _without_digits(names)  # numbers in names are ids, not looks
        looks[number] = own_looks.setdefault((container.tag, names), len(own_looks))
    named = _flags(names_told, len(containers)) > 0
    distances = np.full(named.shape, _FAR, dtype=np.float32)
    distances[0][named[0]] = 0.0
    order = np.argsort(depths, kind="stable")
    starts = np.searchsorted(depths[order], np.arange(1, int(depths.max()) + 2))
    for start, end in pairwise(starts.tolist()):
        level = order[start:end]
        distances[level] = np.where(named[level], 0.0, np.minimum(distances[parents[level]] + 1.0, _FAR))
    sizes: dict[int, tuple[int, ...]] = {}
    inline_told: list[tuple[int, int]] = []
    look_groups: dict[tuple[int, int, int], int] = {}
    path_groups: dict[int, int] = {}
    of_block = np.zeros(len(blocks), dtype=np.intp)
    look_ids, path_ids = np.zeros(len(blocks), dtype=np.intp), np.zeros(len(blocks), dtype=np.intp)
    spans = []
    for i, block in enumerate(blocks):
        number = of_block[i] = numbers[id(block.container)]
        if number not in sizes:
            sizes[number] = tuple(edge for box in _sizes(block.container) for edge in (box.first, box.end))
        spans.append(sizes[number])
        if block.inline_names:
            inline_told += [(i, group) for group in _groups_of_names(block.inline_names)]
        look = (looks[parents[number]] if number else -1, looks[number], block.heading_level)
        look_ids[i] = look_groups.setdefault(look, len(look_groups))
        path_ids[i] = path_groups.setdefault(paths[number], len(path_groups))
    edges = np.array(spans, dtype=np.intp)
    return (
        np.concatenate((distances[of_block], _flags(inline_told, len(blocks))), axis=1).T,
        look_ids,
        path_ids,
        ((edges[:, 0], edges[:, 1]), (edges[:, 2], edges[:, 3]), (edges[:, 4], edges[:, 5])),
    )


def _flags(told: Sequence[tuple[int, int]], rows: int) -> Floats:
    """1 for each row and group of names that is told; 0 elsewhere."""
    flags = np.zeros((rows, len(_NAME_PARTS)), dtype=np.float32)
    if told:
        flags[tuple(zip(*told, strict=True))] = 1.0
    return flags


def _repeated_inside(keys: Iterable[str]) -> frozenset[str]:
    """Of different keys, those that stand inside a longer one, too: pull quotes, key points, captions."""
    whole = "\n".join(keys)
    # Any stretch of the shortest such key's length holds a whole chunk: its own, or also one of where it is repeated.
    size = _SHORTEST_REPEATED // 2
    chunks = Counter([whole[i : i + size] for i in range(0, len(whole), size)])
    return frozenset(
        letters
        for letters in keys
        if _SHORTEST_REPEATED <= len(letters) <= _LONGEST_REPEATED
        and sum([chunks[letters[i : i + size]] for i in range(size)]) > 1
        and whole.count(letters) > 1
    )


@lru_cache(maxsize=32_768)
def _groups_of_names(names: str) -> list[int]:
    """What the classes and ids of an element tell; sites repeat theirs on every page."""
    return sorted(frozenset().union(*map(_groups_of_name, names.split())))


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


@lru_cache(maxsize=32_768)
def _without_digits(names: str) -> str:
    return _DIGIT.sub("", names)


def _sizes(container: Container) -> tuple[Container, Container, Container]:
    parent = container.parent or container
    box = container
    while box.end - box.first < _BOX and box.parent is not None:
        box = box.parent
    section = box
    while section.end - section.first < _SECTION and section.parent is not None:
        section = section.parent
    return parent, box, section


def _verdict(values: Sequence[bool], n: int) -> Floats:
    # -1: not asked
    return np.array(values, dtype=np.float32) if len(values) == n else np.full(n, -1.0, dtype=np.float32)


def _share(verdict: Floats, mass: Floats) -> float:
    return float((verdict * mass).sum() / max(float(mass.sum()), 1.0))


def _prefix(values: Floats) -> NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))


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
    n = len(values)
    sums = _prefix(values)
    index = np.arange(n)
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, n)
    mean: Floats = ((sums[high] - sums[low]) / (high - low)).astype(np.float32)
    return mean


def _distances(flags: Floats, cap: int = 30) -> tuple[Floats, Floats, Floats]:
    """Blocks since the last flagged one, until the next one, and flags within five blocks."""
    n = len(flags)
    index = np.arange(n)
    marked = flags > 0
    last = np.maximum.accumulate(np.where(marked, index, -cap * 2))
    before = np.concatenate(([cap * 2], index[1:] - last[:-1]))
    following = np.minimum.accumulate(np.where(marked, index, n + cap * 2)[::-1])[::-1]
    after = np.concatenate((following[1:] - index[:-1], [cap * 2]))
    return (
        np.minimum(before, cap).astype(np.float32),
        np.minimum(after, cap).astype(np.float32),
        _moving_mean(flags, 5),
    )


_STAGE_SHIFTS = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
_STAGE_REACHES = (2, 5, 12)


def _context_columns() -> tuple[str, ...]:
    names = ["own"]
    names += [f"own_{shift:+d}" for shift in _STAGE_SHIFTS]
    names += [f"own_mean_{reach}" for reach in _STAGE_REACHES]
    for level in ("parent", "box", "section"):
        names += [f"{level}_kept", f"{level}_of_body", f"{level}_others", f"{level}_kept_count"]
    for level in ("look", "path"):
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
    masses, bodies, owns = _prefix(mass), _prefix(weighted), _prefix(own)
    body_mass = max(float(bodies[-1]), 1.0)
    for first, end in table.boxes:
        inside = np.maximum(masses[end] - masses[first], 1.0)
        kept, owned = bodies[end] - bodies[first], owns[end] - owns[first]
        others = (owned - own) / np.maximum(end - first - 1, 1)
        columns.add(kept / inside, kept / body_mass, others, owned)
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
    before, after, _ = _distances(body.astype(np.float32))
    strong_before, strong_after, _ = _distances((body & (mass >= _LONG_TEXT)).astype(np.float32))
    columns.add(
        before, after, np.clip(index - first_body, -40, 200), np.clip(index - last_body, -200, 40),
        body_mass / max(float(masses[-1]), 1.0), len(where), np.log1p(body_mass), bodies[:-1] / body_mass,
        strong_before, strong_after, np.maximum.accumulate(np.concatenate(([0.0], own[:-1]))),
    )  # fmt: skip
    return columns.rows()
