"""Who is asking: a session, a phone's token, or a login with its password's hash."""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, func, select

from server.access import Viewer
from server.store import Store
from server.store.forms import form
from server.store.people import actor, app_user, form_access, grant, public_link, session, user
from server.store.schema import stamp

# The cookie of people's sessions; over plain http on a private address browsers refuse `__Host-` (ruling 42).
SESSION_COOKIE = "__Host-session"
LAN_SESSION_COOKIE = "alur-session"

ADMIN_IDLE = timedelta(minutes=30)
# A revoked phone must be shut out on every process within 5 seconds.
PHONE_CACHE_SECONDS = 3.0
PHONE_CACHE_SIZE = 10_000


def digest(token: str) -> str:
    """What the database keeps of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def phone_token(secret: bytes, actor_id: int, nonce: str) -> str:
    """The token of a phone, 64 characters: made anew from the secret key, so it is kept nowhere."""
    return hmac.new(secret, f"phone:{actor_id}:{nonce}".encode(), hashlib.sha256).hexdigest()


def link_token(secret: bytes, actor_id: int, nonce: str) -> str:
    """The token of a public link, made as a phone's."""
    return hmac.new(secret, f"link:{actor_id}:{nonce}".encode(), hashlib.sha256).hexdigest()


def collect_password(secret: bytes, actor_id: int, nonce: str) -> str:
    """The password an account logs in with from ODK Collect: 24 letters and digits of 120 bits, made anew from the
    secret key, so that neither it nor what Digest is reckoned from is kept (decision 25)."""
    made = hmac.new(secret, f"collect:{actor_id}:{nonce}".encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:15]).decode().lower()


@dataclass(frozen=True, slots=True)
class Session:
    """One living session of one person; `key` is the digest of its token."""

    key: str
    viewer: Viewer
    kind: str
    created_at: str
    last_seen_at: str
    expires_at: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One enabled account as log-in needs it; `collect_nonce` while it has a password for ODK Collect."""

    viewer: Viewer
    password_hash: str
    must_change: bool
    collect_nonce: str | None = None


def _roles(rows: Iterable[Row]) -> dict[int | None, frozenset[str]]:
    roles: dict[int | None, frozenset[str]] = {}
    for row in rows:
        roles[row.project_id] = roles.get(row.project_id, frozenset()) | {row.role}
    return roles


_ACCOUNT = (
    select(
        actor.c.id,
        actor.c.display_name,
        user.c.login,
        user.c.language,
        user.c.password_hash,
        user.c.must_change,
        user.c.collect_nonce,
    )
    .join(user, user.c.actor_id == actor.c.id)
    .where(actor.c.deleted_at.is_(None), user.c.disabled_at.is_(None))
)


def _account(db: Connection, row: Row) -> Account:
    roles = _roles(db.execute(select(grant.c.project_id, grant.c.role).where(grant.c.actor_id == row.id)))
    viewer = Viewer(row.id, row.display_name, "user", row.language, roles, row.login)
    return Account(viewer, row.password_hash, bool(row.must_change), row.collect_nonce)


def account_by_login(store: Store, login: str) -> Account | None:
    """The enabled account of a login (as `users.plain_login` writes it), or None."""
    with store.read() as db:
        row = db.execute(_ACCOUNT.where(user.c.login == login)).first()
        return _account(db, row) if row else None


def account_by_id(store: Store, actor_id: int) -> Account | None:
    """The enabled account of an actor id, or None."""
    with store.read() as db:
        row = db.execute(_ACCOUNT.where(actor.c.id == actor_id)).first()
        return _account(db, row) if row else None


def session_of(store: Store, token: str, now: datetime | None = None) -> Session | None:
    """The session of a cookie value or bearer token, if it lives: not expired, its account enabled,
    and on the web not idle for more than 30 minutes in an admin's hands."""
    now = now or store.now()
    key = digest(token)
    with store.read() as db:
        row = db.execute(select(session).where(session.c.key == key, session.c.expires_at > stamp(now))).first()
        if row is None:
            return None
        found = db.execute(_ACCOUNT.where(actor.c.id == row.actor_id)).first()
        if found is None:
            return None
        account = _account(db, found)
    admin = any("admin" in roles for roles in account.viewer.roles.values())
    if row.kind == "web" and admin and row.last_seen_at < stamp(now - ADMIN_IDLE):
        return None
    return Session(key, account.viewer, row.kind, row.created_at, row.last_seen_at, row.expires_at, account.must_change)


def viewer_of_session(store: Store, token: str, now: datetime | None = None) -> Viewer | None:
    """The person of a living session (`session_of`), or None."""
    found = session_of(store, token, now)
    return found.viewer if found else None


class _Phones:
    """Recently seen phones, for a few seconds, so that a phone's burst of requests asks the database once."""

    def __init__(self, _store: Store) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Viewer | None]] = {}

    def get(self, key: str) -> tuple[float, Viewer | None] | None:
        found = self._known.get(key)
        return found if found and found[0] > time.monotonic() else None

    def put(self, key: str, viewer: Viewer | None) -> None:
        with self._lock:
            if len(self._known) >= PHONE_CACHE_SIZE:
                self._known.clear()
            self._known[key] = (time.monotonic() + PHONE_CACHE_SECONDS, viewer)

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


def forget_phones(store: Store) -> None:
    """Makes this process ask the database again about every phone (after one was revoked or changed)."""
    store.kept(_Phones).forget()


def viewer_of_phone(store: Store, token: str, project_id: int | None = None) -> Viewer | None:
    """The phone or public link of a URL token: role 'phone' in its one project; None if unknown, revoked or of
    another project."""
    key, cache = digest(token), store.kept(_Phones)
    known = cache.get(key)
    if known is None:
        viewer = _phone(store, app_user.c.token_hash == key, key)
        cache.put(key, viewer)
    else:
        viewer = known[1]
    if viewer is None or (project_id is not None and project_id not in viewer.roles):
        return None
    return viewer


def sender_by_name(store: Store, project_id: int, name: str) -> Viewer | None:
    """Whoever filled what comes by cable or card: an account by its log-in (as `plain_login` writes it), else the one
    phone of a project with this name or number, a revoked one too; None when there is none, or several."""
    if account := account_by_login(store, name):
        return account.viewer
    same = func.lower(actor.c.display_name) == name.lower()
    which = same | (actor.c.id == int(name)) if name.isdecimal() and len(name) < 10 else same
    query = select(actor.c.id).join(app_user, app_user.c.actor_id == actor.c.id)
    with store.read() as db:
        found = db.execute(query.where(app_user.c.project_id == project_id, which)).scalars().all()
    return _phone(store, app_user.c.actor_id == found[0]) if len(found) == 1 else None


def _phone(store: Store, which: ColumnElement[bool], key: str = "") -> Viewer | None:
    query = (
        select(actor.c.id, actor.c.display_name, app_user.c.project_id, app_user.c.forms)
        .join(app_user, app_user.c.actor_id == actor.c.id)
        .where(which, actor.c.deleted_at.is_(None))
    )
    with store.read() as db:
        row = db.execute(query).first()
        if row is None:
            return _link(db, key)
        chosen = select(form_access.c.form_id).where(form_access.c.actor_id == row.id)
        forms = frozenset(db.execute(chosen).scalars()) if row.forms == "chosen" else None
    return Viewer(row.id, row.display_name, "phone", "id", {row.project_id: frozenset({"phone"})}, forms=forms)


def _link(db: Connection, key: str) -> Viewer | None:
    """The public link of a token digest: it may do to one form what a phone may."""
    query = (
        select(actor.c.id, actor.c.display_name, form.c.project_id, public_link.c.form_id)
        .join(public_link, public_link.c.actor_id == actor.c.id)
        .join(form, form.c.id == public_link.c.form_id)
        .where(public_link.c.token_hash == key)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    roles = {row.project_id: frozenset({"phone"})}
    return Viewer(row.id, row.display_name, "public_link", "id", roles, forms=frozenset({row.form_id}))
