"""The phones of an office with their QR codes, and the officers a phone can be bound to."""

from dataclasses import dataclass

from sqlalchemy import select

from server.access import Viewer
from server.problems import Problem
from server.queries.people import PhoneRow, phone_settings, phones
from server.queries.scope import OfficeRow, offices
from server.store.database import Store
from server.store.people import actor, grant, user


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
class PhonesPage:
    """The phones of one office, living ones first by name; `revoked` newest first."""

    office: OfficeRow
    offices: tuple[OfficeRow, ...]
    cards: tuple[PhoneCard, ...]
    revoked: tuple[PhoneRow, ...]
    officers: tuple[Officer, ...]


def phones_page(
    store: Store, viewer: Viewer, secret: bytes, base_url: str, office: int | None = None
) -> PhonesPage | None:
    """The phones of the office asked for, else of the viewer's first; None when there is no office yet.

    Raises `request.not_found` for an office whose phones the viewer does not manage.
    """
    with store.read() as db:
        places = offices(db, viewer, "phone.manage")
        if not places:
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
    found = phones(store, viewer, place.id, secret)
    living = sorted((row for row in found if row.token), key=lambda row: (row.name.lower(), row.id))
    cards = []
    for row in living:
        settings = phone_settings(base_url, place.id, place.name, row.officer or row.name, row.token or "")
        cards.append(PhoneCard(row, settings.qr, settings.server_url))
    return PhonesPage(place, places, tuple(cards), tuple(row for row in found if not row.token), officers)
