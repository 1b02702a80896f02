"""A returned report whose copy is gone from the phone is corrected with the SOP's form for corrections (ruling 51)."""

from sqlalchemy import func, select

from server.actions.form_access import choose_forms
from server.store.cases import task
from server.store.people import app_user
from tests.browsing import signed_in
from tests.doors.test_returned import review
from tests.office import Office
from tests.officer import Officer
from tests.phone.collect import Instance
from tests.sending import answers_xml, send

FORM = "abh_perbaikan"
PATH = "/v1/projects/1/forms/abh_asesmen/submissions"


def number(item: dict[str, str], question: str) -> int:
    """The number of this question in the list the officer reads."""
    (line,) = [line for line in item["nilai"].splitlines() if line.partition(". ")[2].startswith(f"{question}: ")]
    return int(line.partition(".")[0])


def correct(officer: Officer, item: str, *rows: tuple[object, str], **more: object) -> Instance:
    told = [{"nomor": at, "jawaban": said} for at, said in rows]
    record = officer.phone.fill(FORM, {"laporan": item, "koreksi": told, **more}, at=officer.now)
    officer.send(record)
    return record


def tasks(office: Office) -> int:
    with office.store.read() as db:
        query = select(func.count()).where(task.c.kind == "correction", task.c.done_at.is_(None))
        return int(db.execute(query).scalar_one())


def revisions(office: Office, case: str, record: Instance) -> int:
    (told,) = [one for one in office.case(case)["submissions"] if one["instanceId"] == record.instance_id]
    return len(told["revisions"])


def test_sri_lost_her_phone_and_corrects_the_returned_report_on_the_new_one(office: Office) -> None:
    sri = Officer(office)
    case = sri.intake()
    record = sri.follow("asesmen", case, berat_tindakan="berat")
    assert FORM not in sri.phone.sync().forms, "nothing came back yet"
    review(office, record, "hasIssues", "tindakannya ringan")
    sri, tono = Officer(office, "Ponsel Sri baru", seed=3), Officer(office, "Ponsel Tono", seed=4, who="tono")
    assert tono.phone.sync().rows("perbaikan") == [], "nobody else reads it"
    (item,) = sri.phone.rows("perbaikan")
    assert (item["sop"], item["terbuka"], item["alasan"]) == ("abh", "ya", "tindakannya ringan")
    sent = correct(sri, item["name"], (number(item, "Berat tindakan (usulan)"), "Ringan"))
    assert (revisions(office, case, record), tasks(office)) == (2, 0)
    assert office.case(case)["facts"]["berat_tindakan"] == "ringan"
    assert sri.phone.sync().rows("perbaikan")[0]["terbuka"] == "tidak"
    sri.send(sent)
    assert revisions(office, case, record) == 2, "sent twice, one edit"


def test_several_reports_wait_in_one_list_and_one_may_come_back_again(office: Office) -> None:
    sri = Officer(office)
    first, second = (sri.follow("asesmen", sri.intake(), berat_tindakan="berat") for _ in range(2))
    for record, reason in ((first, "tindakannya ringan"), (second, "alamatnya kurang"), (first, "periksa lagi")):
        review(office, record, "hasIssues", reason)
    assert {row["alasan"] for row in sri.phone.sync().rows("perbaikan")} == {"periksa lagi", "alamatnya kurang"}


def test_what_cannot_be_applied_is_a_task_with_the_officers_words_until_the_report_is_reviewed(office: Office) -> None:
    sri, tono = Officer(office), Officer(office, "Ponsel Tono", seed=4, who="tono")
    case = sri.intake()
    record = sri.follow("asesmen", case, berat_tindakan="berat")
    review(office, record, "hasIssues", "lengkapi kronologi")
    (item,) = sri.phone.sync().rows("perbaikan")
    (nik,) = [line for line in item["nilai"].splitlines() if "NIK pemberi persetujuan: " in line]
    assert "********" in nik, "what identifies somebody is not sent down whole"
    sri.send(sri.phone.fill(FORM, {"laporan": item["name"], "catatan": "Kejadiannya di Bugul Kidul"}, at=sri.now))
    assert tasks(office) == 1
    page = signed_in(office, "hadi").read("/tugas").text
    assert "tanpa nomor pertanyaan" in page
    assert item["label"].split(" · ")[0] in page
    told = office.as_("hadi").get(f"{PATH}/{record.instance_id}/comments").text
    assert "Kejadiannya di Bugul Kidul" in told, "nothing of it is lost"
    assert revisions(office, case, record) == 1
    assert sri.phone.sync().rows("perbaikan")[0]["terbuka"] == "ya"

    tono.phone.sync()
    schema = office.schema(FORM)
    forged = answers_xml(FORM, schema.version, {"laporan": item["name"], "dasar": item["dasar"]})
    assert send(tono.phone.url, forged).status == 201, "kept"
    assert "dari ponsel yang tidak mengirim laporan itu" in signed_in(office, "hadi").read("/tugas").text
    assert revisions(office, case, record) == 1

    review(office, record, "approved")
    assert tasks(office) == 0
    (left,) = sri.phone.sync().rows("perbaikan")
    assert (left["terbuka"], left["nilai"], left["alasan"]) == ("tidak", "", "")
    lists = office.as_("hadi").get(f"/v1/projects/{office.project}/datasets").json
    assert "perbaikan" not in {one["name"] for one in lists}
    assert office.as_("hadi").get(f"/v1/projects/{office.project}/datasets/perbaikan/entities.csv").status == 404


def test_a_phone_with_chosen_forms_gets_the_form_and_a_note_beside_a_correction_is_read_by_somebody(
    office: Office,
) -> None:
    sri = Officer(office)
    case = sri.intake()
    record = sri.follow("asesmen", case, berat_tindakan="berat")
    with office.store.read() as db:
        phone = db.execute(select(app_user.c.actor_id)).scalar_one()
    choose_forms(office.store, office.viewer("hadi"), office.project, phone, ["abh_asesmen"])
    review(office, record, "hasIssues", "tindakannya ringan")
    (item,) = sri.phone.sync().rows("perbaikan")
    rows = ((number(item, "Berat tindakan (usulan)"), "ringan"),)
    correct(sri, item["name"], *rows, catatan="Menurut polisi")
    assert revisions(office, case, record) == 2
    assert tasks(office) == 1
    shown = signed_in(office, "hadi").read("/tugas")
    assert ("menulis keterangan" in shown.text, len(shown.links("/isi/kiriman/"))) == (True, 1)
    review(office, record, "approved")
    assert tasks(office) == 0
