"""A phone's card, a correction of a returned report and an earlier version of a form, each killed at every moment."""

from pathlib import Path

import pytest
from sqlalchemy import Table, select

from server.actions.import_collect import import_collect
from server.actions.publishing import ask_check, ask_publish
from server.actions.receive_submission import Intake
from server.actions.republish import earlier_version
from server.queries.definitions import definitions_of
from server.queries.publishing import PUBLISH, publishing
from server.queries.viewers import viewer_of_phone
from server.store import Store
from server.store.cases import case, event, task
from server.store.entities import entity, entity_version
from server.store.forms import form, form_version
from server.store.jobs import job
from server.store.submissions import attachment, comment, held_edit, held_file, quarantine, revision, submission
from server.work.worker import Runtime, run_once
from tests.books import form as workbook
from tests.doors.test_corrections import FORM, number
from tests.doors.test_import_collect import instance
from tests.doors.test_returned import review
from tests.dying import walk
from tests.office import Office
from tests.officer import Officer
from tests.sending import answers_xml, follow_up, intake, send
from tests.world import Clock

PHOTO = b"\xff\xd8\xfffoto"


@pytest.fixture
def kind() -> str:
    """Each engine keeps a transaction whole by itself; what is walked here is the way from one to the next."""
    return "sqlite"


def rows(store: Store, table: Table, *names: str) -> list[tuple]:
    with store.read() as db:
        return sorted(db.execute(select(*(table.c[name] for name in names))).all(), key=repr)


def kept(store: Store) -> dict[str, object]:
    """All that was taken in and what followed from it, without numbers and moments."""
    cases = rows(store, case, "id", "number", "revision", "status", "label")
    found = {
        "submissions": rows(store, submission, "instance_id", "review_state", "version"),
        "revisions": rows(store, revision, "instance_id", "deprecated_id", "sha256"),
        "files": rows(store, attachment, "name", "expected", "blob", "size"),
        "cases": cases,
        "events": rows(store, event, "case_id", "type", "form", "instance_id"),
        "rows": rows(store, entity, "id", "version", "label", "data"),
        "versions": rows(store, entity_version, "entity_id", "version", "changed"),
        "tasks": rows(store, task, "kind", "reason", "case_id"),
        "open": [row for row in rows(store, task, "kind", "reason", "done_at") if row.done_at is None],
        "notes": rows(store, comment, "body"),
        "waiting": [*rows(store, held_edit, "instance_id"), *rows(store, held_file, "name")],
        "refused": rows(store, quarantine, "reason"),
    }
    with store.read() as db:
        blobs = db.execute(select(attachment.c.blob).where(attachment.c.blob.is_not(None))).scalars().all()
    assert all(store.blobs.path(blob).exists() for blob in blobs)
    return found


def test_a_card_taken_in_again_after_every_death_is_whole(office: Office, clock: Clock, tmp_path: Path) -> None:
    sri = Officer(office, "HP Sri")
    record = sri.follow("asesmen", sri.intake(), berat_tindakan="berat")
    review(office, record, "hasIssues", "tindakannya ringan")
    (item,) = sri.phone.sync().rows("perbaikan")
    said = {"nomor": number(item, "Berat tindakan (usulan)"), "jawaban": "Ringan"}
    correction = sri.phone.fill(FORM, {"laporan": item["name"], "koreksi": [said], "catatan": "salah"}, at=sri.now)
    schema, card = office.schema("abh_laporan_awal"), tmp_path / "kartu"
    case_id, report = intake(schema, instance="uuid:laporan")
    edit = intake(schema, case=case_id, age=15, instance="uuid:ralat", deprecatedID="uuid:laporan")[1]
    visit = follow_up(office.schema("abh_asesmen"), case_id, {"berat_tindakan": "berat"}, instance="uuid:asesmen")
    instance(card, "a_ralat", edit, {"foto.jpg": PHOTO + b"2"})
    instance(card, "b_asesmen", visit)
    instance(card, "c_laporan", report, {"foto.jpg": PHOTO})
    instance(card, "d_perbaikan", correction.xml)
    token = sri.phone.url.split("/key/")[1].split("/")[0]
    sender = viewer_of_phone(office.store, token, office.project)
    assert sender is not None

    def take(store: Store) -> None:
        list(import_collect(store, Intake(store, definitions_of(store)), sender, office.project, card))

    deaths = walk(office.store, tmp_path, clock, take, kept, take)
    assert deaths >= 8


@pytest.mark.slow
def test_an_earlier_version_is_published_again_once_and_what_waited_for_it_is_read(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    forms, rina = f"/v1/projects/{office.project}/forms", office.as_("rina")
    for version in ("1", "2"):
        book = workbook("| | integer | umur | Umur | | | | | | |", settings=f"| | panti | {version} | Panti |")
        if version == "1":
            made = rina.post(f"{forms}?publish=true&ignoreWarnings=true", book)
        else:
            rina.post(f"{forms}/panti/draft?ignoreWarnings=true", book)
            made = rina.post(f"{forms}/panti/draft/publish")
        assert made.status == 200, made.text
    early = answers_xml("panti", "3", {"umur": "41"}, instance="uuid:awal")
    assert send(office.phone_url(), early, {"foto.jpg": PHOTO}).status == 201
    uploads = earlier_version(office.store, office.viewer("rina"), office.project, "panti", "1")
    check = ask_check(office.store, office.viewer("rina"), office.project, uploads, "id")

    def work(store: Store) -> None:
        while run_once(Runtime(store)):
            pass

    def after_a_while(store: Store) -> None:
        """The lease of the dead worker has run out."""
        clock.advance(minutes=3)
        work(store)

    work(office.store)
    found = publishing(office.store, office.viewer("rina"), check)
    ask_publish(office.store, office.viewer("rina"), check, [warned.key for warned in found.warned])

    def published(store: Store) -> dict[str, object]:
        with store.read() as db:
            names = select(form.c.xml_form_id, form_version.c.version, form_version.c.md5)
            current = db.execute(names.join(form, form.c.current_version_id == form_version.c.id)).all()
            untyped = db.execute(select(revision.c.instance_id).where(revision.c.form_version_id.is_(None))).all()
        versions = rows(store, form_version, "form_id", "version", "md5")
        states = [state for kind, state in rows(store, job, "kind", "state") if kind == PUBLISH]
        return {**kept(store), "current": sorted(current), "versions": versions, "untyped": untyped, "job": states}

    assert walk(office.store, tmp_path, clock, work, published, after_a_while) > 4
