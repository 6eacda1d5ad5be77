"""Keeps the bodies of sources out of Scrapy's count of what is being worked on.

A front page or a sitemap may be read for hours: its reader pauses while enough articles wait. Scrapy stops
fetching while the responses whose callbacks run are too large together, so that such a pause would never end.
"""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO, cast

from scrapy import Request
from scrapy.http import Response, TextResponse

from newscrawl.frontier import TARGET, Target

_BODY = "newsmill_body"  # the key in Request.meta under which the body stands
_IN_MEMORY = 262_144  # bytes; larger bodies lie in a file that nobody else sees


class SourceBodyMiddleware:
    """Puts the body of a source aside; :func:`source_body` gives it."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Take the body out of a source's response."""
        target = request.meta.get(TARGET)
        if not isinstance(target, Target) or target.kind == "article":
            return response
        body: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the request
        body.write(response.body)
        body.seek(0)
        request.meta[_BODY] = body
        if isinstance(response, TextResponse):  # its encoding may stand in the body
            return response.replace(body=b"", encoding=response.encoding)
        return response.replace(body=b"")


def source_body(response: Response) -> IO[bytes]:
    """The body of a source, as a file."""
    return cast("IO[bytes]", response.meta[_BODY])
