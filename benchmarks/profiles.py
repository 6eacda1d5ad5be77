"""What site profiles do to the text, and what they cost.

python benchmarks/profiles.py pages FOLDER      each site's pages of a folder with truth: without a profile, with what all
of the site's pages teach, and with what its other pages do; and the lines that were taken out
python benchmarks/profiles.py cost FOLDER       CPU time of outlines, convictions, learning and storing, beside cleaning
python benchmarks/profiles.py web TOOL FOLDER [--hosts 5] [--pages 200]
a generated web (the tool's `serve --furniture`) crawled twice, without and
with profiles: planted lines left in the texts, and word F1 against the truth
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from urllib.request import urlopen

from metrics import score_text, summarise
from pages import TruePage, load_pages

from newsclean import NoArticle, clean
from newsclean.clean import examine
from newsclean.learning import FEWEST_ARTICLES, learn
from newsclean.outline import Outline, Sighting

SHOWN = ("wF1", "sF1", "para", "acc", "wP", "wR", "cap")
MOMENT = datetime(2026, 11, 25, tzinfo=UTC)


def sighting(name: str, outline: Outline) -> Sighting:
    """An outline of a page of that name."""
    return Sighting(blake2b(name.encode(), digest_size=16).hexdigest(), MOMENT, outline)


def show(name: str, rows: Sequence[Mapping[str, float]]) -> None:
    """Print a row of figures."""
    figures = summarise(rows)
    print(
        f"{name:<18}" + " ".join(f"{key} {figures[key]:.4f}" for key in SHOWN if key in figures), flush=True
    )


def compare_pages(folder: Path) -> None:
    """Score a folder by site, without and with profiles: learned from all pages of the site, and from its other pages."""
    import newsdata

    sites: dict[str, list[TruePage]] = defaultdict(list)
    for page in load_pages(folder):
        sites[newsdata.site_of(page.url) or page.publisher].append(page)
    groups = [(site, pages) for site, pages in sorted(sites.items()) if len(pages) >= FEWEST_ARTICLES]
    rows: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for site, pages in groups:
        alone = {}
        for page in pages:
            with suppress(NoArticle):
                alone[page.id] = examine(page.html, page.url)
        outlines = {name: sighting(name, each.outline) for name, each in alone.items()}
        of_all = learn(outlines.values(), site)
        for page in pages:
            found = alone.get(page.id)
            rows["without profiles"].append(score_text(page, found.article.text if found else ""))
            of_others = learn([each for name, each in outlines.items() if name != page.id], site)
            for name, profile in (("of all pages", of_all), ("of the others", of_others)):
                article = clean(page.html, page.url, site=profile) if found else None
                rows[name].append(score_text(page, article.text if article else ""))
                for removal in article.removed if article else ():
                    if removal.rule.startswith("site."):
                        is_right = removal.text in "\n".join(page.paragraphs)
                        told = f"{'RIGHT LINE' if is_right else 'wrong line'} {removal.rule}"
                        print(f"  {name}: {told} {page.id}: {removal.text[:100]}")
    number = sum(len(pages) for _, pages in groups)
    print(f"{folder.name}: {number} pages of {len(groups)} sites with {FEWEST_ARTICLES} pages or more")
    for name, scores in rows.items():
        show(name, scores)


def measure_cost(folder: Path) -> None:
    """CPU time of each part, in turn with cleaning, over the pages of a folder taken for one site's."""
    from newsclean import clean as function

    module = sys.modules[function.__module__]
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str) -> None:
        inner = getattr(module, name)

        def run(*arguments: object) -> object:
            start = time.process_time()
            try:
                return inner(*arguments)
            finally:
                spent[name] += time.process_time() - start

        setattr(module, name, run)

    pages = list(load_pages(folder))
    outlines = []
    for page in pages:
        try:
            outlines.append(sighting(page.id, examine(page.html, page.url).outline))
        except NoArticle:
            continue
    start = time.process_time()
    steps = [step for step in (4, 8, 16, 32, 64, len(outlines)) if step <= len(outlines)]
    for step in steps:
        profile = learn(outlines[:step], "site")
    learning = time.process_time() - start
    timed("_outline")
    timed("_without_furniture")
    start = time.process_time()
    for page in pages:
        try:
            examine(page.html, page.url, site=profile.acting())  # as a crawl does it
        except NoArticle:
            continue
    total = time.process_time() - start
    storing = _storing(outlines)
    cleaning = total - sum(spent.values())
    parts = {
        "outlines": spent["_outline"],
        "convictions": spent["_without_furniture"],
        f"learning at {', '.join(map(str, steps))} pages": learning,
        "storing outlines": storing,
    }
    print(f"{folder.name}: {len(pages)} pages, cleaning {1000 * cleaning / len(pages):.1f} ms a page")
    for name, seconds in parts.items():
        print(f"  {name:<40} {1000 * seconds / len(pages):6.2f} ms a page  {seconds / cleaning:6.1%}")
    print(
        f"  {'together':<40} {1000 * sum(parts.values()) / len(pages):6.2f} ms a page  {sum(parts.values()) / cleaning:6.1%}"
    )


def _storing(outlines: Sequence[Sighting]) -> float:
    _writing(outlines[:1])  # imports, and what is done once
    return _writing(outlines) - _writing(outlines[:1])  # a crawl opens its dataset anyhow


def _writing(outlines: Sequence[Sighting]) -> float:
    import newsdata

    with tempfile.TemporaryDirectory() as data:
        start = time.process_time()
        with newsdata.open_writer(data, crawl_id="benchmark") as writer:
            for each in outlines:
                fetch = newsdata.Fetch(f"https://site.example/{each.page}", each.seen)
                writer.write_outline(each.outline, fetch, cleaner="newsclean")
        return time.process_time() - start


@contextmanager
def served(tool: Path, pool: Path, hosts: int, pages: int, port: int) -> Iterator[list[str]]:
    """The generated web, furnished; its front pages."""
    command = [
        sys.executable, str(tool), "serve", "--pool", str(pool), "--hosts", str(hosts), "--pages", str(pages), "--furniture",
        "--port", str(port),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["ready"]
            yield [f"http://127.0.0.{number}:{port}/" for number in range(2, 2 + hosts)]
        finally:
            process.terminate()


def sources(tool: Path, pool: Path, hosts: int, pages: int, port: int) -> dict[str, str]:
    """Which page of the pool each URL of the generated web is made of."""
    sys.path.insert(0, str(tool.parent))
    generator = __import__(tool.stem)
    web = generator.Web(generator.load_pool([str(pool)]), hosts, pages, port)
    return {
        web.base(host) + web.path(host, number): web.pool[web.source(host, number)][0].partition("/")[2]
        for host in range(hosts)
        for number in range(pages)
    }


def crawl_web(tool: Path, pool: Path, hosts: int, pages: int, port: int) -> bool:
    """Crawl the generated web with profiles; return whether no planted line is left and the texts are no worse for it.

    A profile only takes lines out of a text, so the text without it is the same with those lines: a bag of words is scored.
    """
    import newsdata

    truth = {page.id: page for page in load_pages(pool)}
    source = sources(tool, pool, hosts, pages, port)
    with served(tool, pool, hosts, pages, port) as sites, tempfile.TemporaryDirectory() as data:
        with urlopen(f"{sites[0]}__furniture") as answer:
            planted = {f"{host}:{port}": lines for host, lines in json.load(answer).items()}
        command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"site={','.join(sites)}"]
        allowed = ",".join(site.split("/")[2].partition(":")[0] for site in sites)
        for setting in (f"NEWSMILL_DATA={data}", f"NEWSMILL_ALLOW_PRIVATE={allowed}", "LOG_LEVEL=ERROR"):
            command += ["-s", setting]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[1])
        with newsdata.connect(data) as connection:
            articles = connection.execute(
                "SELECT url, site, text, [r.text FOR r IN removed IF starts_with(r.rule, 'site.')] FROM articles"
            ).fetchall()
            versions = connection.execute("SELECT count(*) FROM article_versions").fetchall()[0][0]
            profiles = connection.execute(
                "SELECT site, count(*) FILTER (furniture), count(*) FILTER (furniture AND kind = 'body') FROM profiles GROUP BY site"
            ).fetchall()
    before = [score_text(truth[source[url]], "\n".join([text, *taken])) for url, _, text, taken in articles]
    after = [score_text(truth[source[url]], text) for url, _, text, _ in articles]
    lines = sum(len(taken) for *_, taken in articles)
    ours = sum(line in planted[site] for _, site, _, taken in articles for line in taken)
    dirty = [url for url, site, text, _ in articles if any(line in text for line in planted[site])]
    print(f"{len(articles)} articles of {len(profiles)} sites, {versions - len(articles)} cleaned again")
    print(f"{lines} lines taken out, {ours} of them planted; {len(dirty)} articles with a planted line left")
    for url in dirty[:5]:
        print(f"  still planted: {url} ({source[url]})")
    for _, site, _, taken in articles:
        for line in taken:
            if line not in planted[site]:
                print(f"  not planted: {line[:100]}")
    for name, rows in (("without profiles", before), ("with profiles", after)):
        print(f"{name:<18}wF1 {summarise(rows)['wF1']:.4f}")
    return not dirty and summarise(after)["wF1"] >= summarise(before)["wF1"]


def main() -> int:
    """Run one of the benchmarks; exit code 1 if the generated web's pages are not clean."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("pages", "cost"):
        commands.add_parser(name).add_argument("folder", type=Path)
    web = commands.add_parser("web")
    web.add_argument("tool", type=Path)
    web.add_argument("folder", type=Path)
    web.add_argument("--hosts", type=int, default=5)
    web.add_argument("--pages", type=int, default=200)
    web.add_argument("--port", type=int, default=8941)
    options = parser.parse_args()
    if options.command == "web":
        return 0 if crawl_web(options.tool, options.folder, options.hosts, options.pages, options.port) else 1
    (compare_pages if options.command == "pages" else measure_cost)(options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
