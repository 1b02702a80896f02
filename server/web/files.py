"""Handing out files: names, types and headers that keep a browser from running what somebody sent."""

from flask import Response

from server.handing_out import File, disposition, stream

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif"})


def download(data: File, kind: str, name: str, *, inline: bool = False) -> Response:
    """The bytes, or the stored file, under that name; shown in the page only when `inline` and a picture or PDF.

    Players may ask for parts: without them nobody can go to the middle of a recording.
    """
    shown = inline and (kind in SHOWN or kind == "application/pdf")
    answer = stream(data, kind, ranges=True)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = disposition("inline" if shown else "attachment", name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
