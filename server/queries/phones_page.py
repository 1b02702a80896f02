"""The phones of an office with their QR codes, and the officers a phone can be bound to."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.access import Viewer
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.queries.people import PhoneRow, office_settings, phone, phone_settings, phones
from server.queries.scope import OfficeRow, offices
from server.store.database import Store
from server.store.forms import form, form_version
from server.store.people import actor, app_user, grant, user


@dataclass(frozen=True, slots=True)
class PhoneCard:
    """One living phone: `qr` is the text of its settings code, `server_url` what one types without a code."""

    phone: PhoneRow
    qr: str
    server_url: str


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody a phone can be bound to."""

    login: str
    name: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A unit or area of the office whose people share a phone."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PhonesPage:
    """The phones of one office, living ones first by name; `revoked` newest first.

    `shifts` are the units and areas that somebody's role is for: a phone shared there holds their cases.
    """

    office: OfficeRow
    offices: tuple[OfficeRow, ...]
    cards: tuple[PhoneCard, ...]
    revoked: tuple[PhoneRow, ...]
    officers: tuple[Officer, ...]
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A form a phone can be given."""

    id: str
    title: str
    given: bool


@dataclass(frozen=True, slots=True)
class OnePhonePage:
    """One living phone with the forms of its office; `all_forms`: it has them all, also later ones."""

    office: OfficeRow
    card: PhoneCard
    forms: tuple[FormChoice, ...]
    all_forms: bool
    office_settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetUpPage:
    """How the QR codes of an office's phones set up Collect: `chosen` otherwise than Alur's defaults."""

    office: OfficeRow
    chosen: Mapping[str, str]


def set_up_page(store: Store, viewer: Viewer, office: int) -> SetUpPage:
    """The settings of an office. Raises `request.not_found` for one whose phones the viewer does not manage."""
    with store.read() as db:
        place = next((place for place in offices(db, viewer, "phone.manage") if place.id == office), None)
        if place is None:
            raise Problem("request.not_found")
        return SetUpPage(place, office_settings(db, place.id))


def one_phone_page(store: Store, viewer: Viewer, secret: bytes, base_url: str, phone_id: int) -> OnePhonePage:
    """What a phone may fill and how it is set up. Raises `request.not_found` for a revoked phone and one of an office
    whose phones the viewer does not manage."""
    query = (
        select(form.c.xml_form_id, form_version.c.title)
        .join(form_version, form_version.c.id == form.c.current_version_id)
        .order_by(form_version.c.title, form.c.xml_form_id)
    )
    with store.read() as db:
        mine = select(app_user.c.project_id).where(app_user.c.actor_id == phone_id, app_user.c.token_hash.is_not(None))
        project_id = db.execute(mine).scalar()
        place = next((place for place in offices(db, viewer, "phone.manage") if place.id == project_id), None)
        if place is None:
            raise Problem("request.not_found")
        rows = db.execute(query.where(form.c.project_id == place.id)).all()
        common = office_settings(db, place.id)
    found = phone(store, viewer, place.id, phone_id, secret)
    given = None if found.forms is None else set(found.forms)
    choices = tuple(FormChoice(row.xml_form_id, row.title, given is None or row.xml_form_id in given) for row in rows)
    return OnePhonePage(place, _card(base_url, place, found), choices, given is None, common)


def _card(base_url: str, place: OfficeRow, row: PhoneRow) -> PhoneCard:
    settings = phone_settings(base_url, place.id, place.name, row.officer or row.name, row.token or "", row.settings)
    return PhoneCard(row, settings.qr, settings.server_url)


def _shifts(store: Store, db: Connection, project_id: int) -> tuple[Shift, ...]:
    held = select(grant.c.unit).where(grant.c.project_id == project_id, grant.c.unit.is_not(None)).distinct()
    codes = db.execute(held.order_by(grant.c.unit)).scalars().all()
    office = definitions_of(store).office(db, project_id)
    names = {item.code: item.name for item in office.places} if office else {}
    return tuple(Shift(code, names.get(code, code)) for code in codes)


def phones_page(
    store: Store, viewer: Viewer, secret: bytes, base_url: str, office: int | None = None
) -> PhonesPage | None:
    """The phones of the office asked for, else of the viewer's first; None when there is no office yet.

    Raises `access.denied` for who manages no phones, `request.not_found` for an office whose phones the viewer does
    not manage.
    """
    with store.read() as db:
        places = offices(db, viewer, "phone.manage")
        if not places:
            if not viewer.may("phone.manage", None):
                raise Problem("access.denied")
            return None
        place = next((place for place in places if office in (None, place.id)), None)
        if place is None:
            raise Problem("request.not_found")
        query = (
            select(user.c.login, actor.c.display_name)
            .join(actor, actor.c.id == user.c.actor_id)
            .join(grant, grant.c.actor_id == user.c.actor_id)
            .where(grant.c.project_id == place.id, user.c.disabled_at.is_(None))
            .distinct()
            .order_by(actor.c.display_name)
        )
        officers = tuple(Officer(row.login, row.display_name) for row in db.execute(query))
        shifts = _shifts(store, db, place.id)
    found = phones(store, viewer, place.id, secret)
    living = sorted((row for row in found if row.token), key=lambda row: (row.name.lower(), row.id))
    cards = tuple(_card(base_url, place, row) for row in living)
    return PhonesPage(place, places, cards, tuple(row for row in found if not row.token), officers, shifts)
