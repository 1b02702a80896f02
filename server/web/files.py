"""Handing out files: names, types and headers that keep a browser from running what somebody sent."""

from collections.abc import Iterator

from werkzeug.wrappers import Response

from server.disposition import disposition

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif"})


def download(data: bytes | Iterator[bytes], kind: str, name: str, *, inline: bool = False) -> Response:
    """The bytes as a file of that name; shown in the page only when `inline` and a picture or PDF."""
    shown = inline and (kind in SHOWN or kind == "application/pdf")
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Disposition"] = disposition("inline" if shown else "attachment", name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
