"""Signing in and out, and passwords: argon2id, limits on guessing, sessions kept as digests.

The answer and its time are the same for an unknown name and a wrong password, and unknown names
are locked like known ones, so nobody can count the accounts.
"""

import hashlib
import math
import secrets
import threading
import time
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select, update

from server.access import Viewer
from server.problems import Problem
from server.queries.viewers import (
    Account,
    account_by_id,
    account_by_login,
    digest,
    session_of,
)
from server.store import Store
from server.store.people import login_failure, session, user
from server.store.schema import stamp

# OWASP's first choice for argon2id: 46 MiB, one pass, one lane.
_hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))

WINDOW = timedelta(minutes=15)
FAILURES_PER_NAME = 6
FAILURES_PER_ADDRESS = 30
LIFETIME = {"web": timedelta(hours=12), "api": timedelta(hours=24)}
SEEN_EVERY = timedelta(minutes=5)
MIN_PASSWORD = 12
MAX_PASSWORD = 512
BASIC_CACHE_SECONDS = 60.0
BASIC_CACHE_SIZE = 1_000

# Long enough for the rule and still among everybody's first guesses, here and abroad.
COMMON = frozenset((Path(__file__).parent / "common_passwords.txt").read_text("ascii").split())

# Verifying costs 46 MiB and a core; one at a time also makes the count of failures exact.
_verifying = threading.Lock()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. `token` is shown once and kept only as a digest; `must_change` asks for a new password."""

    token: str
    viewer: Viewer
    kind: str
    created_at: str
    expires_at: str
    must_change: bool


def plain_login(text: str) -> str:
    """A login as it is kept and compared: trimmed, lower case; spaces and dashes dropped from NIP and phone numbers."""
    # PostgreSQL holds no NUL; nobody's login has one.
    plain = unicodedata.normalize("NFKC", text).replace("\0", "\ufffd").strip().lower()
    squeezed = plain.translate(str.maketrans("", "", " -."))
    return squeezed if squeezed.lstrip("+").isdigit() else plain


def hash_password(password: str) -> str:
    """The argon2id hash that the database keeps."""
    return _hasher.hash(unicodedata.normalize("NFKC", password))


def check_new_password(password: str, login: str) -> None:
    """Raises `password.short`, `password.long` or `password.weak` (common, or made of the login)."""
    if len(password) < MIN_PASSWORD:
        raise Problem("password.short", least=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise Problem("password.long", most=MAX_PASSWORD)
    plain = password.casefold()
    name = login.split("@")[0]
    if plain in COMMON or len(set(plain)) < 4 or plain in (login, name * 2) or (len(name) > 5 and name in plain):
        raise Problem("password.weak")


def sign_in(store: Store, login: str, password: str, address: str, kind: str = "web") -> SignedIn:
    """Opens a session ('web' 12 h, 'api' 24 h) with a new 256-bit token.

    Raises `auth.wrong` or, after too many failures, `auth.locked` with `minutes`.
    """
    account = _verify(store, plain_login(login), password, address)
    token = secrets.token_urlsafe(32)
    with store.write() as tx:
        now = stamp(tx.now)
        expires = stamp(tx.now + LIFETIME[kind])
        tx.execute(delete(session).where(session.c.expires_at < now))
        tx.execute(
            session.insert(),
            {
                "key": digest(token),
                "actor_id": account.viewer.id,
                "kind": kind,
                "created_at": now,
                "last_seen_at": now,
                "expires_at": expires,
            },
        )
        tx.execute(delete(login_failure).where(login_failure.c.login == account.viewer.login))
        tx.execute(update(user).where(user.c.actor_id == account.viewer.id).values(last_login_at=now))
        tx.audit(account.viewer.id, "user.session.create", subject=f"user:{account.viewer.id}", details={"kind": kind})
    return SignedIn(token, account.viewer, kind, now, expires, account.must_change)


def sign_out(store: Store, token: str) -> None:
    """Ends the session of a token; an unknown token is no error."""
    found = session_of(store, token)
    if found is None:
        return
    with store.write() as tx:
        tx.execute(delete(session).where(session.c.key == found.key))
        tx.audit(found.viewer.id, "user.session.end", subject=f"user:{found.viewer.id}")


def resume(store: Store, token: str) -> Viewer | None:
    """The person of a living session, noting at most every five minutes that an admin is still there."""
    found = session_of(store, token)
    if found is None:
        return None
    idles = found.kind == "web" and any("admin" in roles for roles in found.viewer.roles.values())
    if idles and found.last_seen_at < stamp(store.now() - SEEN_EVERY):
        with store.write() as tx:
            tx.execute(update(session).where(session.c.key == found.key).values(last_seen_at=stamp(tx.now)))
            tx.housekeeping()
    return found.viewer


def change_password(store: Store, viewer: Viewer, old: str, new: str, address: str, keep: str | None = None) -> None:
    """Sets a new password after asking for the old one, and ends all sessions but the one of token `keep`.

    Raises `auth.wrong`, `auth.locked`, `password.short`, `password.long`, `password.weak`, `password.same`.
    """
    login = viewer.login or ""
    _verify(store, login, old, address)
    check_new_password(new, login)
    if old == new:
        raise Problem("password.same")
    hashed = hash_password(new)
    with store.write() as tx:
        tx.execute(update(user).where(user.c.actor_id == viewer.id).values(password_hash=hashed, must_change=0))
        kept = digest(keep) if keep else ""
        tx.execute(delete(session).where(session.c.actor_id == viewer.id, session.c.key != kept))
        tx.execute(delete(login_failure).where(login_failure.c.login == login))
        tx.audit(viewer.id, "user.password.change", subject=f"user:{viewer.id}")


class _Proven:
    """Logins proven lately, so that HTTP Basic does not pay for argon2 on every request.

    Keyed by a digest under a key of this process; the hash in the database must still be the proven one.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[float, int, str]] = {}

    def name(self, store: Store, login: str, password: str) -> bytes:
        text = f"{store.url}\0{login}\0{password}"
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=32).digest()

    def get(self, name: bytes) -> tuple[int, str] | None:
        found = self._known.get(name)
        return found[1:] if found and found[0] > time.monotonic() else None

    def put(self, name: bytes, actor_id: int, password_hash: str) -> None:
        with self._lock:
            if len(self._known) >= BASIC_CACHE_SIZE:
                self._known.clear()
            self._known[name] = (time.monotonic() + BASIC_CACHE_SECONDS, actor_id, password_hash)


_proven = _Proven()


def viewer_of_basic(store: Store, login: str, password: str, address: str) -> Viewer:
    """The person of an HTTP Basic login. Raises `auth.wrong` or `auth.locked`; failures are counted."""
    login = plain_login(login)
    name = _proven.name(store, login, password)
    if known := _proven.get(name):
        account = account_by_id(store, known[0])
        if account and account.password_hash == known[1]:
            return account.viewer
    account = _verify(store, login, password, address)
    _proven.put(name, account.viewer.id, account.password_hash)
    return account.viewer


def _verify(store: Store, login: str, password: str, address: str) -> Account:
    with _verifying:
        _refuse_locked(store, login, address)
        account = account_by_login(store, login)
        hashed = account.password_hash if account else _NOBODY
        right = len(password) <= MAX_PASSWORD and _matches(hashed, password)
        if account and right:
            return account
        with store.write() as tx:
            tx.execute(delete(login_failure).where(login_failure.c.at < stamp(tx.now - timedelta(days=1))))
            tx.execute(login_failure.insert(), {"at": stamp(tx.now), "login": login[:200], "address": address})
            # The name is not written down: people type passwords into the wrong box.
            tx.audit(account.viewer.id if account else None, "user.session.refuse", details={"address": address})
    raise Problem("auth.wrong")


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, unicodedata.normalize("NFKC", password))
    except (VerifyMismatchError, InvalidHashError):
        return False


def _refuse_locked(store: Store, login: str, address: str) -> None:
    now = store.now()
    since = stamp(now - WINDOW)
    limits = (
        (login_failure.c.login == login[:200], FAILURES_PER_NAME),
        (login_failure.c.address == address, FAILURES_PER_ADDRESS),
    )
    with store.read() as db:
        for same, limit in limits:
            recent = (same, login_failure.c.at > since)
            count = db.execute(select(func.count()).select_from(login_failure).where(*recent)).scalar_one()
            if count >= limit:
                freeing = select(login_failure.c.at).where(*recent).order_by(login_failure.c.at).offset(count - limit)
                raise Problem("auth.locked", minutes=_minutes(db.execute(freeing.limit(1)).scalar_one(), now))


def _minutes(failed_at: str, now: datetime) -> int:
    free = datetime.fromisoformat(failed_at) + WINDOW
    return max(1, math.ceil((free - now).total_seconds() / 60))
