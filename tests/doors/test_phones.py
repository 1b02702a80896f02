"""Phones: each has a token of its own, one office, and somebody who answers for it."""

import base64
import json
import time
import zlib

import pytest
from sqlalchemy import select

from server.access import OPERATOR, Viewer
from server.actions.phones import add_phone, revoke_phone
from server.actions.projects import create_project
from server.actions.users import add_user
from server.problems import Problem
from server.queries.people import officers, people, phone_settings, phones
from server.queries.viewers import PHONE_CACHE_SECONDS, viewer_of_phone
from server.store import Store
from server.store.people import app_user

SECRET = b"rahasia-untuk-uji-coba-1234567890"


@pytest.fixture
def project(store: Store) -> int:
    made = create_project(store, OPERATOR, "Dinas Sosial Kota Pasuruan")
    add_user(
        store,
        OPERATOR,
        "sri@pasuruan.test",
        role="peksos",
        project_id=made,
        name="Sri Wahyuni",
        password="hujan di bulan juni",
    )
    return made


def test_a_phone_belongs_to_one_officer_and_one_office(store: Store, project: int) -> None:
    phone = add_phone(store, OPERATOR, project, "HP Sri", "sri@pasuruan.test", secret=SECRET)
    assert len(phone.token) == 64
    assert not phone.whole_project
    assert viewer_of_phone(store, phone.token, project) == Viewer(
        phone.id, "HP Sri", "phone", roles={project: frozenset({"phone"})}
    )
    other = create_project(store, OPERATOR, "Dinas Sosial Kota Lain")
    assert viewer_of_phone(store, phone.token, other) is None
    assert viewer_of_phone(store, "0" * 64, project) is None


def test_the_token_is_not_in_the_database_and_can_be_shown_again(store: Store, project: int) -> None:
    phone = add_phone(store, OPERATOR, project, "HP Sri", "sri@pasuruan.test", secret=SECRET)
    with store.read() as db:
        assert phone.token not in repr(db.execute(select(app_user)).all())
    (row,) = phones(store, OPERATOR, project, SECRET)
    assert (row.token, row.officer) == (phone.token, "Sri Wahyuni")


def test_a_lost_phone_is_shut_out_at_once_and_stays_on_the_list(store: Store, project: int) -> None:
    phone = add_phone(store, OPERATOR, project, "HP Sri", "sri@pasuruan.test", secret=SECRET)
    assert viewer_of_phone(store, phone.token, project) is not None
    revoke_phone(store, OPERATOR, project, phone.id)
    assert viewer_of_phone(store, phone.token, project) is None
    (row,) = phones(store, OPERATOR, project, SECRET)
    assert row.token is None
    assert row.revoked_at is not None


def test_another_process_shuts_it_out_within_five_seconds(store: Store, project: int) -> None:
    """Another process knows nothing of the revocation until its short memory of phones ends."""
    elsewhere = Store(store.data, store.url, store.clock)
    phone = add_phone(store, OPERATOR, project, "HP Sri", "sri@pasuruan.test", secret=SECRET)
    assert viewer_of_phone(elsewhere, phone.token, project) is not None
    revoke_phone(store, OPERATOR, project, phone.id)
    assert PHONE_CACHE_SECONDS <= 4
    deadline = time.monotonic() + 5
    while viewer_of_phone(elsewhere, phone.token, project) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    elsewhere.close()


def test_a_phone_of_nobody_sees_the_whole_office_and_is_told_apart(store: Store, project: int) -> None:
    assert add_phone(store, OPERATOR, project, "HP jaga", secret=SECRET).whole_project
    assert not add_phone(store, OPERATOR, project, "HP regu", shift="Regu A", secret=SECRET).whole_project


@pytest.mark.parametrize(
    ("name", "officer", "shift", "code"),
    [
        ("  ", None, None, "request.missing"),
        ("HP", "tidak.ada@pasuruan.test", None, "user.unknown"),
        ("HP", "sri@pasuruan.test", "Regu A", "request.bad_value"),
    ],
)
def test_a_phone_that_makes_no_sense_is_refused(
    store: Store, project: int, name: str, officer: str | None, shift: str | None, code: str
) -> None:
    with pytest.raises(Problem) as problem:
        add_phone(store, OPERATOR, project, name, officer, shift, secret=SECRET)
    assert problem.value.code == code


def test_an_officer_of_another_office_cannot_hold_a_phone_here(store: Store, project: int) -> None:
    other = create_project(store, OPERATOR, "Dinas Sosial Kota Lain")
    with pytest.raises(Problem, match=r"user\.unknown"):
        add_phone(store, OPERATOR, other, "HP Sri", "sri@pasuruan.test", secret=SECRET)


def test_a_phone_cannot_be_revoked_through_another_office(store: Store, project: int) -> None:
    phone = add_phone(store, OPERATOR, project, "HP Sri", "sri@pasuruan.test", secret=SECRET)
    other = create_project(store, OPERATOR, "Dinas Sosial Kota Lain")
    with pytest.raises(Problem, match=r"phone\.unknown"):
        revoke_phone(store, OPERATOR, other, phone.id)
    assert viewer_of_phone(store, phone.token, project) is not None


def test_the_qr_code_holds_what_collect_needs() -> None:
    made = phone_settings("https://alur.example", 7, "Dinas Sosial", "HP Sri", "t" * 64)
    settings = json.loads(zlib.decompress(base64.b64decode(made.qr)))
    assert settings["general"]["server_url"] == f"https://alur.example/v1/key/{'t' * 64}/projects/7"
    assert settings["general"]["form_update_mode"] == "match_exactly"
    assert settings["general"]["delete_send"] is False
    assert settings["project"]["name"] == "Dinas Sosial"
    assert "admin" in settings
    assert len(made.qr) < 4000


def test_people_are_listed_with_their_roles(store: Store, project: int) -> None:
    (sri,) = people(store, OPERATOR, project)
    assert (sri.name, sri.roles) == ("Sri Wahyuni", ((project, "peksos", None),))
    assert officers(store, OPERATOR, project) == [(sri.id, "Sri Wahyuni", frozenset({"peksos"}))]
