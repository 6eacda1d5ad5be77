"""How well and how fast near-duplicates are found, on articles made here.

    nice python benchmarks/dedupe.py [--articles 100000] [--seed 1] [--keep FOLDER]

Stories in eleven languages, a quarter of them of 60 to 120 words, made of invented words in Zipf's proportions with
names and numbers in them; copies of some of them with planted changes; and hard negatives, which share most of their
words and tell of different things: match reports, weather and stock notices, the short notices of ``notices.toml``,
and small families of notices made from invented templates.

Printed: for each kind of copy the share that stands in one cluster with its original (recall); of all pairs of
articles in one cluster the share that is one story (precision); for each kind of hard negative the share that
stands in a cluster with another story; CPU and wall time a document, memory, and what a second run costs after one
more per cent of articles.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import newsdata
from newsclean.article import Article
from newsdata.dedupe import dedupe

START = datetime(2026, 9, 1, tzinfo=UTC)
SHORT = 0.25  # of the stories, 60 to 120 words
N_WORDS = 20_000  # in a language's vocabulary
N_NAMES = 4_000
HARD_NEGATIVES = 0.25  # of all articles
SMALL_FAMILIES = 0.02  # of the other stories are such a family of notices
COPIED = 0.3  # of the stories have copies
COPIES = (1, 4)
ALIKE = 0.3  # of the stories that are copied: all copies are changed in the same way; what papers do, all of them do
MANY = (2, 8)  # copies of such a story

# Syllables of each language's invented words; scripts without spaces have none between words either.
SYLLABLES = {
    "en": "an be cor dal en fir gra hol in jes ket lor mar nol ost per quin ran sel tor und ver wil yon".split(),
    "de": "acht bau chen dorf ein fahr gen hau isch kel lich mut nach ofen pfer rung schaf tung ung wald zeit".split(),
    "fr": "au beau cher deur elle fois gne heur ien jour leur mieux noir ou pre quel rien sou tion ville".split(),
    "es": "al bar ción dor en fue gar hacia ir jo llo mente nue os para que río ser tiempo uno vez".split(),
    "ar": "با در سل مح نو رق تي كم شا فر هد بن عل جو صف قا طر ير وس لم".split(),
    "hi": "का रा मे ली सु ता नि को पर दे वा शी मो गा बि ना जय से हर तू".split(),
    "ko": [chr(code) for code in range(0xAC00, 0xD7A0, 37)],
    "ru": "ба вер год дом ель жит зна ива кор лес мор нов ост пер рек сто тор уло фон хол цен шла".split(),
    "zh": [chr(code) for code in range(0x4E00, 0x4E00 + 1500)],
    "ja": [chr(code) for code in (*range(0x3042, 0x3090, 2), *range(0x5200, 0x5200 + 600))],
    "th": [chr(code) + vowel for code in range(0x0E01, 0x0E2B) for vowel in ("", "า", "ี", "ุ", "่")],
}
UNSPACED = {"zh", "ja", "th"}


class Language:
    """A vocabulary and the way its words make sentences."""

    def __init__(self, code: str) -> None:
        chooser = random.Random(f"vocabulary {code}")
        syllables = SYLLABLES[code]
        longest = 2 if code in UNSPACED else 4

        def coin() -> str:
            return "".join(chooser.choices(syllables, k=chooser.randint(1, longest)))

        self.code = code
        self.joint = "" if code in UNSPACED else " "
        self.full_stop = {"zh": "。", "ja": "。", "th": " ", "hi": "।"}.get(code, ".")
        self.words = list(dict.fromkeys(coin() for _ in range(N_WORDS)))
        self.names = [(coin() + coin()).capitalize() for _ in range(N_NAMES)]
        self.weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def words_of_story(self, chooser: random.Random) -> list[str]:
        """Words of one story, names and numbers among them; a few names come again and again."""
        if chooser.random() < SHORT:
            length = chooser.randint(60, 120)
        else:
            length = min(2000, max(90, int(chooser.lognormvariate(5.9, 0.5))))
        words = chooser.choices(self.words, cum_weights=self.weights, k=length)
        cast = chooser.sample(self.names, 12)
        for place in range(length):
            if (draw := chooser.random()) < 0.06:
                words[place] = chooser.choice(cast)
            elif draw < 0.08:
                words[place] = str(chooser.randint(2, 3000))
        return words

    def text(self, words: list[str], chooser: random.Random) -> str:
        """The words as paragraphs of sentences; where they are cut is told by the words before, so copies agree."""
        sentences, sentence = [], []
        for word in words:
            sentence.append(word)
            if len(sentence) >= 8 and (len(word) + len(sentence)) % 7 == 0:
                sentences.append(self._sentence(sentence))
                sentence = []
        if sentence:
            sentences.append(self._sentence(sentence))
        paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
        return "\n\n".join(paragraphs)

    def _sentence(self, words: list[str]) -> str:
        return self.joint.join([words[0].capitalize(), *words[1:]]) + self.full_stop


def edited(words: list[str], language: Language, chooser: random.Random, share: float) -> list[str]:
    """Change a share of the words: a third replaced, a third left out, a third put in."""
    changed: list[str] = []
    for word in words:
        if chooser.random() >= share:
            changed.append(word)
            continue
        other = chooser.choice(language.names if chooser.random() < 0.06 else language.words)
        changed += chooser.choice(([other], [], [word, other]))
    return changed


def cut(words: list[str], chooser: random.Random, share: float) -> list[str]:
    """Cut a lead or a tail off."""
    gone = round(len(words) * share)
    return words[gone:] if chooser.random() < 0.5 else words[: len(words) - gone]


def corrected(words: list[str], language: Language, chooser: random.Random) -> list[str]:
    """Correct one number, everywhere it stands; every copy that corrects it knows the same right one."""
    wrong = chooser.choice([word for word in words if word.isdigit()] or words[:1])
    right = str(random.Random(" ".join([*words, wrong])).randint(2, 3000))
    return [right if word == wrong else word for word in words]


def respelled(words: list[str], language: Language, chooser: random.Random) -> list[str]:
    """Spell some of the names otherwise, everywhere they stand: a letter replaced, left out or doubled."""
    names = sorted(set(words) & set(language.names))
    spelling: dict[str, str] = {}
    for name in chooser.sample(names, min(len(names), chooser.randint(1, 3))):
        other = random.Random(name)  # a name has one other spelling
        at = other.randrange(1, len(name))
        letter = other.choice(other.choice(language.words))
        spelling[name] = name[:at] + other.choice((letter, "", 2 * name[at])) + name[at + 1 :]
    return [spelling.get(word, word) for word in words]


def retitled(words: list[str], language: Language, chooser: random.Random) -> list[str]:
    """Put another headline and a dateline before."""
    headline = chooser.choices(language.words, cum_weights=language.weights, k=chooser.randint(5, 10))
    return [*headline, chooser.choice(language.names), *words]


def framed(words: list[str], language: Language, chooser: random.Random) -> list[str]:
    """Put a dateline before and a line of one's own behind, as each paper that prints a wire story does."""
    place, paper = chooser.sample(language.names, 2)
    dateline = [
        place,
        chooser.choice(language.words),
        str(chooser.randint(1, 30)),
        chooser.choice(language.names),
    ]
    return [*dateline, *words, *chooser.choices(language.words[:200], k=chooser.randint(3, 8)), paper]


Change = Callable[[list[str], Language, random.Random], list[str]]
CHANGES: dict[str, Change] = {
    "1 % edited": lambda words, language, chooser: edited(words, language, chooser, 0.01),
    "3 % edited": lambda words, language, chooser: edited(words, language, chooser, 0.03),
    "6 % edited": lambda words, language, chooser: edited(words, language, chooser, 0.06),
    "15 % cut": lambda words, language, chooser: cut(words, chooser, 0.15),
    "15 % cut, 3 % edited": lambda words, language, chooser: cut(
        edited(words, language, chooser, 0.03), chooser, 0.15
    ),
    "one number corrected": corrected,
    "names spelled otherwise": respelled,
    "other headline": retitled,
    "own first and last line": framed,
    "half cut": lambda words, language, chooser: cut(words, chooser, 0.5),
    "own lead put before, 3 % edited": lambda words, language, chooser: [
        *language.words_of_story(chooser)[: len(words) // 6],
        *edited(words, language, chooser, 0.03),
    ],
}
HOUSE = (
    "names spelled otherwise",
    "other headline",
    "own first and last line",
)  # what every paper does in its way

# Hard negatives. {t} a name of a place or club, {p} a person's, {n} a number, {d} a decimal, {w} a weekday.
TEMPLATES = {
    "match report, en": (
        "{t} beat {t2} {n}-{n2} on {w} evening in front of {n3} spectators. {p} opened the scoring after {n4} minutes with a low shot "
        "from the edge of the area, and {p2} doubled the lead shortly before half time. The visitors came out stronger after the break "
        "and were rewarded when {p3} headed in a corner in the {n5}th minute. Both sides had chances to score again, but the goalkeepers "
        "were equal to everything that came their way. {t} move up to {n6} points in the table, while {t2} remain on {n7}. "
        "The manager said afterwards that he was pleased with the attitude of his players and that there was still a lot of work to do. "
        "The next match for {t} is away at {t3} on {w2}, and tickets are on sale at the club shop and at the usual outlets."
    ),
    "match report, de": (
        "{t} hat am {w} das Heimspiel gegen {t2} mit {n}:{n2} gewonnen. Vor {n3} Zuschauern brachte {p} die Gastgeber nach {n4} Minuten mit "
        "einem Flachschuss in Führung, kurz vor der Pause erhöhte {p2} nach einer Ecke. Nach dem Seitenwechsel kamen die Gäste besser ins "
        "Spiel und verkürzten durch {p3} in der {n5}. Minute. In der Schlussphase hatten beide Mannschaften noch Möglichkeiten, doch die "
        "Torhüter waren auf dem Posten. Damit steht {t} nun bei {n6} Punkten, {t2} bleibt bei {n7} Zählern. Der Trainer zeigte sich nach dem "
        "Abpfiff zufrieden mit der Einstellung seiner Mannschaft und sprach von einem wichtigen Schritt. Das nächste Spiel bestreitet die "
        "Mannschaft am {w2} bei {t3}, Karten gibt es an den bekannten Vorverkaufsstellen."
    ),
    "weather, en": (
        "{t} can expect a mostly cloudy {w} with a few bright spells in the afternoon, the weather office said. Temperatures will reach a high "
        "of {n} degrees, falling to {n2} overnight. Winds from the west at {n3} kilometres an hour will ease towards evening. There is a {n4} per "
        "cent chance of showers, mainly on higher ground, and up to {d} millimetres of rain could fall. On {w2} the sun will come out for longer "
        "and temperatures will climb to {n5} degrees. The outlook for the rest of the week is changeable, with sunshine and showers taking turns. "
        "Sunrise is at {n6}:{n7} and sunset at {n8}:{n9}. The office advises residents near the river to follow the flood bulletin, which is "
        "updated twice a day, and to check the roads before setting out in the early hours of the morning, when fog may form in low places."
    ),
    "weather, es": (
        "En {t} se espera para el {w} un cielo mayormente nublado con algunos claros por la tarde, informó el servicio meteorológico. La temperatura "
        "máxima será de {n} grados y la mínima de {n2} durante la noche. El viento soplará del oeste a {n3} kilómetros por hora y perderá fuerza al "
        "final del día. La probabilidad de lluvia es del {n4} por ciento, sobre todo en las zonas altas, y podrían caer hasta {d} litros por metro "
        "cuadrado. El {w2} volverá a salir el sol y el termómetro subirá hasta los {n5} grados. Para el resto de la semana se prevé un tiempo "
        "variable, con sol y chubascos. El sol saldrá a las {n6}:{n7} y se pondrá a las {n8}:{n9}. El servicio recomienda consultar el estado de las "
        "carreteras antes de viajar, sobre todo a primera hora de la mañana, cuando puede formarse niebla en los valles."
    ),
    "weather, ja": (
        "気象台によると、{t}では{w}は雲の多い天気となり、午後は時々晴れ間が出る見込みです。日中の最高気温は{n}度、夜の最低気温は{n2}度と予想されています。"
        "西よりの風が毎秒{n3}メートル吹きますが、夕方には弱まるでしょう。降水確率は{n4}パーセントで、山沿いを中心ににわか雨があり、雨量は多い所で{d}ミリの見込みです。"
        "{w2}は日差しが戻り、気温は{n5}度まで上がるでしょう。週の後半は晴れたり曇ったりの変わりやすい天気が続きそうです。日の出は{n6}時{n7}分、日の入りは{n8}時{n9}分です。"
        "川の近くにお住まいの方は最新の情報に注意し、早朝に車で出かける際は霧による見通しの悪化に気をつけてください。"
    ),
    "stock notice, en": (
        "Shares of {t} closed at {d} on {w}, {d2} per cent up on the day, after trading between {d3} and {d4}. Some {n} shares changed hands, compared "
        "with a daily average of {n2} over the past three months. The company has a market value of {n3} million and a price to earnings ratio of {d5}. "
        "Over the past twelve months the shares have ranged from {d6} to {d7}. Analysts polled by the exchange expect earnings of {d8} a share for the "
        "year. {t} will publish its next quarterly results on {w2}. This notice was produced automatically from data supplied by the exchange and is "
        "for information only. It does not constitute investment advice or an offer to buy or sell securities. Past performance is no guide to future "
        "results, and the value of investments may fall as well as rise. Readers should seek independent advice before taking any decision."
    ),
    "stock notice, de": (
        "Die Aktie von {t} hat am {w} mit {d} Euro geschlossen, ein Plus von {d2} Prozent gegenüber dem Vortag. Im Tagesverlauf schwankte der Kurs "
        "zwischen {d3} und {d4} Euro, es wurden {n} Papiere gehandelt. Der Durchschnitt der vergangenen drei Monate liegt bei {n2} Stück. Das Unternehmen "
        "kommt damit auf einen Börsenwert von {n3} Millionen Euro, das Verhältnis von Kurs zu Gewinn beträgt {d5}. In den vergangenen zwölf Monaten "
        "bewegte sich die Aktie zwischen {d6} und {d7} Euro. Die nächsten Quartalszahlen legt {t} am {w2} vor. Diese Meldung wurde automatisch aus Daten "
        "der Börse erstellt und dient allein der Information. Sie ist keine Anlageberatung und keine Aufforderung zum Kauf oder Verkauf von Wertpapieren. "
        "Die Wertentwicklung der Vergangenheit ist keine Gewähr für die Zukunft."
    ),
    "stock notice, zh": (
        "{t}股份{w}收报{d}元，升{d2}%，全日最高{d3}元，最低{d4}元，成交{n}股，过去三个月日均成交量为{n2}股。公司市值约为{n3}百万元，市盈率为{d5}倍。过去十二个月股价介乎{d6}元至{d7}元之间。"
        "交易所访问的分析师预计全年每股盈利为{d8}元。公司将于{w2}公布下一季度业绩。本通告根据交易所提供的数据自动编制，仅供参考，不构成投资建议或买卖证券的要约。过往表现并不代表未来结果，投资价值可升可跌，"
        "投资者在作出任何决定之前应寻求独立意见。"
    ),
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "ja": "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日".split(),
    "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日".split(),
}


WEEKDAYS["fr"] = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
WEEKDAYS["ru"] = "понедельник вторник среду четверг пятницу субботу воскресенье".split()
WEEKDAYS["ko"] = "월요일 화요일 수요일 목요일 금요일 토요일 일요일".split()
WEEKDAYS["th"] = "วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันอาทิตย์".split()
WEEKDAYS["ar"] = "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد".split()
WEEKDAYS["hi"] = "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार".split()


def notices() -> Iterator[tuple[str, str]]:
    """Yield kind and template of each short notice; of those nobody looked at the kind says so."""
    for number, notice in enumerate(
        tomllib.loads(Path(__file__).with_name("notices.toml").read_text("utf-8"))["notice"]
    ):
        yield (
            f"notice {number}{' held out' * notice.get('held_out', False)}, {notice['language']}",
            notice["text"],
        )


TEMPLATES.update(notices())


def invented(language: Language, chooser: random.Random) -> str:
    """A template of 25 to 120 invented words, two to eight of them places, people, numbers or weekdays."""
    words = chooser.choices(language.words, cum_weights=language.weights, k=chooser.randint(25, 120))
    slots = chooser.sample(
        "t p n d w t2 p2 n2 d2 n3 t3 n4".split(), chooser.randint(2, min(8, len(words) // 10))
    )
    for place, slot in zip(sorted(chooser.sample(range(len(words)), len(slots))), slots, strict=True):
        words[place] = f"{{{slot}}}"
    return language.text(words, chooser)


def templated(template: str, language: Language, chooser: random.Random) -> str:
    """One report made from a template."""
    values: dict[str, str] = {}
    for number in ("", *map(str, range(2, 10))):
        values[f"t{number}"] = chooser.choice(language.names)
        values[f"p{number}"] = (
            f"{chooser.choice(language.names)}{language.joint}{chooser.choice(language.names)}"
        )
        values[f"n{number}"] = str(chooser.randint(0, 9) if number == "2" else chooser.randint(1, 99))
        values[f"d{number}"] = f"{chooser.uniform(1, 200):.2f}"
        values[f"w{number}"] = chooser.choice(WEEKDAYS[language.code])
    return template.format(**values)


@dataclass(frozen=True, slots=True)
class Made:
    """One article and what is true of it.

    Attributes:
        text: Its text.
        language: Its language.
        story: Number of the story it tells.
        kind: ``original``, a key of :data:`CHANGES` or of :data:`TEMPLATES`, or ``one of 4`` notices of a template.
        is_short: Whether it is an original of 60 to 120 words.
    """

    text: str
    language: str
    story: int
    kind: str
    is_short: bool = False


def corpus(count: int, seed: int) -> Iterator[Made]:
    """Yield ``count`` articles, a story's original before its copies."""
    chooser = random.Random(seed)
    languages = {code: Language(code) for code in SYLLABLES}
    made = 0
    for story in itertools.count():
        if chooser.random() < HARD_NEGATIVES * 1.5:  # copies make stories larger
            kind = chooser.choice(list(TEMPLATES))
            language = languages[kind[-2:]]
            lot = [Made(templated(TEMPLATES[kind], language, chooser), language.code, story, kind)]
        elif chooser.random() < SMALL_FAMILIES:
            language = languages[chooser.choice(list(languages))]
            template = invented(language, chooser)
            size = chooser.choice((2, 3, 4, 8))
            lot = [
                Made(
                    templated(template, language, chooser), language.code, -story * 10 - at, f"one of {size}"
                )
                for at in range(size)
            ]
        else:
            language = languages[chooser.choice(list(languages))]
            words = language.words_of_story(chooser)
            kinds, first = list(CHANGES), words
            copies = chooser.randint(*COPIES) if chooser.random() < COPIED else 0
            if copies and chooser.random() < ALIKE:
                kinds, copies = [chooser.choice(kinds)], chooser.randint(*MANY)
                if kinds[0] in HOUSE:
                    first = CHANGES[kinds[0]](words, language, chooser)
            lot = [Made(language.text(first, chooser), language.code, story, "original", len(words) <= 120)]
            for _ in range(copies):
                kind = chooser.choice(kinds)
                copy = CHANGES[kind](words, language, chooser)
                lot.append(Made(language.text(copy, chooser), language.code, story, kind))
        yield from lot[: count - made]
        made += len(lot)
        if made >= count:
            return


def store(articles: list[Made], first: int, data: Path) -> None:
    """Write articles into a dataset; the number of each stands in its URL."""
    with newsdata.open_writer(data, crawl_id=f"made-{first}") as writer:
        for number, made in enumerate(articles, first):
            url = f"https://site{number % 97}.example/{number}"
            moment = START + timedelta(seconds=number)
            article = Article(url, made.text, ("p",), language=made.language, published=moment)
            writer.write_article(article, newsdata.Fetch(url, moment), cleaner="made")


@contextmanager
def timed(what: str, count: int) -> Iterator[None]:
    """Print CPU and wall time of a step, by document."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(
        f"{what}: {wall:.1f} s wall ({count / wall:,.0f} documents/s), {cpu:.1f} s CPU "
        f"({1000 * cpu / count:.3f} ms a document; {count / cpu:,.0f} documents a second of CPU)"
    )


def clusters_of(data: Path) -> dict[int, str]:
    """Return the cluster of each article by its number, of those that are in one."""
    with newsdata.connect(data) as connection:
        rows = connection.sql('SELECT url, "cluster" FROM duplicates').fetchall()
    return {int(url.rpartition("/")[2]): cluster for url, cluster in rows}


def report(articles: list[Made], clusters: dict[int, str]) -> None:
    """Print recall and precision."""
    _report_recall(articles, clusters)
    members: dict[str, list[int]] = defaultdict(list)
    for number, cluster in clusters.items():
        members[cluster].append(number)
    pairs = right = 0
    mixed: set[int] = set()
    for together in members.values():
        for one, other in itertools.combinations(together, 2):
            same = articles[one].story == articles[other].story or articles[one].text == articles[other].text
            pairs, right = pairs + 1, right + same
            mixed |= set() if same else {one, other}
    print(
        f"\nprecision {right / max(pairs, 1):.4f} of {pairs} pairs; largest cluster {max(map(len, members.values()))}"
    )
    print("in a cluster with another story")
    made_of = Counter(made.kind for made in articles if made.kind not in CHANGES)
    wrong = Counter(articles[number].kind for number in mixed)
    for kind, count in made_of.items():
        print(f"  {kind:32} {wrong[kind] / count:.4f}  of {count}")


def _report_recall(articles: list[Made], clusters: dict[int, str]) -> None:
    originals = {made.story: number for number, made in enumerate(articles) if made.kind == "original"}
    found: dict[str, list[bool]] = defaultdict(list)
    for number, made in enumerate(articles):
        if made.kind in CHANGES:
            original = originals[made.story]
            together = clusters.get(number, number) == clusters.get(original, original)
            found[made.kind].append(together)
            if articles[original].is_short:
                found[f"{made.kind}, short"].append(together)
            if made.kind in {"3 % edited", "15 % cut"}:
                found[f"3 % edited or 15 % cut, {made.language}"].append(together)
    print("\nfound with its original (recall)")
    for kind in sorted(found):
        print(f"  {kind:40} {sum(found[kind]) / len(found[kind]):.4f}  of {len(found[kind])}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder to leave the dataset in")
    options = parser.parse_args()
    articles = list(corpus(options.articles, options.seed))
    first = len(articles) * 100 // 101
    kinds = Counter(made.kind if made.kind in CHANGES else made.kind.partition(",")[0] for made in articles)
    print(f"{len(articles)} articles: {dict(kinds)}")
    print(f"{sum(len(made.text) for made in articles) / len(articles):,.0f} characters each on average")
    with tempfile.TemporaryDirectory() as scratch:
        data = options.keep or Path(scratch)
        store(articles[:first], 0, data)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with timed("first run ", first):
            print(dedupe(data))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(
            f"peak memory {peak / 1024:,.0f} MB, of which {before / 1024:,.0f} MB before, with the articles made"
        )
        store(articles[first:], first, data)
        with timed("second run", len(articles) - first):
            print(dedupe(data))
        size = sum(path.stat().st_size for path in (data / "duplicates").rglob("*.parquet"))
        print(f"kept on disk: {size / len(articles):,.0f} bytes an article")
        report(articles, clusters_of(data))


if __name__ == "__main__":
    main()
