"""Articles in and out of Parquet; SQL over them."""

from newsdata.errors import (
    DataError,
    DataFolderError,
    EmptyDatasetError,
    ExportTargetError,
    NoDatasetError,
    QueryError,
    QueryLimitError,
    StorageFullError,
)
from newsdata.identity import article_id, content_hash, normalise_url, site_of
from newsdata.journal import Damage
from newsdata.records import OUTCOME_KINDS, Fetch, Outcome, OutcomeKind, PageRecord, Usage
from newsdata.safe_query import Answer, Limits, safe_query
from newsdata.views import connect
from newsdata.writer import Writer, open_writer, recover

__all__ = [
    "OUTCOME_KINDS",
    "Answer",
    "Damage",
    "DataError",
    "DataFolderError",
    "EmptyDatasetError",
    "ExportTargetError",
    "Fetch",
    "Limits",
    "NoDatasetError",
    "Outcome",
    "OutcomeKind",
    "PageRecord",
    "QueryError",
    "QueryLimitError",
    "StorageFullError",
    "Usage",
    "Writer",
    "article_id",
    "connect",
    "content_hash",
    "normalise_url",
    "open_writer",
    "recover",
    "safe_query",
    "site_of",
]
