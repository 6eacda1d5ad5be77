"""Title, authors, dates and the rest of what a page says about its article, each with its evidence.

:func:`read_metadata` gathers every candidate (``markup``, ``json_ld``), chooses by rules that are written down where they
are applied (``titles``, ``authors``, ``published``, ``section``, ``paywall``, ``language``), and keeps all as evidence.
"""

from newsclean.metadata.dates import read_written_date
from newsclean.metadata.language import decide_language
from newsclean.metadata.names import read_byline
from newsclean.metadata.read import read_metadata
from newsclean.metadata.record import Metadata

__all__ = ["Metadata", "decide_language", "read_byline", "read_metadata", "read_written_date"]
