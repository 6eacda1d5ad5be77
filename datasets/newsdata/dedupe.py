"""Near-duplicates of a dataset: what was signed and compared is kept, so that a run adds only what is new.

    DATA/duplicates/
      clusters.parquet           which texts tell one story; `duplicates/*.parquet` is this file alone
      signatures/*.parquet       the signature of each text
      comparisons/*.parquet      how alike the pairs are that were compared

A text is known by its hash, so that an article fetched again with the same text costs nothing, and one whose text
has changed leaves its cluster at once. Clusters are made anew from all texts in every run: they depend on what
is in the dataset, not on how it came in.
"""

from __future__ import annotations

import os
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newsdata.errors import DataFolderError, storage_error
from newsdata.journal import WriterLock
from newsdata.parquet import write_whole
from newsdata.schema import CLUSTERS, SCHEMA_VERSION
from newsdata.shingles import Features, HashSets, Integers, features, joined
from newsdata.signatures import BANDS, MINIMA, SIGNATURE_VERSION, Pairs, Signatures, Sketches, sign
from newsdata.stories import (
    THREADS,
    Comparisons,
    Decisions,
    Shares,
    compare,
    representatives,
    worth_comparing,
)
from newsdata.views import connect, read_batches, sql_error

Result = TypeVar("Result")
KINDS = tuple(field.name for field in fields(Signatures))  # shingles, numbers, names
SIGNATURES = pa.schema(
    [
        pa.field("content_hash", pa.string()),
        pa.field("shingles", pa.binary(2 * MINIMA)),  # minima, each a little-endian integer of 16 bits
        pa.field("n_shingles", pa.int32()),  # size of the set
        pa.field("numbers", pa.binary(2 * BANDS)),
        pa.field("n_numbers", pa.int32()),
        pa.field("names", pa.binary(2 * BANDS)),
        pa.field("n_names", pa.int32()),
        pa.field("version", pa.string()),
    ]
)
COMPARISONS = pa.schema(
    [
        pa.field("content_hash", pa.string()),  # the smaller of the two
        pa.field("other_hash", pa.string()),
        pa.field("similarity", pa.float32()),
        pa.field("containment", pa.float32()),
        pa.field("part", pa.float32()),
        pa.field("length", pa.int32()),
        pa.field("numbers", pa.int32()),
        pa.field("numbers_apart", pa.int32()),
        pa.field("partings", pa.list_(pa.uint32())),
        pa.field("meetings", pa.list_(pa.uint32())),
        pa.field("version", pa.string()),
    ]
)
MEASURES = tuple(field.name for field in fields(Comparisons))
TEXTS_AT_ONCE = 1024  # read, cut into shingles and signed together; some 40 MB
TEXTS_COMPARED_AT_ONCE = 50_000  # whose shingles are in memory, twice 4 bytes each: some 400 MB
SIGNATURES_A_FILE = 65_536  # 21 MB; a run that is killed loses less than that
MOST_FILES = 16  # of signatures, or of comparisons; then they are put together into one


@dataclass(frozen=True, slots=True)
class DedupeResult:
    """What a run did and found.

    Attributes:
        articles: Articles in the dataset.
        texts: Different texts among them.
        signed: Texts that were signed in this run.
        compared: Pairs of texts that were compared in this run.
        stories: Stories that more than one article tells, as in the view ``duplicates``.
        retold: Articles that tell them.
    """

    articles: int
    texts: int
    signed: int
    compared: int
    stories: int
    retold: int


@dataclass(frozen=True, slots=True)
class _Texts:
    """The different texts of a dataset, in order of their hashes.

    Attributes:
        hashes: Their content hashes.
        ids: An article that holds each.
        seen: When each was first seen: published, or else fetched; microseconds since 1970.
    """

    hashes: pa.StringArray
    ids: pa.StringArray
    seen: Integers

    def __len__(self) -> int:
        return len(self.hashes)

    def take(self, chosen: Integers) -> _Texts:
        return _Texts(self.hashes.take(pa.array(chosen)), self.ids.take(pa.array(chosen)), self.seen[chosen])


def dedupe(data: str | os.PathLike[str]) -> DedupeResult:
    """Find the near-duplicates of a dataset and write them for the view ``duplicates``.

    Nothing is deleted. Killed at any point, it goes on from there in the next run.

    Raises:
        NoDatasetError: There is no dataset.
        DataFolderError: It cannot be read or written, or another run is at it.
    """
    try:
        with connect(data) as connection, _alone(Path(data) / "duplicates"):
            return _dedupe(connection, Path(data) / "duplicates")
    except duckdb.Error as error:
        raise DataFolderError(f"cannot read the dataset at {data}: {sql_error(error)}") from error


def _dedupe(connection: duckdb.DuckDBPyConnection, folder: Path) -> DedupeResult:
    articles, texts = _different_texts(connection)
    signed = _sign_new(connection, texts, folder / "signatures")
    texts, signatures = _stored_signatures(texts, folder / "signatures")
    pairs, are_kin = worth_comparing(signatures)
    compared = _compare_new(connection, texts, pairs, folder / "comparisons")
    known, comparisons = _stored_comparisons(texts, pairs, folder / "comparisons")
    are_kin = are_kin[np.isin(_numbers(pairs, texts), _numbers(known, texts), assume_unique=True)]
    write_whole(_clusters(texts, known, comparisons, are_kin), folder / "clusters.parquet")
    with connect(folder.parent) as fresh:  # the first connection may have found no clusters
        found = fresh.sql('SELECT count(DISTINCT "cluster"), count(*) FROM duplicates').fetchall()
    return DedupeResult(articles, len(texts), signed, compared, *found[0])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other runs from writing the same files."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error
    lock = WriterLock.take(folder / ".lock")
    if lock is None:
        raise DataFolderError(f"another run is finding duplicates in {folder}; wait until it ends")
    try:
        yield
    finally:
        lock.release()


def _different_texts(connection: duckdb.DuckDBPyConnection) -> tuple[int, _Texts]:
    table = connection.sql(
        """
        SELECT content_hash, id, epoch_us(coalesce(published, fetched_at)) AS seen,
               count(*) OVER (PARTITION BY content_hash) AS articles
        FROM articles
        QUALIFY row_number() OVER (PARTITION BY content_hash ORDER BY coalesce(published, fetched_at), id) = 1
        ORDER BY content_hash
        """
    ).to_arrow_table()
    columns = {name: table[name].combine_chunks() for name in table.column_names}
    return pc.sum(columns["articles"]).as_py() or 0, _Texts(
        columns["content_hash"], columns["id"], columns["seen"].to_numpy()
    )


def _read_texts(connection: duckdb.DuckDBPyConnection, wanted: _Texts) -> Iterator[pa.RecordBatch]:
    """Yield hash and text of what is wanted; less if a crawl has replaced an article in the meantime."""
    connection.register("wanted", pa.table({"id": wanted.ids, "content_hash": wanted.hashes}))
    query = "SELECT content_hash, text FROM articles SEMI JOIN wanted USING (id, content_hash)"
    yield from read_batches(connection.sql(query).to_arrow_reader(TEXTS_AT_ONCE))


def _sign_new(connection: duckdb.DuckDBPyConnection, texts: _Texts, folder: Path) -> int:
    stored = _read(folder, SIGNATURES)["content_hash"]
    new = np.flatnonzero(~pc.is_in(texts.hashes, value_set=stored).to_numpy(zero_copy_only=False))
    if not len(new):
        return 0
    signed = 0
    batches: list[pa.RecordBatch] = []
    for rows in _in_threads(_signed, _read_texts(connection, texts.take(new))):
        batches.append(rows)
        signed += rows.num_rows
        if sum(map(len, batches)) >= SIGNATURES_A_FILE:
            _add(batches, folder)
            batches = []
    _add(batches, folder)
    return signed


def _signed(batch: pa.RecordBatch) -> pa.RecordBatch:
    return _signature_rows(
        batch.column("content_hash"), sign(features(batch.column("text"), backwards=False))
    )


def _in_threads(
    work: Callable[[pa.RecordBatch], Result], batches: Iterable[pa.RecordBatch]
) -> Iterator[Result]:
    """Yield the result of each batch in order; few more are read than are worked at."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[Result]] = deque()
        for batch in batches:
            waiting.append(pool.submit(work, batch))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _signature_rows(hashes: pa.StringArray, signatures: Signatures) -> pa.RecordBatch:
    columns = [hashes]
    for kind in KINDS:
        sketches: Sketches = getattr(signatures, kind)
        width = 2 * sketches.minima.shape[1]
        buffer = pa.py_buffer(np.ascontiguousarray(sketches.minima, "<u2"))
        columns.append(pa.Array.from_buffers(pa.binary(width), len(hashes), [None, buffer]))
        columns.append(pa.array(sketches.sizes, pa.int32()))
    return pa.record_batch([*columns, pa.repeat(SIGNATURE_VERSION, len(hashes))], schema=SIGNATURES)


def _stored_signatures(texts: _Texts, folder: Path) -> tuple[_Texts, Signatures]:
    """Return the texts that have a signature, and those."""
    table = _read(folder, SIGNATURES)
    place = pc.index_in(texts.hashes, value_set=table["content_hash"])
    texts = texts.take(np.flatnonzero(place.is_valid().to_numpy(zero_copy_only=False)))
    table = table.take(place.drop_null())
    _put_together(table, folder)

    sketches: list[Sketches] = []
    for kind in KINDS:
        column = table[kind].combine_chunks()
        minima = np.frombuffer(column.buffers()[1], "<u2") if len(column) else np.empty(0, np.uint16)
        sizes = table[f"n_{kind}"].to_numpy().astype(np.int64)
        sketches.append(Sketches(minima.reshape(len(column), column.type.byte_width // 2), sizes))
    return texts, Signatures(*sketches)


def _compare_new(connection: duckdb.DuckDBPyConnection, texts: _Texts, pairs: Pairs, folder: Path) -> int:
    known, _ = _stored_comparisons(texts, pairs, folder)
    new = pairs[~np.isin(_numbers(pairs, texts), _numbers(known, texts), assume_unique=True)]
    for group in _groups(new, len(texts)):
        concerned = np.unique(group)
        hashes: list[pa.StringArray] = []
        parts: list[Features] = []
        for some_hashes, part in _in_threads(_cut, _read_texts(connection, texts.take(concerned))):
            hashes.append(some_hashes)
            parts.append(part)
        found = pc.index_in(
            texts.hashes.take(pa.array(concerned)), value_set=pa.chunked_array(hashes, pa.string())
        )
        place = np.full(len(texts), -1)
        place[concerned] = found.fill_null(-1).to_numpy()
        there = group[(place[group] >= 0).all(axis=1)]
        _add([_comparison_rows(texts, there, compare(joined(parts), place[there]))], folder)
    return len(new)


def _cut(batch: pa.RecordBatch) -> tuple[pa.StringArray, Features]:
    return batch.column("content_hash"), features(batch.column("text"))


def _numbers(pairs: Pairs, texts: _Texts) -> Integers:
    """Return each pair as a single number."""
    return pairs[:, 0] * len(texts) + pairs[:, 1]


def _groups(pairs: Pairs, count: int) -> Iterator[Pairs]:
    """Yield the pairs in groups of not too many texts; pairs that hang together stay in one group, however large."""
    label = np.arange(count)
    while True:  # each round gives every text the smallest label among its neighbours
        before = label.copy()
        lowest = label[pairs].min(axis=1)
        np.minimum.at(label, pairs[:, 0], lowest)
        np.minimum.at(label, pairs[:, 1], lowest)
        label = label[label]
        if (label == before).all():
            break
    components, sizes = np.unique(label[np.unique(pairs)], return_counts=True)
    group = np.cumsum(sizes) // TEXTS_COMPARED_AT_ONCE
    group_of_pair = group[np.searchsorted(components, label[pairs[:, 0]])]
    for number in np.unique(group):
        yield pairs[group_of_pair == number]


def _comparison_rows(texts: _Texts, pairs: Pairs, comparisons: Comparisons) -> pa.RecordBatch:
    measures = [getattr(comparisons, name) for name in MEASURES]
    return pa.record_batch(
        [
            texts.hashes.take(pa.array(pairs[:, 0])),
            texts.hashes.take(pa.array(pairs[:, 1])),
            *(
                pa.ListArray.from_arrays(pa.array(measure.offsets, pa.int32()), pa.array(measure.hashes))
                if isinstance(measure, HashSets)
                else pa.array(measure, COMPARISONS.field(name).type)
                for name, measure in zip(MEASURES, measures, strict=True)
            ),
            pa.repeat(SIGNATURE_VERSION, len(pairs)),
        ],
        schema=COMPARISONS,
    )


def _stored_comparisons(texts: _Texts, pairs: Pairs, folder: Path) -> tuple[Pairs, Comparisons]:
    """Return those of the pairs that were compared, in order, and what came of it."""
    table = _read(folder, COMPARISONS)
    places = [pc.index_in(table[name], value_set=texts.hashes) for name in ("content_hash", "other_hash")]
    there = pc.and_(*(place.is_valid() for place in places))
    stored = np.stack([place.filter(there).to_numpy().astype(np.int64) for place in places], axis=1)
    table = table.filter(there)
    _put_together(table, folder)
    numbers, first = np.unique(_numbers(stored, texts), return_index=True)
    asked = np.isin(numbers, _numbers(pairs, texts), assume_unique=True)
    table = table.take(pa.array(first[asked]))
    return stored[first[asked]], Comparisons(*(_measure(table[name]) for name in MEASURES))


def _measure(column: pa.ChunkedArray) -> Any:  # an array, or sets, as the field of Comparisons wants it
    if not pa.types.is_list(column.type):
        return column.to_numpy()
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(pc.list_value_length(column).to_numpy())])
    return HashSets(pc.list_flatten(column).to_numpy(), offsets)


def _clusters(texts: _Texts, pairs: Pairs, comparisons: Comparisons, are_kin: Decisions) -> pa.Table:
    same = comparisons.same_story(pairs, are_kin)
    pairs = pairs[same]
    standing = representatives(len(texts), pairs, texts.seen)
    numbers = _numbers(pairs, texts)
    members = np.flatnonzero(np.isin(standing, standing[standing != np.arange(len(texts))]))
    stands = standing[members]
    wanted = np.stack([np.minimum(members, stands), np.maximum(members, stands)], axis=1)
    itself = members == stands
    place = np.searchsorted(numbers, _numbers(wanted, texts))
    place[itself] = 0

    def measured(measures: Shares) -> pa.Array:
        return pa.array(
            np.where(itself, np.float32(1), measures[same][place]) if len(members) else [], pa.float32()
        )

    return pa.table(
        [
            texts.hashes.take(pa.array(members)),
            texts.hashes.take(pa.array(stands)),
            measured(comparisons.similarity),
            measured(comparisons.containment),
            pa.repeat(pa.scalar(SCHEMA_VERSION, pa.int16()), len(members)),
        ],
        schema=CLUSTERS,
    )


def _read(folder: Path, schema: pa.Schema) -> pa.Table:
    """Return the rows of a folder that were made as rows are made today; what an older release made is left out."""
    tables = [schema.empty_table()]
    for path in sorted(folder.glob("*.parquet")):
        try:
            table = pq.ParquetFile(path).read()
        except (OSError, pa.ArrowException) as error:
            raise DataFolderError(
                f"cannot read {path}: {error}; delete it, the next run makes it again"
            ) from error
        if table.schema.equals(schema):
            tables.append(table.filter(pc.equal(table["version"], SIGNATURE_VERSION)))
    return pa.concat_tables(tables)


def _add(batches: Sequence[pa.RecordBatch], folder: Path) -> None:
    if any(batch.num_rows for batch in batches):
        write_whole(pa.Table.from_batches(batches), folder / _new_name())


def _new_name() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}.parquet"


def _put_together(rows: pa.Table, folder: Path) -> None:
    """Make one file of many small ones, of the rows that are still of use."""
    old = sorted(folder.glob("*.parquet"))
    if len(old) <= MOST_FILES:
        return
    write_whole(rows, folder / _new_name())
    try:
        for path in old:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error
