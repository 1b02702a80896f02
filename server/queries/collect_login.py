"""One's own log-in for ODK Collect: the password made for it and the code that sets up a phone with it."""

from dataclasses import dataclass

from forms.collect_settings import collect_settings, settings_qr_text
from server.access import Viewer
from server.queries.people import office_settings
from server.queries.scope import OfficeRow, offices
from server.queries.viewers import account_by_id, collect_password
from server.store import Store


@dataclass(frozen=True, slots=True)
class OfficeCode:
    """The address of an office's forms and the code that sets up a phone for it."""

    office: OfficeRow
    server_url: str
    qr: str


@dataclass(frozen=True, slots=True)
class CollectLogin:
    """`password` is None while it is off; `offices` are those one may send to."""

    login: str
    password: str | None
    offices: tuple[OfficeCode, ...]


def collect_login(store: Store, viewer: Viewer, secret: bytes, base_url: str) -> CollectLogin:
    """The viewer's own log-in from Collect."""
    account = account_by_id(store, viewer.id)
    login, nonce = viewer.login or "", account.collect_nonce if account else None
    if nonce is None:
        return CollectLogin(login, None, ())
    password = collect_password(secret, viewer.id, nonce)
    codes = []
    with store.read() as db:
        for place in offices(db, viewer, "submission.create"):
            url = f"{base_url}/v1/projects/{place.id}"
            chosen = office_settings(db, place.id)
            settings = collect_settings(url, place.name, viewer.name, chosen, login=(login, password))
            codes.append(OfficeCode(place, url, settings_qr_text(settings)))
    return CollectLogin(login, password, tuple(codes))
