"""HTTP Digest (RFC 7616) as ODK Collect's library answers it: MD5, qop `auth` or none, over http too.

The nonce is the moment it was made under the server's key, so every process knows it and none has to be kept.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote, urlsplit

from flask import Request

REALM = "Alur"
LIFETIME_SECONDS = 300


def challenge(secret: bytes, now: datetime, *, stale: bool = False) -> str:
    """The value of WWW-Authenticate; `stale` tells the client that only its nonce was too old."""
    parts = f'realm="{REALM}", qop="auth", algorithm=MD5, nonce="{_nonce(secret, int(now.timestamp()))}", charset=UTF-8'
    return f"Digest {parts}, stale=true" if stale else f"Digest {parts}"


def is_fresh(secret: bytes, given: Mapping[str, str | None], now: datetime) -> bool:
    """Whether the nonce is ours and young enough."""
    nonce = given.get("nonce") or ""
    made = nonce.partition(".")[0]
    if not made.isdecimal() or len(made) > 12 or not _same(nonce, _nonce(secret, int(made))):
        return False
    return abs(now.timestamp() - int(made)) <= LIFETIME_SECONDS


def proves(request: Request, given: Mapping[str, str | None], password: str) -> bool:
    """Whether the answer was reckoned with this password, for this request."""
    uri, qop = given.get("uri") or "", given.get("qop")
    place = urlsplit(uri)
    here = unquote(place.path) == request.path and place.query.encode() == request.query_string
    if not here or given.get("realm") != REALM or (given.get("algorithm") or "MD5").upper() != "MD5":
        return False
    secret = _md5(f"{given.get('username') or ''}:{REALM}:{password}")
    asked = _md5(f"{request.method}:{uri}")
    if qop == "auth":
        middle = f"{given.get('nonce')}:{given.get('nc')}:{given.get('cnonce')}:{qop}"
    elif not qop:
        middle = str(given.get("nonce"))
    else:
        return False
    return _same((given.get("response") or "").lower(), _md5(f"{secret}:{middle}:{asked}"))


def _same(given: str, made: str) -> bool:
    return hmac.compare_digest(given.encode(), made.encode())


def _nonce(secret: bytes, moment: int) -> str:
    return f"{moment}.{hmac.new(secret, f'digest:{moment}'.encode(), hashlib.sha256).hexdigest()[:32]}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
