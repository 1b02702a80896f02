"""Handing out files: names, types and headers that keep a browser from running what somebody sent."""

from collections.abc import Iterator
from urllib.parse import quote

from werkzeug.wrappers import Response

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif"})


def download(data: bytes | Iterator[bytes], kind: str, name: str, *, inline: bool = False) -> Response:
    """The bytes as a file of that name; shown in the page only when `inline` and a picture or PDF."""
    shown = inline and (kind in SHOWN or kind == "application/pdf")
    answer = Response(data, mimetype=kind)
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\;%' else "_" for sign in name)
    way = "inline" if shown else "attachment"
    answer.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
