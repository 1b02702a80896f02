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
from collections.abc import Callable
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
    collect_password,
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
BASIC_CACHE_SECONDS = 3_600.0
# Whoever is shut out must be out on every process within 5 seconds.
BELIEVED_SECONDS = 3.0
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
    forget_logins(store)


@dataclass(frozen=True, slots=True)
class _Proof:
    """A login proven by its password: whose, against which hash; believed until `fresh`, looked up again until
    `ends` (both of the process's own clock)."""

    account: Account
    fresh: float
    ends: float


class _Proven:
    """Logins proven lately, so that HTTP Basic pays for argon2 once and is then as fast as a token.

    Keyed by a digest under a key of this process. For a few seconds a proof is believed; then the account must still
    be there with the same password and not be locked, which takes three short questions and no argon2.
    """

    def __init__(self, _store: Store) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._known: dict[bytes, _Proof] = {}

    def name(self, login: str, password: str) -> bytes:
        return hashlib.blake2b(f"{login}\0{password}".encode(), key=self._key, digest_size=32).digest()

    def get(self, name: bytes) -> _Proof | None:
        found = self._known.get(name)
        return found if found and found.ends > time.monotonic() else None

    def put(self, name: bytes, account: Account, ends: float | None = None) -> None:
        now = time.monotonic()
        with self._lock:
            if len(self._known) >= BASIC_CACHE_SIZE:
                self._known.clear()
            self._known[name] = _Proof(account, now + BELIEVED_SECONDS, ends or now + BASIC_CACHE_SECONDS)

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


def forget_logins(store: Store) -> None:
    """Makes this process ask the database again about every account (after one was changed or shut out)."""
    store.kept(_Proven).forget()
    store.kept(_Collectors).forget()


def viewer_of_basic(store: Store, login: str, password: str, address: str) -> Viewer:
    """The person of an HTTP Basic login. Raises `auth.wrong` or `auth.locked`; failures are counted."""
    login, proven = plain_login(login), store.kept(_Proven)
    name = proven.name(login, password)
    if known := proven.get(name):
        if known.fresh > time.monotonic():
            return known.account.viewer
        _refuse_locked(store, login)
        account = account_by_id(store, known.account.viewer.id)
        if account and account.password_hash == known.account.password_hash:
            proven.put(name, account, known.ends)
            return account.viewer
    account = _verify(store, login, password, address)
    proven.put(name, account)
    return account.viewer


class _Collectors:
    """Accounts lately asked for by name, believed for a few seconds."""

    def __init__(self, _store: Store) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Account]] = {}

    def get(self, login: str) -> Account | None:
        found = self._known.get(login)
        return found[1] if found and found[0] > time.monotonic() else None

    def put(self, login: str, account: Account) -> None:
        with self._lock:
            if len(self._known) >= BASIC_CACHE_SIZE:
                self._known.clear()
            self._known[login] = (time.monotonic() + BELIEVED_SECONDS, account)

    def forget(self, login: str | None = None) -> None:
        with self._lock:
            if login is None:
                self._known.clear()
            else:
                self._known.pop(login, None)


def viewer_of_collect(
    store: Store, secret: bytes, login: str, proves: Callable[[str], bool], address: str, *, count: bool = True
) -> Viewer | None:
    """The person whose password for ODK Collect `proves` accepts, None when it does not.

    `count`: whether that is a failed log-in. Raises `auth.locked`.
    """
    login, collectors = plain_login(login), store.kept(_Collectors)
    account = collectors.get(login)
    if account is None:
        _refuse_locked(store, login, address)
        account = account_by_login(store, login)
        if account:
            collectors.put(login, account)
    nonce = account.collect_nonce if account else None
    # A name nobody has takes as long as a wrong password.
    password = collect_password(secret, account.viewer.id if account else 0, nonce or "")
    if proves(password) and account and nonce:
        return account.viewer
    if count:
        # The next guess is counted anew.
        collectors.forget(login)
        _count_failure(store, login, address, account)
    return None


def turn_on_collect(store: Store, viewer: Viewer) -> None:
    """Gives one's own account a password for ODK Collect, a new one in place of an older."""
    _set_collect(store, viewer, secrets.token_urlsafe(16), "user.collect.on")


def turn_off_collect(store: Store, viewer: Viewer) -> None:
    """Ends the password for ODK Collect of one's own account."""
    _set_collect(store, viewer, None, "user.collect.off")


def _set_collect(store: Store, viewer: Viewer, nonce: str | None, act: str) -> None:
    with store.write() as tx:
        tx.execute(update(user).where(user.c.actor_id == viewer.id).values(collect_nonce=nonce))
        tx.audit(viewer.id, act, subject=f"user:{viewer.id}")
    forget_logins(store)


def _verify(store: Store, login: str, password: str, address: str) -> Account:
    with _verifying:
        _refuse_locked(store, login, address)
        account = account_by_login(store, login)
        hashed = account.password_hash if account else _NOBODY
        right = len(password) <= MAX_PASSWORD and _matches(hashed, password)
        if account and right:
            return account
        _count_failure(store, login, address, account)
    raise Problem("auth.wrong")


def _count_failure(store: Store, login: str, address: str, account: Account | None) -> None:
    with store.write() as tx:
        tx.execute(delete(login_failure).where(login_failure.c.at < stamp(tx.now - timedelta(days=1))))
        tx.execute(login_failure.insert(), {"at": stamp(tx.now), "login": login[:200], "address": address})
        # The name is not written down: people type passwords into the wrong box.
        tx.audit(account.viewer.id if account else None, "user.session.refuse", details={"address": address})


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, unicodedata.normalize("NFKC", password))
    except (VerifyMismatchError, InvalidHashError):
        return False


def _refuse_locked(store: Store, login: str, address: str | None = None) -> None:
    """Raises `auth.locked` for a name with too many failures, and for an address, where one is given."""
    now = store.now()
    since = stamp(now - WINDOW)
    limits = [(login_failure.c.login == login[:200], FAILURES_PER_NAME)]
    if address is not None:
        limits.append((login_failure.c.address == address, FAILURES_PER_ADDRESS))
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
