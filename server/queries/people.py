"""People, their roles, and phones, as lists and pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, select

from forms.collect_settings import Chosen, collect_settings, settings_qr_text
from server.access import Viewer, require
from server.problems import Problem
from server.queries.viewers import phone_token
from server.store import Store
from server.store.forms import form
from server.store.people import actor, app_user, form_access, grant, user
from server.store.projects import project
from server.store.schema import loads


@dataclass(frozen=True, slots=True)
class Person:
    """One account; `roles` lists (project id or None for all, role, unit)."""

    id: int
    name: str
    login: str
    language: str
    created_at: str
    updated_at: str | None
    last_login_at: str | None
    disabled_at: str | None
    roles: tuple[tuple[int | None, str, str | None], ...]


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One phone; `token` is None once it is revoked, `officer` the name of its officer.

    `forms` are the ids of the forms it may fill, None for all of its office; `settings` what its QR code sets
    otherwise than Alur's defaults, `own_settings` which of them this phone alone has.
    """

    id: int
    name: str
    project_id: int
    token: str | None
    officer_id: int | None
    officer: str | None
    shift: str | None
    created_at: str
    updated_at: str | None
    created_by: int | None
    last_used_at: str | None
    revoked_at: str | None
    forms: tuple[str, ...] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    own_settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """What a phone needs to reach us: its addresses and the text of its settings QR code."""

    server_url: str
    form_list_url: str
    qr: str


def people(store: Store, viewer: Viewer | None, project_id: int | None) -> list[Person]:
    """The accounts with a role in a project (all accounts when None), by name; for those who manage accounts."""
    require(viewer, "user.manage", project_id)
    accounts = (
        select(actor, user.c.login, user.c.language, user.c.last_login_at, user.c.disabled_at)
        .join(user, user.c.actor_id == actor.c.id)
        .order_by(actor.c.display_name, actor.c.id)
    )
    grants = select(grant)
    if project_id is not None:
        here = (grant.c.project_id == project_id) | grant.c.project_id.is_(None)
        accounts = accounts.where(actor.c.id.in_(select(grant.c.actor_id).where(here)))
        grants = grants.where(here)
    with store.read() as db:
        held: dict[int, list[tuple[int | None, str, str | None]]] = {}
        for row in db.execute(grants.order_by(grant.c.id)):
            held.setdefault(row.actor_id, []).append((row.project_id, row.role, row.unit))
        return [_person(row, held.get(row.id, [])) for row in db.execute(accounts)]


def _person(row: Row, roles: list[tuple[int | None, str, str | None]]) -> Person:
    return Person(
        row.id,
        row.display_name,
        row.login,
        row.language,
        row.created_at,
        row.updated_at,
        row.last_login_at,
        row.disabled_at,
        tuple(roles),
    )


def person(store: Store, viewer: Viewer | None, actor_id: int) -> Person:
    """One account: one's own, or any for those who manage accounts. Raises `request.not_found`."""
    if viewer is None or viewer.id != actor_id:
        require(viewer, "user.manage", None)
    with store.read() as db:
        row = db.execute(
            select(actor, user.c.login, user.c.language, user.c.last_login_at, user.c.disabled_at)
            .join(user, user.c.actor_id == actor.c.id)
            .where(actor.c.id == actor_id)
        ).first()
        if row is None:
            raise Problem("request.not_found")
        grants = db.execute(select(grant).where(grant.c.actor_id == actor_id).order_by(grant.c.id))
        return _person(row, [(g.project_id, g.role, g.unit) for g in grants])


def officers(store: Store, viewer: Viewer | None, project_id: int) -> list[tuple[int, str, frozenset[str]]]:
    """Everybody enabled who holds a role in a project, as (id, name, roles): whom work can be given to."""
    require(viewer, "case.read", project_id)
    query = (
        select(actor.c.id, actor.c.display_name, grant.c.role)
        .join(user, user.c.actor_id == actor.c.id)
        .join(grant, grant.c.actor_id == actor.c.id)
        .where(grant.c.project_id == project_id, user.c.disabled_at.is_(None))
        .order_by(actor.c.display_name, actor.c.id)
    )
    found: dict[int, tuple[str, set[str]]] = {}
    with store.read() as db:
        for row in db.execute(query):
            found.setdefault(row.id, (row.display_name, set()))[1].add(row.role)
    return [(key, name, frozenset(roles)) for key, (name, roles) in found.items()]


def phones(store: Store, viewer: Viewer | None, project_id: int, secret: bytes) -> list[PhoneRow]:
    """The phones of a project, revoked ones too, newest first."""
    require(viewer, "phone.manage", project_id)
    officer = actor.alias("officer")
    query = (
        select(actor, app_user, officer.c.display_name.label("officer"))
        .join(app_user, app_user.c.actor_id == actor.c.id)
        .outerjoin(officer, officer.c.id == app_user.c.officer_id)
        .where(app_user.c.project_id == project_id)
        .order_by(actor.c.id.desc())
    )
    with store.read() as db:
        given = form_access_of(db, project_id)
        common = office_settings(db, project_id)
        return [
            PhoneRow(
                row.id,
                row.display_name,
                row.project_id,
                None if row.token_hash is None else phone_token(secret, row.id, row.nonce),
                row.officer_id,
                row.officer,
                row.shift,
                row.created_at,
                row.updated_at,
                row.created_by,
                row.last_used_at,
                row.revoked_at,
                tuple(given.get(row.id, ())) if row.forms == "chosen" else None,
                {**common, **loads(row.settings)},
                loads(row.settings),
            )
            for row in db.execute(query)
        ]


def form_access_of(db: Connection, project_id: int) -> dict[int, list[str]]:
    """{phone: ids of the forms chosen for it} of a project, for phones that were not given all."""
    query = (
        select(form_access.c.actor_id, form.c.xml_form_id)
        .join(form, form.c.id == form_access.c.form_id)
        .where(form.c.project_id == project_id)
        .order_by(form.c.xml_form_id)
    )
    found: dict[int, list[str]] = {}
    for row in db.execute(query):
        found.setdefault(row.actor_id, []).append(row.xml_form_id)
    return found


def phones_of_form(store: Store, viewer: Viewer | None, project_id: int, form_id: str, secret: bytes) -> list[PhoneRow]:
    """The living phones that may fill a form. Raises `request.not_found` for a form the project does not have."""
    require(viewer, "phone.manage", project_id)
    with store.read() as db:
        here = (form.c.project_id == project_id, form.c.xml_form_id == form_id)
        if db.execute(select(form.c.id).where(*here)).first() is None:
            raise Problem("request.not_found")
    found = phones(store, viewer, project_id, secret)
    return [row for row in found if row.token and (row.forms is None or form_id in row.forms)]


def form_grants(store: Store, viewer: Viewer | None, project_id: int, secret: bytes) -> list[tuple[PhoneRow, str]]:
    """Which living phone may fill which published form, by form."""
    require(viewer, "phone.manage", project_id)
    with store.read() as db:
        here = (form.c.project_id == project_id, form.c.current_version_id.is_not(None))
        forms = db.execute(select(form.c.xml_form_id).where(*here).order_by(form.c.xml_form_id)).scalars().all()
    living = [row for row in phones(store, viewer, project_id, secret) if row.token]
    return [(row, name) for name in forms for row in living if row.forms is None or name in row.forms]


def phone(store: Store, viewer: Viewer | None, project_id: int, phone_id: int, secret: bytes) -> PhoneRow:
    """One phone. Raises `phone.unknown`."""
    for row in phones(store, viewer, project_id, secret):
        if row.id == phone_id:
            return row
    raise Problem("phone.unknown", name=phone_id)


def phone_settings(
    base_url: str, project_id: int, project: str, name: str, token: str, chosen: Chosen | None = None
) -> PhoneSettings:
    """The addresses and the settings code of a phone (openrosa.md section 9; delete_send off by ruling 51).

    `base_url` is the address phones reach us at, `name` the phone's, shown to the enumerator as user name; `chosen`
    what its office and itself set.
    """
    server = f"{base_url}/v1/key/{token}/projects/{project_id}"
    settings = collect_settings(server, project, name, chosen)
    return PhoneSettings(server, f"{server}/formList", settings_qr_text(settings))


def office_settings(db: Connection, project_id: int) -> dict[str, str]:
    """What the QR codes of an office's phones set otherwise than Alur's defaults."""
    kept = db.execute(select(project.c.collect_settings).where(project.c.id == project_id)).scalar()
    return dict(loads(kept or "{}"))


def new_phone_settings(
    store: Store, viewer: Viewer | None, base_url: str, project_id: int, name: str, token: str
) -> PhoneSettings:
    """`phone_settings` of a phone just added, as its office sets phones up. Raises `request.not_found`."""
    require(viewer, "phone.manage", project_id)
    with store.read() as db:
        office = db.execute(select(project.c.name).where(project.c.id == project_id)).scalar()
        if office is None:
            raise Problem("request.not_found")
        return phone_settings(base_url, project_id, str(office), name, token, office_settings(db, project_id))
