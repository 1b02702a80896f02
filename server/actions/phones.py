"""Phones: each has its own token in its address, one project, and an officer or a shift (rulings 23, 41)."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from forms.collect_settings import checked
from server.access import Viewer, require
from server.actions.sign_in import plain_login
from server.actions.users import check_unit
from server.problems import Problem
from server.queries.viewers import digest, forget_phones, phone_token
from server.store import Store, Transaction
from server.store.people import actor, app_user, grant, user
from server.store.projects import project
from server.store.schema import dumps, stamp


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone just added. `whole_project` warns that it sees every case of its project."""

    id: int
    name: str
    token: str
    project_id: int
    officer_id: int | None
    shift: str | None
    created_at: str

    @property
    def whole_project(self) -> bool:
        return self.officer_id is None and self.shift is None


def add_phone(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    officer: str | None = None,
    shift: str | None = None,
    *,
    secret: bytes,
    forms: str = "all",
) -> Phone:
    """Adds a phone for one officer (`officer` is a login) or one shift (a unit), or for the whole project.

    `forms`: it may fill 'all' forms, also later ones; 'unset' is all until a program gives it the first one.
    Raises `request.missing` without a name, `user.unknown` when the officer has no role in the project, `user.bad_unit`
    for a unit the office does not have.
    """
    viewer = require(viewer, "phone.manage", project_id)
    if not name.strip():
        raise Problem("request.missing", field="displayName")
    if officer and shift:
        raise Problem("request.bad_value", field="shift", value=shift, reason="officer or shift")
    check_unit(store, shift or None, project_id)
    nonce = secrets.token_urlsafe(16)
    with store.write() as tx:
        if not tx.execute(select(project.c.id).where(project.c.id == project_id)).first():
            raise Problem("request.not_found")
        officer_id = _officer(tx, officer, project_id) if officer else None
        now = stamp(tx.now)
        row = {"type": "field_key", "display_name": name.strip(), "created_at": now}
        actor_id = int(tx.execute(actor.insert().returning(actor.c.id), row).scalar_one())
        token = phone_token(secret, actor_id, nonce)
        tx.execute(
            app_user.insert(),
            {
                "actor_id": actor_id,
                "project_id": project_id,
                "nonce": nonce,
                "token_hash": digest(token),
                "officer_id": officer_id,
                "shift": shift or None,
                "created_by": viewer.id,
                "forms": forms,
            },
        )
        tx.audit(viewer.id, "field_key.create", project=project_id, subject=f"phone:{actor_id}")
    return Phone(actor_id, name.strip(), token, project_id, officer_id, shift or None, now)


def rename_phone(store: Store, viewer: Viewer | None, project_id: int, phone_id: int, name: str) -> None:
    """Calls a phone otherwise; what it sent goes by the new name too. Raises `request.missing`, `phone.unknown`."""
    viewer = require(viewer, "phone.manage", project_id)
    if not name.strip():
        raise Problem("request.missing", field="displayName")
    with store.write() as tx:
        mine = (app_user.c.actor_id == phone_id, app_user.c.project_id == project_id)
        if tx.execute(select(app_user.c.actor_id).where(*mine)).first() is None:
            raise Problem("phone.unknown", name=phone_id)
        changes = {"display_name": name.strip(), "updated_at": stamp(tx.now)}
        tx.execute(update(actor).where(actor.c.id == phone_id).values(**changes))
        tx.audit(viewer.id, "field_key.update", project=project_id, subject=f"phone:{phone_id}")
    forget_phones(store)


def set_up_phone(
    store: Store, viewer: Viewer | None, project_id: int, phone_id: int, chosen: Mapping[str, str]
) -> None:
    """Keeps what the QR code of one phone sets otherwise than its office's. Raises `phone.unknown`,
    `request.bad_value` for a value Collect does not know."""
    viewer = require(viewer, "phone.manage", project_id)
    kept = _checked(chosen)
    with store.write() as tx:
        mine = (app_user.c.actor_id == phone_id, app_user.c.project_id == project_id)
        if not tx.execute(update(app_user).where(*mine).values(settings=dumps(kept))).rowcount:
            raise Problem("phone.unknown", name=phone_id)
        tx.audit(viewer.id, "field_key.update", project=project_id, subject=f"phone:{phone_id}", details=_told(kept))


def set_up_office(store: Store, viewer: Viewer | None, project_id: int, chosen: Mapping[str, str]) -> None:
    """Keeps what the QR codes of all phones of an office set. Raises `request.not_found`, `request.bad_value`."""
    viewer = require(viewer, "phone.manage", project_id)
    kept = _checked(chosen)
    with store.write() as tx:
        here = update(project).where(project.c.id == project_id)
        if not tx.execute(here.values(collect_settings=dumps(kept))).rowcount:
            raise Problem("request.not_found")
        tx.audit(viewer.id, "project.update", project=project_id, details=_told(kept))


def _checked(chosen: Mapping[str, str]) -> dict[str, str]:
    try:
        return checked(chosen)
    except ValueError as error:
        name = str(error)
        raise Problem("request.bad_value", field=name, value=chosen[name][:100], reason="ODK Collect") from None


def _told(kept: Mapping[str, str]) -> dict[str, object]:
    """What the audit may know of settings: not the password that locks them."""
    return {"settings": {name: value for name, value in kept.items() if name != "admin_pw"}}


def _officer(tx: Transaction, login: str, project_id: int) -> int:
    query = (
        select(user.c.actor_id)
        .join(grant, grant.c.actor_id == user.c.actor_id)
        .where(user.c.login == plain_login(login), user.c.disabled_at.is_(None))
        .where((grant.c.project_id == project_id) | grant.c.project_id.is_(None))
    )
    found = tx.execute(query).scalar()
    if found is None:
        raise Problem("user.unknown", login=login)
    return int(found)


def revoke_phone(store: Store, viewer: Viewer | None, project_id: int, phone_id: int) -> None:
    """Shuts a phone out everywhere within seconds; its submissions stay, and so does when it was first revoked.
    Raises `phone.unknown`."""
    viewer = require(viewer, "phone.manage", project_id)
    with store.write() as tx:
        mine = (app_user.c.actor_id == phone_id, app_user.c.project_id == project_id)
        changes = {"token_hash": None, "revoked_at": func.coalesce(app_user.c.revoked_at, stamp(tx.now))}
        if not tx.execute(update(app_user).where(*mine).values(**changes)).rowcount:
            raise Problem("phone.unknown", name=phone_id)
        tx.execute(update(actor).where(actor.c.id == phone_id).values(updated_at=stamp(tx.now)))
        tx.audit(viewer.id, "field_key.session.end", project=project_id, subject=f"phone:{phone_id}")
    forget_phones(store)


# A phone asks many times a minute; the page that shows when it was last here needs no more than this.
SEEN_EVERY = timedelta(minutes=5)


class _Seen:
    """When this process last knew each phone to be here, so that it asks the database no oftener than it writes."""

    def __init__(self, _store: Store) -> None:
        self.last: dict[int, str] = {}


def seen(store: Store, phone_id: int) -> None:
    """Notes that a phone was here, at most every five minutes."""
    now, known = store.now(), store.kept(_Seen).last
    if known.get(phone_id, "") > stamp(now - SEEN_EVERY):
        return
    query = select(app_user.c.last_used_at).where(app_user.c.actor_id == phone_id)
    with store.read() as db:
        last = db.execute(query).scalar()
    if last is not None and last > stamp(now - SEEN_EVERY):
        known[phone_id] = last
        return
    # A phone gets its forms also while the disk is full or somebody else writes for long.
    with suppress(Problem), store.write() as tx:
        tx.execute(update(app_user).where(app_user.c.actor_id == phone_id).values(last_used_at=stamp(now)))
        tx.housekeeping()
        known[phone_id] = stamp(now)
