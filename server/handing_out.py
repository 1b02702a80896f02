"""Handing out files at every door: under their name, and without ever holding one in memory."""

import hashlib
from io import BytesIO
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from server.store.blobs import Stored

File = bytes | Stored
"""What was made for this answer, or lies in the store."""
REVALIDATE = "private, no-cache"


def disposition(way: str, name: str) -> str:
    """The value of the header that names a file for whoever downloads it (RFC 6266).

    `way` is `attachment` or `inline`; `name` may hold any letters: old clients get it in ASCII, others whole.
    """
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\;%' else "_" for sign in name)
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def begins(file: File) -> bytes:
    """Its first bytes, which tell what it is."""
    return file[:64] if isinstance(file, bytes) else file.begins()


def stream(file: File, kind: str, *, etag: str | None = None, weak: bool = False, ranges: bool = False) -> Response:
    """A file of this media type, or 304 for who has it; `etag`: what it is known by, its hash without one; `ranges`:
    also parts of it, as players ask for them.

    The server reads a stored file from disk as fast as the client takes it: no thread waits, nothing is kept in memory.
    """
    opened: BinaryIO
    if isinstance(file, bytes):
        size, digest, opened = len(file), hashlib.sha256(file).hexdigest(), BytesIO(file)
    else:
        size, digest, opened = file.size, file.sha256, file.open()
    body = wrap_file(request.environ, opened)
    response = Response(body, content_type=kind, headers={"Cache-Control": REVALIDATE}, direct_passthrough=True)
    response.content_length = size
    response.set_etag(etag or digest, weak)
    try:
        response.make_conditional(request, accept_ranges=ranges, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response = Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    if request.method == "HEAD" or response.status_code not in (200, 206):
        opened.close()
    return response
