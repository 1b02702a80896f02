"""HTTP Digest (RFC 7616) as ODK Collect's library answers it: MD5, qop `auth` or none, over http too.

The nonce holds the moment it was made, under the server's key, so every process knows it and none has to be kept. What
is kept is each proof that was used (`actions.digest_use`): a client that counts on (`nc`) makes a new one each time, in
whatever order its requests arrive.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote, urlsplit

from flask import Request

REALM = "Alur"
LIFETIME_SECONDS = 300


def challenge(secret: bytes, now: datetime, *, stale: bool = False) -> str:
    """The value of WWW-Authenticate; `stale` tells the client that its nonce was too old or its proof used before, and
    nothing is wrong with its password."""
    nonce = _nonce(secret, int(now.timestamp()), secrets.token_hex(8))
    parts = f'realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce}", charset=UTF-8'
    return f"Digest {parts}, stale=true" if stale else f"Digest {parts}"


def fresh_since(secret: bytes, given: Mapping[str, str | None], now: datetime) -> int | None:
    """When the nonce was made (seconds); None when it is not ours or too old."""
    nonce = given.get("nonce") or ""
    made, _, rest = nonce.partition(".")
    if not made.isdecimal() or len(made) > 12 or not _same(nonce, _nonce(secret, int(made), rest.partition(".")[0])):
        return None
    return int(made) if abs(now.timestamp() - int(made)) <= LIFETIME_SECONDS else None


def proof(given: Mapping[str, str | None]) -> str:
    """What was reckoned with the password, as `proves` compares it."""
    return (given.get("response") or "").lower()


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
    return _same(proof(given), _md5(f"{secret}:{middle}:{asked}"))


def _same(given: str, made: str) -> bool:
    return hmac.compare_digest(given.encode(), made.encode())


def _nonce(secret: bytes, moment: int, salt: str) -> str:
    made = f"{moment}.{salt}"
    return f"{made}.{hmac.new(secret, f'digest:{made}'.encode(), hashlib.sha256).hexdigest()[:32]}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
