"""Rina publishes a newer SOP and moves the running cases in the same act: she sees what each choice does first."""

import io
import json
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from server.actions import migrate_cases, publishing
from server.actions.jobs import Job
from server.cli import main
from server.queries.migration import MOVE
from server.store.audit import audit
from server.store.jobs import job
from tests import drafts
from tests.browsing import Page, Visitor, signed_in, worked
from tests.doors.test_migration import children, version
from tests.doors.test_publish_checks import workbook as form_book
from tests.doors.test_simulation import FROM_14
from tests.office import XLSFORMS, Office
from tests.past import Past

__all__ = ["children"]  # the fixture

ABH = XLSFORMS / "abh"
NEW = "2099010101"


def other_word(book: bytes) -> bytes:
    """The workbook with `gagal` called `tidak_sepakat`, as a choice and wherever a rule compares with it."""
    made = openpyxl.load_workbook(io.BytesIO(book))
    for page in made.worksheets:
        for row in page.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    word = "tidak_sepakat" if cell.value == "gagal" else cell.value
                    cell.value = word.replace("'gagal'", "'tidak_sepakat'")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


ASKED_OTHERWISE = other_word(form_book("abh_putusan_rj.xlsx", NEW).data)


def checked(office: Office, rina: Visitor, **files: bytes) -> Page:
    rina.read("/sop")
    named = {f"{name}.xlsx": data for name, data in files.items()}
    return worked(office, rina, rina.upload("/terbitkan", named, {"kantor": str(office.project)}))


def act(page: Page) -> str:
    return page.tree.xpath("//form[contains(@action, '/ya')]/@action")[0]


def choices(page: Page) -> list[str]:
    return page.tree.xpath("//input[@name='pindah.abh']/@value")


def published(office: Office, rina: Visitor, page: Page, **fields: str) -> Page:
    ticks = page.tree.xpath("//input[@name='terima']/@value")
    said = {"terima": ticks, "nama": "Rina Kusumawati", **fields}
    return worked(office, rina, rina.fill(act(page), said))


def test_rina_sees_what_each_choice_does_and_moves_what_can_move(office: Office, children) -> None:
    rina = signed_in(office, "rina")
    page = checked(office, rina, sop=FROM_14)
    assert "Semuanya sudah dicoba dengan versi 2099010101" in page.text
    assert choices(page) == ["none", "same", "all"]
    for words in (
        "Semua 3 kasus tetap",
        "1 kasus yang tetap sama pindah",
        "2 kasus pindah ke versi 2099010101; 1 tetap",
    ):
        assert words in page.text
    number = office.case(children["berat"])["number"]
    assert f"{number}Keputusan pada" in page.text

    refused = published(office, rina, page, **{"pindah.abh": "all", "alasan": " "})
    assert refused.errors == [("alasan", "Tuliskan alasannya.")]
    assert version(office, children["pantau"]) != NEW

    done = published(office, rina, refused, **{"pindah.abh": "all", "alasan": "aturan usia baru"})
    moved = rina.read(done.links("/sop/abh/pindah-versi/")[0])
    assert "2 kasus sekarang mengikuti versi 2099010101" in moved.text
    assert number in moved.text
    assert [version(office, children[name]) == NEW for name in ("asesmen", "pantau", "berat")] == [True, True, False]
    with office.store.read() as db:
        said = db.execute(select(audit.c.details).where(audit.c.action == "sop.migration")).scalars().all()
    assert len(said) == 1
    assert "aturan usia baru" in str(said[0])
    again = published(office, rina, page, **{"pindah.abh": "all", "alasan": "aturan usia baru"})
    assert again.links("/sop/abh/pindah-versi/") == done.links("/sop/abh/pindah-versi/")


def test_all_stay_when_nothing_is_chosen(office: Office, children) -> None:
    rina = signed_in(office, "rina")
    done = published(office, rina, checked(office, rina, sop=FROM_14))
    assert done.links("/sop/abh/pindah-versi/") == []
    assert version(office, children["pantau"]) != NEW


def test_a_form_that_no_longer_serves_running_cases_takes_them_along(office: Office) -> None:
    past = Past(office)
    invited = past.child(13)
    rina = signed_in(office, "rina")
    page = checked(office, rina, sop=other_word(drafts.draft()), abh_putusan_rj=ASKED_OTHERWISE)
    assert choices(page) == ["all"]
    assert "jadi semua kasus berjalan ikut pindah" in page.text
    published(office, rina, page, **{"pindah.abh": "all", "alasan": "istilah baru"})
    assert version(office, invited) == NEW
    forms = [(form, {"berat_tindakan": "ringan"}) for form in ("abh_asesmen", "abh_konferensi_kasus")]
    rj = ("abh_putusan_rj", {"hasil_rj": "tidak_sepakat", "interval_monitoring": "7"})
    Past(office, "Ponsel kedua").follow(invited, *forms, ("abh_upaya_rj", {}), rj)
    assert office.case(invited)["openSteps"] == ["s08"]


def test_nothing_is_published_while_a_case_that_has_to_move_cannot(office: Office, children) -> None:
    rina = signed_in(office, "rina")
    page = checked(office, rina, sop=other_word(FROM_14), abh_putusan_rj=ASKED_OTHERWISE)
    assert page.tree.xpath("//form[contains(@action, '/ya')]") == []
    assert "tetapi 1 kasus tidak dapat ikut pindah" in page.text
    assert office.case(children["berat"])["number"] in page.text


def test_a_case_that_turned_meanwhile_stops_the_whole_act(office: Office) -> None:
    past = Past(office)
    child = past.child(13, ("abh_asesmen", {"berat_tindakan": "berat"}))
    rina = signed_in(office, "rina")
    page = checked(office, rina, sop=other_word(FROM_14), abh_putusan_rj=ASKED_OTHERWISE)
    assert choices(page) == ["all"]
    past.follow(child, ("abh_konferensi_kasus", {"berat_tindakan": "berat"}))
    back = published(office, rina, page, **{"pindah.abh": "all", "alasan": "istilah baru"})
    assert "tetapi 1 kasus tidak dapat ikut pindah" in back.text
    assert version(office, child) != NEW
    assert office.schema("abh_putusan_rj").version != NEW


def test_steps_that_are_gone_are_tried_again_with_another_counterpart(office: Office, children) -> None:
    rina = signed_in(office, "rina")
    page = checked(office, rina, sop=drafts.draft(rename={"s08": "s08b"}))
    assert page.tree.xpath("//select[@name='padanan.abh.s08']/option[@selected]/@value") == ["s08b"]
    assert choices(page) == ["none", "same"]
    other = published(office, rina, page, **{"pindah.abh": "same", "alasan": "coba", "padanan.abh.s08": ""})
    assert "Tahap yang terbuka tidak ada lagi" in other.text
    assert version(office, children["berat"]) != NEW
    published(office, rina, page, **{"pindah.abh": "same", "alasan": "nama baru", "padanan.abh.s08": "s08b"})
    assert office.case(children["berat"])["openSteps"] == ["s08b"]


def _kept(office: Office, kind: str, attempts: int) -> Job:
    with office.store.read() as db:
        row = db.execute(select(job).where(job.c.kind == kind)).one()
    return Job(row.id, row.key, row.kind, row.project_id, json.loads(row.args), attempts, "w")


def test_a_worker_killed_in_the_middle_leaves_work_that_goes_on(office: Office, children) -> None:
    rina = signed_in(office, "rina")
    page = checked(office, rina, sop=FROM_14)
    ticks = page.tree.xpath("//input[@name='terima']/@value")
    said = {"terima": ticks, "nama": "Rina Kusumawati", "pindah.abh": "all", "alasan": "aturan usia baru"}
    assert rina.fill(act(page), said).status == 303

    act_ = _kept(office, "publish_bundle", 1)
    first = publishing.run_publish(office.store, act_, lambda done, total: None)
    again = publishing.run_publish(office.store, act_, lambda done, total: None)
    assert first["moving"] == again["moving"]

    def killed(done: int, total: int | None) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        migrate_cases.run_move(office.store, _kept(office, MOVE, 1), killed)
    made = migrate_cases.run_move(office.store, _kept(office, MOVE, 2), lambda done, total: None)
    assert (made["moved"], made["left"]["conflict"]) == (2, 1)  # type: ignore[index]
    moves = [event for event in office.case(children["pantau"])["events"] if event["type"] == "migrate"]
    assert len(moves) == 1


def test_the_operator_does_the_same_at_the_command_line(
    office: Office, children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA", str(office.store.data))
    if office.store.url.startswith("postgresql"):
        monkeypatch.setenv("ALUR_DATABASE_URL", office.store.url)
    (tmp_path / "abh").mkdir()
    (tmp_path / "abh" / "sop.xlsx").write_bytes(FROM_14)
    where = [str(tmp_path / "abh"), "--project", str(office.project)]
    assert main(["publish", *where, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "3 kasus berjalan; 1 tetap sama, 1 berbeda hanya di langkah mendatang, 1 bertentangan" in told
    assert f"tidak dapat pindah: {office.case(children['berat'])['number']}" in told
    assert version(office, children["pantau"]) != NEW
    assert main(["publish", *where, "--move", "all"]) == 1
    assert "alasan" in capsys.readouterr().err
    assert main(["publish", *where, "--move", "all", "--reason", "aturan usia baru"]) == 0
    assert "abh: 2 kasus pindah ke versi baru, 1 tetap di versinya." in capsys.readouterr().out
    assert version(office, children["pantau"]) == NEW
