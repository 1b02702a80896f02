"""Accounts of people and the roles they hold."""

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from server.access import Viewer, require
from server.actions.sign_in import check_new_password, forget_logins, hash_password, plain_login
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.store import Store, Transaction
from server.store.people import actor, grant, login_failure, session, user
from server.store.schema import stamp

# Without letters and digits that look alike, because people read them from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_NUMBER = re.compile(r"\+?[0-9]{8,20}")
_ROLE = re.compile(r"[a-z][a-z0-9_]{1,39}")
# Roles every office has; the workbooks name further ones.
COMMON_ROLES = frozenset({"admin", "supervisor", "peksos", "petugas", "staf_datin"})


@dataclass(frozen=True, slots=True)
class NewPassword:
    """An account after `add_user` or `reset_password`; `one_time` is the password to hand over, shown once,
    None when the caller gave one."""

    id: int
    login: str
    one_time: str | None


def one_time_password() -> str:
    """Four groups of four: 79 bits, to be changed at the first log-in."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def add_user(
    store: Store,
    viewer: Viewer | None,
    login: str,
    *,
    role: str | None,
    project_id: int | None = None,
    name: str | None = None,
    password: str | None = None,
    unit: str | None = None,
) -> NewPassword:
    """Makes an account with one role, or none yet; only 'admin' may hold for all projects (`project_id` None).

    unit: the unit or area of the office the role is for (None: the whole office). Raises `user.bad_login`,
    `user.login_taken`, `user.bad_role`, `user.bad_unit`, `user.project_required`, `password.*`.
    """
    viewer = require(viewer, "user.manage", project_id)
    login = plain_login(login)
    _check_login(login)
    if role is not None:
        _check_role(store, role, project_id)
        check_unit(store, unit, project_id)
    if password is not None:
        check_new_password(password, login)
    given = password or one_time_password()
    hashed = hash_password(given)
    with store.write() as tx:
        if tx.execute(select(user.c.actor_id).where(user.c.login == login)).first():
            raise Problem("user.login_taken", login=login)
        row = {"type": "user", "display_name": name or login, "created_at": stamp(tx.now)}
        actor_id = int(tx.execute(actor.insert().returning(actor.c.id), row).scalar_one())
        tx.execute(
            user.insert(),
            {
                "actor_id": actor_id,
                "login": login,
                "password_hash": hashed,
                "must_change": int(password is None),
            },
        )
        if role is not None:
            tx.execute(grant.insert(), {"actor_id": actor_id, "project_id": project_id, "role": role, "unit": unit})
        tx.audit(viewer.id, "user.create", project=project_id, subject=f"user:{actor_id}", details={"role": role})
    return NewPassword(actor_id, login, None if password else given)


def change_user(
    store: Store, viewer: Viewer | None, actor_id: int, *, login: str | None = None, name: str | None = None
) -> None:
    """Changes what is given. Raises `user.unknown`, `user.bad_login`, `user.login_taken`."""
    viewer = require(viewer, "user.manage", None)
    plain = plain_login(login) if login else None
    if plain:
        _check_login(plain)
    with store.write() as tx:
        _known(tx, actor_id)
        if plain:
            other = select(user.c.actor_id).where(user.c.login == plain, user.c.actor_id != actor_id)
            if tx.execute(other).first():
                raise Problem("user.login_taken", login=plain)
            tx.execute(update(user).where(user.c.actor_id == actor_id).values(login=plain))
        changes = {"updated_at": stamp(tx.now), **({"display_name": name.strip()} if name and name.strip() else {})}
        tx.execute(update(actor).where(actor.c.id == actor_id).values(**changes))
        tx.audit(viewer.id, "user.update", subject=f"user:{actor_id}")
    forget_logins(store)


def _check_login(login: str) -> None:
    if not (_MAIL.fullmatch(login) or _NUMBER.fullmatch(login)):
        raise Problem("user.bad_login", login=login)


def _check_role(store: Store, role: str, project_id: int | None) -> None:
    """A role must be one every office has or one that the office's SOPs name, once it has SOPs (ruling 23)."""
    if role == "phone" or not _ROLE.fullmatch(role):
        raise Problem("user.bad_role", role=role)
    if project_id is None:
        if role != "admin":
            raise Problem("user.project_required", role=role)
        return
    with store.read() as db:
        sops = definitions_of(store).current_sops(db, project_id)
    named = {known.name for version in sops for known in version.sop.roles}
    if sops and role not in COMMON_ROLES and role not in named:
        raise Problem("user.bad_role", role=role)


def check_unit(store: Store, unit: str | None, project_id: int | None) -> None:
    """Raises `user.bad_unit` unless it is a unit or an area of the office's workbook, once there is one."""
    if unit is None:
        return
    with store.read() as db:
        office = definitions_of(store).office(db, project_id) if project_id is not None else None
    if office is not None and not any(item.code == unit for item in office.places):
        raise Problem("user.bad_unit", unit=unit[:100], units=", ".join(item.code for item in office.units))


def grant_role(
    store: Store, viewer: Viewer | None, actor_id: int, role: str, project_id: int | None, unit: str | None = None
) -> None:
    """Gives an account a role; a role it already holds is no error. Raises `user.unknown` and as `add_user`."""
    viewer = require(viewer, "user.manage", project_id)
    _check_role(store, role, project_id)
    check_unit(store, unit, project_id)
    with store.write() as tx:
        _known(tx, actor_id)
        held = (grant.c.actor_id == actor_id, grant.c.role == role, grant.c.project_id == project_id)
        if not tx.execute(select(grant.c.id).where(*held, grant.c.unit == unit)).first():
            row = {"actor_id": actor_id, "project_id": project_id, "role": role, "unit": unit}
            tx.execute(grant.insert(), row)
        tx.execute(delete(session).where(session.c.actor_id == actor_id))
        tx.audit(viewer.id, "assignment.create", project=project_id, subject=f"user:{actor_id}", details={"role": role})
    forget_logins(store)


def revoke_role(store: Store, viewer: Viewer | None, actor_id: int, role: str, project_id: int | None) -> None:
    """Takes a role away and ends the account's sessions. Raises `user.unknown`, `user.last_admin`."""
    viewer = require(viewer, "user.manage", project_id)
    with store.write() as tx:
        _known(tx, actor_id)
        if role == "admin" and project_id is None:
            _keep_an_admin(tx, actor_id)
        held = (grant.c.actor_id == actor_id, grant.c.role == role, grant.c.project_id == project_id)
        tx.execute(delete(grant).where(*held))
        tx.execute(delete(session).where(session.c.actor_id == actor_id))
        tx.audit(viewer.id, "assignment.delete", project=project_id, subject=f"user:{actor_id}", details={"role": role})
    forget_logins(store)


def reset_password(store: Store, viewer: Viewer | None, login: str, password: str | None = None) -> NewPassword:
    """Sets somebody's password (a one-time one when none is given), unlocks the name, ends its sessions and its
    password for ODK Collect."""
    viewer = require(viewer, "user.manage", None)
    login = plain_login(login)
    if password is not None:
        check_new_password(password, login)
    given = password or one_time_password()
    hashed = hash_password(given)
    with store.write() as tx:
        actor_id = _by_login(tx, login)
        changed = {"password_hash": hashed, "must_change": int(password is None), "collect_nonce": None}
        tx.execute(update(user).where(user.c.actor_id == actor_id).values(**changed))
        tx.execute(delete(session).where(session.c.actor_id == actor_id))
        tx.execute(delete(login_failure).where(login_failure.c.login == login))
        tx.audit(viewer.id, "user.password.reset", subject=f"user:{actor_id}")
    forget_logins(store)
    return NewPassword(actor_id, login, None if password else given)


def disable_user(store: Store, viewer: Viewer | None, login: str) -> int:
    """Shuts an account out at once; what it did stays. Raises `user.unknown`, `user.last_admin`. Returns its id."""
    viewer = require(viewer, "user.manage", None)
    with store.write() as tx:
        actor_id = _by_login(tx, plain_login(login))
        _keep_an_admin(tx, actor_id)
        tx.execute(update(user).where(user.c.actor_id == actor_id).values(disabled_at=stamp(tx.now)))
        tx.execute(delete(session).where(session.c.actor_id == actor_id))
        tx.audit(viewer.id, "user.disable", subject=f"user:{actor_id}")
    forget_logins(store)
    return actor_id


def enable_user(store: Store, viewer: Viewer | None, login: str) -> int:
    """Lets a disabled account in again with its old password and roles. Raises `user.unknown`. Returns its id."""
    viewer = require(viewer, "user.manage", None)
    with store.write() as tx:
        actor_id = _by_login(tx, plain_login(login))
        tx.execute(update(user).where(user.c.actor_id == actor_id).values(disabled_at=None))
        tx.audit(viewer.id, "user.enable", subject=f"user:{actor_id}")
    forget_logins(store)
    return actor_id


def _by_login(tx: Transaction, login: str) -> int:
    found = tx.execute(select(user.c.actor_id).where(user.c.login == login)).scalar()
    if found is None:
        raise Problem("user.unknown", login=login)
    return int(found)


def _known(tx: Transaction, actor_id: int) -> None:
    if not tx.execute(select(user.c.actor_id).where(user.c.actor_id == actor_id)).first():
        raise Problem("user.unknown", login=actor_id)


def _keep_an_admin(tx: Transaction, leaving: int) -> None:
    admins = (
        select(func.count(func.distinct(grant.c.actor_id)))
        .join(user, user.c.actor_id == grant.c.actor_id)
        .where(grant.c.role == "admin", grant.c.project_id.is_(None), user.c.disabled_at.is_(None))
    )
    if tx.execute(admins.where(grant.c.actor_id == leaving)).scalar_one() and tx.execute(admins).scalar_one() < 2:
        raise Problem("user.last_admin")
