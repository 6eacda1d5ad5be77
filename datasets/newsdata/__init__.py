"""Articles in and out of Parquet; SQL over them."""

from newsdata.compact import Compaction, compact
from newsdata.errors import (
    CrawlRunsError,
    DamagedStateError,
    DataError,
    DataFolderError,
    EmptyDatasetError,
    ExportTargetError,
    NoDatasetError,
    QueryError,
    QueryLimitError,
    StorageFullError,
)
from newsdata.frontier import Frontier, FrontierTarget, frontier_in_memory, open_frontier
from newsdata.identity import article_id, content_hash, normalise_url, site_of, url_key
from newsdata.journal import Damage
from newsdata.parquet import pages_of_crawl
from newsdata.profiles import read_profile, read_sightings, undrawn_pages, unlearned_sites, write_profiles
from newsdata.records import (
    BLOCKED_REASONS,
    OUTCOME_KINDS,
    SOURCE_REASONS,
    Fetch,
    Outcome,
    OutcomeKind,
    PageRecord,
    Usage,
)
from newsdata.safe_query import Answer, Limits, safe_query
from newsdata.state import State, open_state
from newsdata.stored import StoredArticle, is_changed, pages_without_article, read_articles, read_pages
from newsdata.url_state import UrlState, UrlStates
from newsdata.verify import Fault, Verification, verify
from newsdata.views import connect
from newsdata.writer import Writer, open_writer, recover

__all__ = [
    "BLOCKED_REASONS",
    "OUTCOME_KINDS",
    "SOURCE_REASONS",
    "Answer",
    "Compaction",
    "CrawlRunsError",
    "Damage",
    "DamagedStateError",
    "DataError",
    "DataFolderError",
    "EmptyDatasetError",
    "ExportTargetError",
    "Fault",
    "Fetch",
    "Frontier",
    "FrontierTarget",
    "Limits",
    "NoDatasetError",
    "Outcome",
    "OutcomeKind",
    "PageRecord",
    "QueryError",
    "QueryLimitError",
    "State",
    "StorageFullError",
    "StoredArticle",
    "UrlState",
    "UrlStates",
    "Usage",
    "Verification",
    "Writer",
    "article_id",
    "compact",
    "connect",
    "content_hash",
    "frontier_in_memory",
    "is_changed",
    "normalise_url",
    "open_frontier",
    "open_state",
    "open_writer",
    "pages_of_crawl",
    "pages_without_article",
    "read_articles",
    "read_pages",
    "read_profile",
    "read_sightings",
    "recover",
    "safe_query",
    "site_of",
    "undrawn_pages",
    "unlearned_sites",
    "url_key",
    "verify",
    "write_profiles",
]
