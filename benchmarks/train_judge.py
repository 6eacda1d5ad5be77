"""Train the judge over blocks and say how well it does on pages it never saw.

    python benchmarks/train_judge.py FOLDER... [--out cleaners/newsclean/judge.npz]

Each folder holds ``html/<id>.html.gz`` and ``truth.jsonl`` (see pages.py). A third of the publishers is kept aside for
the final figure; the rest is cross-validated by publisher. The shipped weights are then trained on all pages. The pages
of the built-in demo always join the training, never the figures: they hold what public truths leave out, such as lists,
tables and standfirsts. Everything is seeded: the same folders give the same weights again, on any number of threads.
Parsed pages are cached in the system's folder for temporary files.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import pickle
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import labels as labels_module
import numpy as np
from catboost import CatBoostClassifier, Pool
from labels import label
from lxml import etree
from lxml.html import HtmlElement
from metrics import score_text, summarise
from pages import DEMO_DOMAIN, TruePage, aside, load_pages
from quality import demo_folder

import newsclean
from newsclean.article import NoArticle, RemovalKind
from newsclean.blocks import Segmentation, key, segment
from newsclean.clean import decide
from newsclean.decode import decode
from newsclean.extractors import resiliparse_verdict, trafilatura_verdict
from newsclean.features import COLUMNS, Floats, Table, Verdicts, contextualise, tabulate
from newsclean.hidden import hidden_elements
from newsclean.images import find_images
from newsclean.judge import Forest, Model, is_in_doubt, read_hints, sigmoid
from newsclean.metadata import Metadata, read_metadata
from newsclean.parse import parse
from newsclean.policy import news_share

SEED = 20261123
FOLDS = 5
FIGURES = ("wF1", "sF1", "sP", "sR", "para", "acc", "with", "without", "cap")
NEWS_WEIGHT = 6.0
# Blocks so far from the body are thinned out: nearly all are furniture and easy.
FAR, THINNED = 25, 5
PARAMETERS = {
    "iterations": 360, "depth": 6, "learning_rate": 0.09, "l2_leaf_reg": 6, "border_count": 48, "rsm": 0.35,
    "loss_function": "Logloss", "random_seed": SEED, "bootstrap_type": "Bernoulli", "subsample": 0.7,
    "boosting_type": "Plain", "grow_policy": "SymmetricTree", "allow_writing_files": False, "verbose": False,
}  # fmt: skip


KIND_PARAMETERS = {
    "iterations": 80, "depth": 5, "learning_rate": 0.2, "loss_function": "MultiClass", "auto_class_weights": "SqrtBalanced",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A page ready for training.

    Attributes:
        id: The page's id.
        group: Its publisher: pages of one are never on both sides of a split.
        news: Whether the news policy made its truth.
        copy: Whether it is an altered copy of a page, for training only.
        table: Its features, with both extractors' verdicts.
        unasked: The same without trafilatura's.
        keep: Its labels.
        weight: Weight of each block's label.
        hidden: Whether each block is hidden.
        share: The share of the news policy that the page declares, see :mod:`newsclean.policy`.
        kinds: What each block is that is not body, as far as the truth or a rule says it.
        texts: Text of each block.
        page: The truth.
    """

    id: str
    group: str
    news: bool
    copy: bool
    table: Table
    unasked: Table
    keep: Floats
    weight: Floats
    hidden: Floats
    texts: list[str]
    page: TruePage
    trafilatura: list[bool]
    share: float
    kinds: list[RemovalKind | None]


def alter(tree: HtmlElement, keep: Sequence[HtmlElement], chance: random.Random) -> str:
    """A copy of a page as another site might have printed it: without telling names, landmarks, metadata, or chrome."""
    if chance.random() < 0.3 and keep:
        common = keep[0]
        chain = [common, *common.iterancestors()]
        for element in keep[1:]:
            others = {element, *element.iterancestors()}
            chain = [ancestor for ancestor in chain if ancestor in others]
        inner = chain[0] if chain[0].tag not in {"html", "body", "p"} else None
        if inner is not None and inner.getparent() is not None:
            if chance.random() < 0.6 and inner.getparent().tag not in {"html", "body"}:
                inner = inner.getparent()
            body = tree.find(".//body")
            if body is not None and inner is not body:
                inner.tail = None
                heading = next((h for h in body.iter("h1") if inner not in h.iterancestors()), None)
                for child in list(body):
                    body.remove(child)
                body.text = None
                if heading is not None:
                    heading.tail = None
                    body.append(heading)
                body.append(inner)
    drop_names, drop_landmarks, drop_metadata = (
        chance.random() < 0.7,
        chance.random() < 0.5,
        chance.random() < 0.4,
    )
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        if drop_names:
            for name in ("class", "id", "itemprop", "data-testid", "data-component", "data-type"):
                if element.attrib.pop(name, None) is not None and name == "class":
                    element.set("class", "x")
        if drop_landmarks and element.tag in {
            "article",
            "main",
            "section",
            "header",
            "footer",
            "aside",
            "nav",
        }:
            element.tag = "div"
        if drop_landmarks:
            element.attrib.pop("role", None)
        told = element.tag == "meta" or element.get("type") == "application/ld+json"
        if drop_metadata and told and element.getparent() is not None:
            element.drop_tree()
    return etree.tostring(tree, encoding="unicode", method="html")


def known_kinds(
    page: TruePage, segmentation: Segmentation, keep: Sequence[bool], metadata: Metadata
) -> list[RemovalKind | None]:
    """The kinds of what is not body: captions and the title by the truth, the rest by the rules that name it."""
    kinds: list[RemovalKind | None] = [None] * len(keep)
    images = find_images(segmentation, page.url, metadata.captions, metadata.authors)
    try:
        decision = decide(segmentation, [float(kept) for kept in keep], images, metadata)
    except NoArticle:
        return kinds
    captions = {key(caption) for caption in page.captions}
    for i, (kind, rule) in decision.removed.items():
        text = segmentation.blocks[i].key
        if text in captions:
            kinds[i] = "caption"
        elif text == key(page.title):
            kinds[i] = "title"
        elif not rule.startswith("judge.") and kind != "hidden":
            kinds[i] = kind
    return kinds


def sample(page: TruePage, markup: str, *, copy: bool) -> tuple[Sample, HtmlElement, list[HtmlElement]]:
    markup = decode(markup, "")
    tree = parse(markup)
    segmentation = segment(tree, hidden_elements(tree))
    blocks = segmentation.blocks
    labels = label(page, blocks)
    metadata = read_metadata(tree, page.url)
    hints = read_hints(metadata, segmentation)
    trafilatura = trafilatura_verdict(segmentation)
    resiliparse = resiliparse_verdict(markup, blocks)
    if copy:
        chance = random.Random(f"{SEED}-{page.id}-verdicts")
        verdicts = Verdicts(
            () if chance.random() < 0.2 else trafilatura, () if chance.random() < 0.2 else resiliparse
        )
    else:
        verdicts = Verdicts(trafilatura, resiliparse)
    table = tabulate(segmentation, hints, verdicts)
    made = Sample(
        page.id, page.publisher, page.structured, copy, table,
        table.with_verdicts(Verdicts(resiliparse=verdicts.resiliparse)),
        np.array(labels.keep, dtype=np.float32), np.array(labels.weight, dtype=np.float32),
        np.array([bool(block.hidden) for block in blocks], dtype=np.float32), [block.text for block in blocks], page, trafilatura,
        news_share(tree), known_kinds(page, segmentation, labels.keep, metadata),
    )  # fmt: skip
    return (
        made,
        tree,
        [block.container.element for block, kept in zip(blocks, labels.keep, strict=True) if kept],
    )


def _files(package: Path, name: str) -> list[Path]:
    found = [
        file for path in package.glob(name) for file in ([path] if path.is_file() else path.rglob("*.py"))
    ]
    return sorted(found)


def prepare(folder: Path) -> list[Sample]:
    """Both the pages of a folder and an altered copy of each."""
    package = Path(newsclean.__file__ or "").parent
    names = ("blocks.py", "features.py", "hidden.py", "extractors.py", "decode.py", "parse.py", "metadata*")
    sources = [path.read_text(encoding="utf-8") for name in names for path in _files(package, name)]
    sources += [inspect.getsource(source) for source in (labels_module, alter, sample, known_kinds)]
    truth = (folder / "truth.jsonl").read_text(encoding="utf-8")
    stamp = hashlib.sha256("".join((*sources, truth)).encode()).hexdigest()[:16]
    cache = Path(tempfile.gettempdir()) / f"newsmill-judge-{folder.name}-{stamp}.pickle"
    if cache.is_file():
        return pickle.loads(cache.read_bytes())  # type: ignore[no-any-return]  # our own file of a moment ago
    with ProcessPoolExecutor() as pool:
        pages = (page for page in load_pages(folder) if page.paragraphs)
        samples = [item for both in pool.map(_sample_and_copy, pages, chunksize=8) for item in both]
    cache.write_bytes(pickle.dumps(samples))
    return samples


def _sample_and_copy(page: TruePage) -> tuple[Sample, Sample]:
    made, tree, kept = sample(page, page.html, copy=False)
    altered, _, _ = sample(page, alter(tree, kept, random.Random(f"{SEED}-{page.id}")), copy=True)
    return made, altered


def fold(group: str) -> int:
    return hashlib.blake2b(group.encode(), digest_size=4, salt=b"fold").digest()[0] % FOLDS


def with_policy(item: Sample, *, news: bool) -> Floats:
    return np.concatenate(
        (item.table.rows, np.full((len(item.table.rows), 1), float(news), dtype=np.float32)), axis=1
    )


def chosen_rows(item: Sample) -> np.ndarray:
    kept = np.flatnonzero(item.keep > 0)
    index = np.arange(len(item.keep))
    low, high = (kept[0], kept[-1]) if len(kept) else (0, 0)
    near = (index >= low - FAR) & (index <= high + FAR)
    return np.flatnonzero((near | (index % THINNED == 0)) & (item.hidden == 0) & (item.weight > 0))


def weights_of(item: Sample, rows: np.ndarray, of_its_publisher: int) -> Floats:
    """Weights of a page's rows; a publisher with many pages weighs as the square root of their number.

    The demo must not weigh more than others: of its two templates the judge would learn by heart what costs a third of the
    exact pages elsewhere.
    """
    page = (
        (NEWS_WEIGHT if item.news else 1.0)
        * (20.0 / (10.0 + float(item.keep.sum()))) ** 0.5
        * (0.5 if item.copy else 1.0)
        / of_its_publisher**0.5
    )
    block = 1.0 + np.minimum(item.table.mass[rows], 600.0) / 300.0
    kept = np.flatnonzero(item.keep > 0)
    low, high = (kept[0], kept[-1]) if len(kept) else (0, 0)
    thinned = np.where((rows >= low - FAR) & (rows <= high + FAR), 1.0, float(THINNED))
    weights: Floats = (item.weight[rows] * page * block * thinned).astype(np.float32)
    return weights


def fit(
    samples: Sequence[Sample], stage_inputs: Sequence[Floats | None], threads: int, iterations: int
) -> CatBoostClassifier:
    rows, labels, weights = [], [], []
    publishers = Counter(item.group for item in samples if not item.copy)
    for item, context in zip(samples, stage_inputs, strict=True):
        index = chosen_rows(item)
        matrix = with_policy(item, news=item.news)
        if context is not None:
            matrix = np.concatenate((matrix, context), axis=1)
        rows.append(matrix[index])
        labels.append(item.keep[index])
        weights.append(weights_of(item, index, publishers[item.group]))
    model = CatBoostClassifier(**{**PARAMETERS, "thread_count": threads, "iterations": iterations})
    matrix = np.concatenate(rows)
    model.fit(Pool(matrix, np.concatenate(labels), weight=np.concatenate(weights)))
    some = matrix[:2000]
    difference = np.abs(
        forest_of(model).margins(some)[:, 0] - model.predict(some, prediction_type="RawFormulaVal")
    ).max()
    if difference > 1e-4:
        raise RuntimeError(
            f"the flattened trees differ from CatBoost's by {difference}: did its format change?"
        )
    return model


def kind_rows(samples: Sequence[Sample]) -> tuple[Floats, list[RemovalKind]]:
    """The features and kinds of all blocks whose kind is known."""
    rows, kinds = [], []
    for item in samples:
        index = [i for i, kind in enumerate(item.kinds) if kind is not None and not item.keep[i]]
        rows.append(item.table.rows[index])
        kinds += [kind for i in index if (kind := item.kinds[i]) is not None]
    return np.concatenate(rows), kinds


def fit_kinds(samples: Sequence[Sample], threads: int) -> tuple[Forest, tuple[RemovalKind, ...]]:
    """Learn the kinds of what is not body."""
    rows, kinds = kind_rows(samples)
    model = CatBoostClassifier(**{**PARAMETERS, **KIND_PARAMETERS, "thread_count": threads})
    model.fit(Pool(rows, kinds))
    return forest_of(model), tuple(str(name) for name in model.classes_)  # type: ignore[misc]  # what was put in


def forest_of(model: CatBoostClassifier) -> Forest:
    """Flatten a model of symmetric trees."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        model.save_model(file.name, format="json")
        saved = json.loads(Path(file.name).read_text(encoding="utf-8"))
    trees = [tree for tree in saved["oblivious_trees"] if tree["splits"]]
    outputs = len(saved["scale_and_bias"][1])
    constant = np.sum(
        [np.array(tree["leaf_values"]) for tree in saved["oblivious_trees"] if not tree["splits"]]
        or [np.zeros(outputs)],
        axis=0,
    )
    levels = max(len(tree["splits"]) for tree in trees)
    columns = np.zeros((levels, len(trees)), dtype=np.uint16)
    borders = np.full((levels, len(trees)), np.inf, dtype=np.float32)  # a level without a question answers no
    leaves = np.zeros((len(trees), 2**levels, outputs), dtype=np.float32)
    scale, bias = saved["scale_and_bias"][0], np.array(saved["scale_and_bias"][1])
    for i, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"]):
            columns[level, i] = split["float_feature_index"]
            borders[level, i] = split["border"]
        values = scale * np.array(tree["leaf_values"]).reshape(-1, outputs)
        leaves[i, : len(values)] = values
    return Forest(columns, borders, leaves, (bias + scale * constant).astype(np.float32))


def stage_probabilities(forest: Forest, item: Sample, context: Floats | None, *, news: bool) -> Floats:
    matrix = with_policy(item, news=news)
    if context is not None:
        matrix = np.concatenate((matrix, context), axis=1)
    return sigmoid(forest.margins(matrix)[:, 0])


def train(samples: Sequence[Sample], threads: int, stages: int, iterations: int, *, validate: bool) -> Model:
    """Fit all stages; each later one on out-of-fold opinions of those before.

    Each page is seen twice, with trafilatura's verdict and without: the judge decides without where it is sure.

    Args:
        samples: Pages and their altered copies.
        threads: Threads of the trainer; the result does not depend on them.
        stages: How many stages.
        iterations: Trees a stage.
        validate: Whether to print figures of the out-of-fold opinions, which costs as many fits more for the last stage.
    """
    count = len(samples)
    samples = [*samples, *(replace(item, table=item.unasked) for item in samples)]
    contexts: list[Floats | None] = [None] * len(samples)
    forests: list[Forest] = []
    for number in range(stages):
        forests.append(forest_of(fit(samples, contexts, threads, iterations)))
        if number + 1 == stages and not validate:
            break
        opinions: list[Floats] = [np.zeros(0, dtype=np.float32)] * len(samples)
        for k in range(FOLDS):
            inside = [i for i, item in enumerate(samples) if fold(item.group) != k]
            partial = forest_of(
                fit([samples[i] for i in inside], [contexts[i] for i in inside], threads, iterations)
            )
            for i, item in enumerate(samples):
                if fold(item.group) == k:
                    opinions[i] = stage_probabilities(partial, item, contexts[i], news=item.news)
        if validate:
            name = f"cross-validated, stage {number + 1}"
            report(f"{name}, both", samples[:count], opinions[:count])
            report(f"{name}, unasked", samples[count:], opinions[count:])
        contexts = [contextualise(item.table, found) for item, found in zip(samples, opinions, strict=True)]
    return Model(tuple(forests), *fit_kinds(samples, threads))


def predict(model: Model, item: Sample) -> Floats:
    found = model.opinion(item.unasked, item.share)
    if is_in_doubt(item.unasked, found, item.hidden > 0, item.share):
        found = model.opinion(item.table, item.share)
    return np.where(item.hidden > 0, 0.0, found).astype(np.float32)


# ---------------------------------------------------------------- figures


def score(item: Sample, kept: Sequence[bool]) -> dict[str, float]:
    """The figures of a choice of blocks."""
    return score_text(item.page, "\n".join(text for text, keep in zip(item.texts, kept, strict=True) if keep))


def show(name: str, rows: Sequence[dict[str, float]]) -> None:
    found = summarise(rows)
    figures = "  ".join(f"{key} {found[key]:.4f}" for key in FIGURES if key in found)
    print(f"{name:<34} {len(rows):>4} pages  {figures}", flush=True)


def report(name: str, samples: Sequence[Sample], opinions: Sequence[Floats]) -> None:
    for news in (True, False):
        chosen = [
            (item, opinion)
            for item, opinion in zip(samples, opinions, strict=True)
            if item.news == news and not item.copy and not item.group.endswith(DEMO_DOMAIN)
        ]
        if chosen:
            show(
                f"{name} {'news' if news else 'other'}",
                [score(item, (opinion >= 0.5).tolist()) for item, opinion in chosen],
            )


def report_kinds(model: Model, samples: Sequence[Sample]) -> None:
    rows, kinds = kind_rows([item for item in samples if not item.copy])
    found = np.array(model.kind_names)[model.kinds.margins(rows).argmax(axis=1)]
    right = found == np.array(kinds)
    each = "  ".join(
        f"{kind} {right[np.array(kinds) == kind].mean():.2f} of {count}"
        for kind, count in Counter(kinds).most_common()
    )
    print(f"held out, kinds right {right.mean():.3f} of {len(kinds)}: {each}", flush=True)


def report_languages(samples: Sequence[Sample], opinions: Sequence[Floats]) -> None:
    rows: dict[str, list[dict[str, float]]] = {}
    for item, opinion in zip(samples, opinions, strict=True):
        if item.news:
            rows.setdefault(item.page.language, []).append(score(item, (opinion >= 0.5).tolist()))
    for language, found in sorted(rows.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        show(f"held out news, {language}", found)


def save(model: Model, path: Path) -> None:
    arrays: dict[str, np.ndarray] = {"stages": np.array(len(model.stages)), "columns": np.array(len(COLUMNS))}
    arrays["kind_names"] = np.array(model.kind_names)
    forests = {f"stage{i}": stage for i, stage in enumerate(model.stages)} | {"kinds": model.kinds}
    for name, forest in forests.items():
        arrays |= {
            f"{name}_columns": forest.columns,
            f"{name}_borders": forest.borders,
            f"{name}_leaves": forest.leaves,
            f"{name}_bias": forest.bias,
        }
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # numpy's stub mistakes names for allow_pickle


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folders", nargs="+", type=Path)
    arguments.add_argument(
        "--out", type=Path, help="where to write the shipped weights, trained on all pages"
    )
    arguments.add_argument(
        "--held-out-weights",
        type=Path,
        help="where to write the weights of the final figures, trained without the pages kept aside: for quality.py --weights",
    )
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--stages", type=int, default=2)
    arguments.add_argument("--iterations", type=int, default=PARAMETERS["iterations"])
    arguments.add_argument(
        "--skip-figures", action="store_true", help="only train and write the shipped weights"
    )
    options = arguments.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folders = [*options.folders, demo_folder(Path(temporary) / "demo")]
        samples = [item for folder in folders for item in prepare(folder) if item.texts]
    print(
        f"{len(samples)} samples, {samples[0].table.rows.shape[1]} columns, {time.perf_counter() - start:.0f} s",
        flush=True,
    )
    if not options.skip_figures:
        held = [item for item in samples if aside(item.group) and not item.copy]
        rest = [item for item in samples if not aside(item.group)]
        report("perfect choice", held, [item.keep for item in held])
        report("trafilatura's blocks", held, [np.array(item.trafilatura, dtype=np.float32) for item in held])
        model = train(rest, options.threads, options.stages, options.iterations, validate=True)
        if options.held_out_weights:
            save(model, options.held_out_weights)
        report("held out", held, [predict(model, item) for item in held])
        report_kinds(model, held)
        report_languages(held, [predict(model, item) for item in held])
    if options.out:
        model = train(samples, options.threads, options.stages, options.iterations, validate=False)
        save(model, options.out)
        print(
            f"wrote {options.out}, {options.out.stat().st_size / 1000:.0f} kB, {time.perf_counter() - start:.0f} s"
        )


if __name__ == "__main__":
    main()
