"""A page sent twice (a double click, a second Enter, the browser asking whether to send again) does its work once."""

import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

from sqlalchemy import select

from server.store.once import page_post
from server.store.people import app_user
from server.store.submissions import comment, submission
from tests.browsing import Page, Visitor, signed_in
from tests.office import PASURUAN, Office
from tests.past import Past


def once(page: Page) -> str:
    """What the forms of a page carry so that they are done once."""
    found: list[str] = page.tree.xpath("//main//form//input[@name='sekali']/@value")
    assert len(set(found)) == 1, found
    return found[0]


def clicked_twice(person: Visitor, path: str, fields: dict[str, str]) -> list[str]:
    """Sends the form of the page from two connections at once; where each answer leads."""
    assert person.page is not None
    sent = {**fields, "sekali": once(person.page)}
    both = [deepcopy(person), deepcopy(person)]
    with ThreadPoolExecutor(2) as clicks:
        answers = list(clicks.map(lambda one: one.fill(path, sent), both))
    assert [answer.status for answer in answers] == [303, 303], [answer.text for answer in answers]
    return [answer.headers["location"] for answer in answers]


def test_a_double_click_adds_one_phone_and_shows_it(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    page = hadi.read("/petugas/ponsel")
    first, second = clicked_twice(hadi, "/petugas/ponsel", {"name": "HP Sri", "officer": "sri@pasuruan.test"})
    assert first == second
    assert "HP Sri" in hadi.read(first).text
    assert office.count(app_user) == 1
    # Hours later the browser asks whether to send again, and Hadi says yes.
    hadi.page = page
    office.clock.advance(hours=3)
    again = hadi.fill("/petugas/ponsel", {"name": "HP Sri", "officer": "sri@pasuruan.test", "sekali": once(page)})
    assert again.headers["location"] == first
    assert office.count(app_user) == 1


def test_another_phone_from_the_same_page_is_another_phone(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    sekali = once(hadi.read("/petugas/ponsel"))
    for name in ("HP satu", "HP dua"):
        assert hadi.fill("/petugas/ponsel", {"name": name, "officer": "", "sekali": sekali}).status == 303
    hadi.read("/petugas/ponsel")
    assert hadi.fill("/petugas/ponsel", {"name": "HP dua", "officer": "", "sekali": once(hadi.page)}).status == 303  # type: ignore[arg-type]
    assert office.count(app_user) == 3


def test_what_was_refused_may_be_sent_again_as_it_was(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    sekali = once(hadi.read("/petugas/ponsel"))
    for _ in range(2):
        assert hadi.fill("/petugas/ponsel", {"name": "", "officer": "", "sekali": sekali}).status == 400
    assert office.count(app_user) == 0


def test_one_persons_page_is_not_anothers(office: Office) -> None:
    hadi, rina = signed_in(office, "hadi"), signed_in(office, "rina")
    sekali = once(hadi.read("/petugas/ponsel"))
    rina.read("/petugas/ponsel")
    for person in (hadi, rina):
        assert person.fill("/petugas/ponsel", {"name": "HP jaga", "officer": "", "sekali": sekali}).status == 303
    assert office.count(app_user) == 2


def test_links_notes_tasks_and_uploads_are_made_once(office: Office) -> None:
    rina, hadi = signed_in(office, "rina"), signed_in(office, "hadi")
    past = Past(office)
    child = past.child(13)
    hadi.read(f"/kasus/{child}")
    clicked_twice(hadi, f"/kasus/{child}/note", {"text": "Ibu menelepon."})
    hadi.read(f"/kasus/{child}")
    clicked_twice(hadi, f"/kasus/{child}/task", {"text": "Antar surat", "assignee": "", "due": ""})
    told = [event["type"] for event in office.case(child)["events"]]
    assert (told.count("note"), told.count("task")) == (1, 1)
    with office.store.read() as db:
        submission_id = db.execute(select(submission.c.id)).scalars().first()
    hadi.read(f"/kiriman/{submission_id}")
    clicked_twice(hadi, f"/kiriman/{submission_id}/catat", {"catatan": "Sudah dicek."})
    assert office.count(comment) == 1
    rina.read("/sop")
    book = (PASURUAN / "kantor.xlsx").read_bytes()
    sekali = once(rina.page)  # type: ignore[arg-type]
    both = [deepcopy(rina).upload("/terbitkan", {"kantor.xlsx": book}, {"sekali": sekali}) for _ in range(2)]
    assert len({answer.headers["location"] for answer in both}) == 1


def test_a_workbook_mended_under_its_old_name_is_checked_from_the_page_one_goes_back_to(office: Office) -> None:
    rina = signed_in(office, "rina")
    rina.read("/sop")
    sekali = once(rina.page)  # type: ignore[arg-type]
    books = [b"rusak", (PASURUAN / "kantor.xlsx").read_bytes()]
    checks = [deepcopy(rina).upload("/terbitkan", {"kantor.xlsx": book}, {"sekali": sekali}) for book in books]
    assert len({answer.headers["location"] for answer in checks}) == 2


def test_what_is_remembered_of_pages_is_forgotten_after_two_days(office: Office) -> None:
    def remembered() -> list[str | None]:
        with office.store.read() as db:
            return list(db.execute(select(page_post.c.location)).scalars())

    for _ in range(3):
        hadi = signed_in(office, "hadi")
        sekali = once(hadi.read("/petugas/ponsel"))
        led = hadi.fill("/petugas/ponsel", {"name": "HP", "officer": "", "sekali": sekali}).headers["location"]
        end = time.monotonic() + 30
        # Where it led is kept, and what is old forgotten, after the answer has left.
        while remembered() != [led] and time.monotonic() < end:
            time.sleep(0.02)
        assert remembered() == [led]
        office.clock.advance(hours=49)
