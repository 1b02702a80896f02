"""Pictures of signed papers that come with an act: checked by their first bytes, kept under their hash (ruling 30)."""

import base64
import binascii
from collections.abc import Mapping

from server.actions.case_event.acting import Scan
from server.problems import Problem
from server.store import Store

MOST_BYTES = 10 * 1024 * 1024
_BEGINS: Mapping[str, bytes] = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
}


def scan_of(body: Mapping[str, object]) -> Scan | None:
    """The scan inside a body: {type, content: base64}."""
    given = body.get("scan")
    if given is None:
        return None
    if not isinstance(given, Mapping) or not isinstance(given.get("content"), str):
        raise Problem("request.bad_type", field="scan", value="-", expected="{type, content}")
    try:
        data = base64.b64decode(given["content"], validate=True)
    except (binascii.Error, ValueError):
        raise Problem("request.bad_type", field="scan", value="-", expected="base64") from None
    return Scan(str(given.get("type") or ""), data)


def keep_scan(store: Store, scan: Scan | None) -> dict[str, object]:
    """Keeps the scan and gives what its event says of it; nothing without one.

    Raises `case.bad_scan` for what is no JPEG, PNG or PDF, whatever it is called, or is larger than 10 MB.
    """
    if scan is None:
        return {}
    kind = next((known for known, begins in _BEGINS.items() if scan.data.startswith(begins)), None)
    if kind is None or len(scan.data) > MOST_BYTES:
        raise Problem("case.bad_scan", megabytes=MOST_BYTES // 2**20)
    return {"scan": store.blobs.put(scan.data).sha256, "scanType": kind}
