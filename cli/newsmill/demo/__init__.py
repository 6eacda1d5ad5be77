"""The built-in demo: two invented publications, their articles, the truth of each, and a server for them.

>>> from newsmill.demo import serve
>>> with serve() as demo:
...     len(demo.urls)
2
"""

from newsmill.demo.server import PORTS, Demo, serve
from newsmill.demo.site import Site, read_sites
from newsmill.demo.source import SourceError
from newsmill.demo.truth import Truth

__all__ = ["PORTS", "Demo", "Site", "SourceError", "Truth", "read_sites", "serve"]
