"""Cases on the pages: what waits, why a case is where it is, and what people may do there."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import select

from server.access import OPERATOR
from server.actions.case_event import record
from server.actions.users import add_user
from server.queries.definitions import definitions_of
from server.queries.letter_labels import labels
from server.store.cases import case, task
from server.store.submissions import submission
from tests.browsing import Visitor, signed_in
from tests.office import Office
from tests.photos import JPEG
from tests.reads import readings
from tests.sending import follow_up, intake, send


class Phone:
    """Sri's phone, sending XML made by hand."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.url = office.phone_url()

    def intake(self, files: Mapping[str, bytes] | None = None, **more: str) -> str:
        case_id, xml = intake(self.office.schema("abh_laporan_awal"), **more)  # type: ignore[arg-type]
        answer = send(self.url, xml, files)
        assert answer.status == 201, answer.text
        return case_id

    def follow(self, form: str, case_id: str, **answers: str) -> None:
        day = self.office.clock().date().isoformat()
        xml = follow_up(self.office.schema(f"abh_{form}"), case_id, answers, day=day)
        answer = send(self.url, xml)
        assert answer.status == 201, answer.text


@pytest.fixture
def phone(office: Office) -> Phone:
    return Phone(office)


@pytest.fixture
def sri(office: Office) -> Visitor:
    return signed_in(office, "sri")


@pytest.fixture
def hadi(office: Office) -> Visitor:
    return signed_in(office, "hadi")


def to_conference(office: Office, phone: Phone, age: int = 13, severity: str = "berat") -> str:
    """A reported child after the case conference."""
    case_id = phone.intake(age=age)
    office.clock.advance(days=1)
    phone.follow("asesmen", case_id, berat_tindakan=severity)
    phone.follow("konferensi_kasus", case_id, berat_tindakan=severity)
    return case_id


def number_of(office: Office, case_id: str) -> str:
    with office.store.read() as db:
        return db.execute(select(case.c.number).where(case.c.id == case_id)).scalar_one()


def test_a_new_report_waits_on_the_home_page_of_the_social_worker(office: Office, phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake()
    home = sri.read("/")
    assert number_of(office, case_id) in home.text
    assert "Pendataan dan asesmen" in home.text
    assert "sisa 1 hari kerja" in home.text


def test_a_deadline_that_passed_says_by_how_many_working_days(office: Office, phone: Phone) -> None:
    phone.intake()
    office.clock.advance(days=2)
    sri = signed_in(office, "sri")
    assert "terlambat 1 hari kerja" in sri.read("/").text


def test_counts_lead_to_exactly_the_rows_they_count(office: Office, phone: Phone) -> None:
    phone.intake()
    office.clock.advance(days=4)
    phone.intake(day="2026-03-06")
    sri = signed_in(office, "sri")
    home = sri.read("/")
    figure = home.tree.xpath("//a[@href='/kasus?tenggat=late']")[0].text_content()
    assert figure.split()[0] == "1"
    assert "1–1 dari 1 kasus" in sri.read("/kasus?tenggat=late").text
    assert "1–2 dari 2 kasus" in sri.read("/kasus").text


def test_search_finds_a_number_and_says_what_to_do_when_it_finds_nothing(
    office: Office, phone: Phone, sri: Visitor
) -> None:
    number = number_of(office, phone.intake())
    phone.intake()
    assert "1–1 dari 1 kasus" in sri.read(f"/kasus?q={number.lower()}").text
    nothing = sri.read("/kasus?q=tidakada")
    assert "Tidak ada kasus yang cocok" in nothing.text
    assert "Hapus semua saringan" in nothing.text


def test_signs_that_mean_something_to_the_database_are_only_text_in_a_search(phone: Phone, sri: Visitor) -> None:
    phone.intake()
    for text in ("%", "_", "'", '"; DROP TABLE kasus; --', "%25"):
        assert "Tidak ada kasus yang cocok" in sri.read(f"/kasus?q={text.replace('%', '%25')}").text


def test_an_address_with_nonsense_shows_the_plain_list(phone: Phone, sri: Visitor) -> None:
    phone.intake()
    for query in ("status=x", "tenggat=x", "hal=0", "hal=99999999999", "hal=x", "petugas=x", "kantor=x"):
        assert sri.read(f"/kasus?{query}").status == 200


def test_the_case_page_says_what_is_next_and_why(office: Office, phone: Phone) -> None:
    case_id = to_conference(office, phone)
    page = signed_in(office, "sri").read(f"/kasus/{case_id}")
    assert "Pelaporan ke UPPA Polres Pasuruan Kota" in page.tree.xpath("//*[@aria-current='step']")[0].text_content()
    why = page.tree.xpath("//section[@aria-labelledby='mengapa']")[0].text_content()
    assert "12 tahun ke atas dan tindakan berat" in why
    assert "r07" in why
    assert "13" in why
    assert "Berat" in why
    assert "Akan ke Upaya RJ di masyarakat bila" in why


def test_the_parts_of_a_case_open_by_address(office: Office, phone: Phone) -> None:
    case_id = to_conference(office, phone)
    sri = signed_in(office, "sri")
    assert "Kasus masuk sebagai" in sri.read(f"/kasus/{case_id}?bagian=answers").text
    decisions = sri.read(f"/kasus/{case_id}?bagian=decisions").text
    assert "Aturan yang diperiksa" in decisions
    assert "Berlaku r07" in decisions
    assert "Formulir diterima" in sri.read(f"/kasus/{case_id}?bagian=apasaja").text


def test_every_reading_of_a_case_is_noted_before_it_is_shown(office: Office, phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake()
    for _ in range(3):
        sri.read(f"/kasus/{case_id}")
    rows = [row for row in readings(office.store) if row.case_id == case_id]
    assert [(row.actor_id, row.what, row.address) for row in rows] == [
        (office.viewer("sri").id, "case", "127.0.0.1")
    ] * 3


def test_an_officer_of_another_office_finds_nothing_here(office: Office, phone: Phone) -> None:
    case_id = phone.intake({"foto.jpg": JPEG}, foto_surat="foto.jpg")
    bambang = signed_in(office, "bambang")
    with office.store.read() as db:
        sent = db.execute(select(submission.c.id)).scalar_one()
    assert "0 kasus" in bambang.read("/kasus?status=all").text
    for path in (f"/kasus/{case_id}", f"/kiriman/{sent}", f"/kiriman/{sent}/berkas/foto.jpg", "/dokumen/1"):
        answer = bambang.read(path)
        assert answer.status == 404, path
        assert "R. S." not in answer.text
    bambang.read("/")
    assert bambang.fill(f"/kasus/{case_id}/note", {"text": "halo"}).status == 404
    assert bambang.read(f"/kasus?kantor={office.project}").status == 404


def test_a_note_is_kept_and_shown(phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake()
    sri.read(f"/kasus/{case_id}")
    answer = sri.fill(f"/kasus/{case_id}/note", {"text": "Ibu sudah dihubungi."})
    assert answer.status == 303
    page = sri.read(answer.headers["location"])
    assert "Catatan tersimpan." in page.text
    assert "Ibu sudah dihubungi." in page.text


def test_an_override_needs_a_reason_and_keeps_what_was_typed(office: Office, phone: Phone) -> None:
    case_id = to_conference(office, phone)
    hadi = signed_in(office, "hadi")
    hadi.read(f"/kasus/{case_id}")
    refused = hadi.fill(f"/kasus/{case_id}/override", {"step": "s06", "to": "s07", "reason": "  "})
    assert refused.status == 400
    assert [field for field, _ in refused.errors] == ["override-reason"]
    assert refused.tree.xpath("//*[@id='override-reason']")
    done = hadi.fill(f"/kasus/{case_id}/override", {"step": "s06", "to": "s07", "reason": "Disepakati korban"})
    page = hadi.read(done.headers["location"])
    assert "Upaya RJ di masyarakat" in page.tree.xpath("//*[@aria-current='step']")[0].text_content()
    assert "Disepakati korban" in page.text


def test_a_social_worker_is_not_offered_an_override_and_cannot_force_one(office: Office, phone: Phone) -> None:
    case_id = to_conference(office, phone)
    sri = signed_in(office, "sri")
    page = sri.read(f"/kasus/{case_id}")
    assert "Ubah alur dengan alasan" not in page.text
    assert sri.fill(f"/kasus/{case_id}/override", {"step": "s06", "to": "s07", "reason": "x"}).status == 403


def test_the_supervisor_confirms_a_termination_on_the_page(office: Office, phone: Phone) -> None:
    case_id = phone.intake(entrance="undangan_diversi")
    phone.follow("pendampingan_aph", case_id)
    phone.follow("diversi", case_id, interval_monitoring="1")
    office.clock.advance(days=1)
    phone.follow("pemantauan", case_id, tujuan_tercapai="ya")
    phone.follow("terminasi", case_id)
    hadi = signed_in(office, "hadi")
    page = hadi.read("/")
    assert "perlu pengesahan Anda" in page.text
    page = hadi.read(f"/kasus/{case_id}")
    assert "Sahkan" in page.text
    returned = hadi.fill(f"/kasus/{case_id}/confirm", {"step": "s12", "ok": "tidak", "reason": ""})
    assert [field for field, _ in returned.errors] == ["confirm-reason"]
    answer = hadi.fill(f"/kasus/{case_id}/confirm", {"step": "s12", "ok": "ya"})
    page = hadi.read(answer.headers["location"])
    assert "Laporan manajer kasus" in page.tree.xpath("//*[@aria-current='step']")[0].text_content()


def test_the_supervisor_gives_the_case_to_an_officer(office: Office, phone: Phone, hadi: Visitor) -> None:
    case_id = phone.intake()
    hadi.read(f"/kasus/{case_id}")
    who = str(office.viewer("sri").id)
    answer = hadi.fill(f"/kasus/{case_id}/assign", {"step": "s03", "assignee": who})
    assert (
        "Sri Wahyuni"
        in hadi.read(answer.headers["location"]).tree.xpath("//section[@aria-labelledby='sekarang']")[0].text_content()
    )


def test_an_undivided_case_gets_its_manager_from_the_section_head(office: Office, phone: Phone, hadi: Visitor) -> None:
    case_id = phone.intake()
    page = hadi.read(f"/kasus/{case_id}")
    assert "Kasus ini belum dibagi" in page.text
    assert "Manajer kasus: Belum dibagi" in " ".join(page.text.split())
    assert hadi.fill(f"/kasus/{case_id}/assign", {"assignee": ""}).status == 400
    who = str(office.viewer("sri").id)
    page = hadi.read(hadi.fill(f"/kasus/{case_id}/assign", {"assignee": who}).headers["location"])
    assert "Manajer kasus: Sri Wahyuni" in " ".join(page.text.split())
    assert "Kasus ini belum dibagi" not in page.text
    assert "Sri Wahyuni" in hadi.read("/").tree.xpath("//section[@aria-labelledby='tim']")[0].text_content()
    assert "Ganti manajer kasus" not in signed_in(office, "sri").read(f"/kasus/{case_id}").text


def test_work_on_a_case_waits_for_its_manager_and_not_for_every_colleague(office: Office, phone: Phone) -> None:
    case_id = phone.intake()
    number = number_of(office, case_id)
    colleague = add_user(office.store, OPERATOR, "lestari@pasuruan.test", role="peksos", project_id=office.project).id
    record(office.store, office.viewer("hadi"), office.project, case_id, {"type": "assign", "assignee": str(colleague)})
    sri = signed_in(office, "sri")
    assert number not in sri.read("/").text
    assert "0 kasus" in sri.read("/kasus?milik=saya").text
    assert number in sri.read("/kasus").text
    body = {"type": "assign", "assignee": str(office.viewer("sri").id)}
    record(office.store, office.viewer("hadi"), office.project, case_id, body)
    assert number in sri.read("/").text
    body = {"type": "assign", "assignee": str(office.viewer("hadi").id)}
    record(office.store, office.viewer("hadi"), office.project, case_id, body)
    assert number in sri.read("/").text, "a manager without the step's role leaves it to those who have it"


def test_undivided_cases_wait_for_the_section_head_on_the_home_page(phone: Phone, hadi: Visitor, sri: Visitor) -> None:
    phone.intake()
    page = hadi.read("/")
    assert "1 kasus belum dibagi." in page.text
    assert "Tidak ada yang menunggu Anda" not in page.text
    assert "belum dibagi." not in sri.read("/").text
    assert "1–1" in hadi.read("/kasus?petugas=tanpa").text


def test_who_only_administers_is_told_what_there_is_to_do(office: Office, phone: Phone) -> None:
    phone.intake()
    page = signed_in(office, "rina").read("/")
    assert "Tidak ada yang kurang untuk bekerja" in page.text
    assert {"/sop", "/petugas/ponsel"} <= set(page.tree.xpath("//main//a/@href"))
    assert page.links("/petugas") == page.links("/petugas/ponsel"), "the officers' page is not for who takes no case"


def test_what_an_officers_phone_sent_is_told_by_the_officers_name(phone: Phone, sri: Visitor) -> None:
    page = sri.read(f"/kasus/{phone.intake()}")
    history = page.tree.xpath("//ol[contains(@class, 'history')]")[0].text_content()
    assert "Sri Wahyuni" in history
    assert "Ponsel Sri" not in history


def test_what_a_stranger_typed_is_only_text(office: Office, phone: Phone, sri: Visitor) -> None:
    evil = "<script>window.__xss=1</script><img src=x onerror=alert(1)>{{7*7}}"
    case_id = phone.intake(inisial=evil, tempat_kejadian=evil, kronologi_singkat=evil)
    with office.store.read() as db:
        sent = db.execute(select(submission.c.id)).scalar_one()
    for path in ("/", "/kasus", f"/kasus/{case_id}?bagian=answers", f"/kiriman/{sent}"):
        page = sri.read(path)
        assert page.status == 200
        assert "<script>window" not in page.source
        assert "<img src=x" not in page.source
        assert "{{7*7}}" in page.source or "49" not in page.text.split(evil)[0]
        assert page.tree.xpath("//img[@onerror]") == []


def test_a_submission_is_read_with_its_questions_and_pictures(office: Office, phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake({"surat.jpg": JPEG}, foto_surat="surat.jpg", kronologi_singkat="Baris satu\nbaris dua")
    with office.store.read() as db:
        sent = db.execute(select(submission.c.id)).scalar_one()
    page = sri.read(f"/kiriman/{sent}")
    assert "Kasus masuk sebagai" in page.text
    assert "baris dua" in page.text
    assert f"/kasus/{case_id}" in page.links("/kasus/")
    picture = sri.ask("GET", f"/kiriman/{sent}/berkas/surat.jpg")
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.headers["content-disposition"].startswith("inline")
    assert "sandbox" in picture.headers["content-security-policy"]
    assert picture.body == JPEG


def test_codes_from_the_offices_lists_are_read_as_names(office: Office, phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake(petugas_kode="pks-01", kecamatan="35.75.01", instansi_pengirim="polres")
    with office.store.read() as db:
        sent = db.execute(select(submission.c.id)).scalar_one()
    for path in (f"/kasus/{case_id}?bagian=answers", f"/kiriman/{sent}"):
        page = sri.read(path)
        for code, name in (("pks-01", "RATNA MISALIA"), ("polres", "Polres Pasuruan Kota"), ("35.75.01", "Gadingrejo")):
            assert name in page.text, path
            assert page.tree.xpath(f"//dd[normalize-space()='{code}']") == []


def test_letters_know_the_same_names(office: Office) -> None:
    with office.store.read() as db:
        label = labels(db, definitions_of(office.store), office.project)
        assert label("abh_laporan_kasus", "rujukan_lembaga", "lpks") == "LPKS Contoh Harapan"
        assert label("abh_laporan_kasus", "rujukan_lembaga", "lain-lain") == "lain-lain"
        assert label("abh_laporan_awal", "jenis_masuk", "laporan") != "laporan"
        assert label("tidak_ada", "rujukan_lembaga", "lpks") == "lpks"


def test_a_file_that_only_claims_to_be_a_picture_is_never_shown(office: Office, phone: Phone, sri: Visitor) -> None:
    phone.intake({"surat.jpg": b"<html><script>alert(1)</script>"}, foto_surat="surat.jpg")
    with office.store.read() as db:
        sent = db.execute(select(submission.c.id)).scalar_one()
    answer = sri.ask("GET", f"/kiriman/{sent}/berkas/surat.jpg")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_submission_without_a_case_waits_with_what_to_do(office: Office, phone: Phone, sri: Visitor) -> None:
    lost = "8d7f6f0e-3f0a-4a53-9a3f-0d5a4f8c9e01"
    phone.follow("asesmen", lost, berat_tindakan="ringan")
    page = sri.read("/tugas")
    assert "tidak dikenal di kantor ini" in page.text
    assert "hubungi petugas" in page.text
    assert "Data" in page.tree.xpath("//article//*[contains(@class, 'tag')]")[0].text_content()
    assert sri.read(page.links("/kiriman/")[0]).status == 200
    assert "1" in sri.read("/").tree.xpath("//nav//a[@href='/tugas']")[0].text_content()
    with office.store.read() as db:
        assert db.execute(select(task.c.fault)).scalars().all() == ["data"]


def lost_form(phone: Phone, reader: Visitor) -> str:
    """A form that names a case nobody knows; gives the address of its page."""
    phone.follow("asesmen", "8d7f6f0e-3f0a-4a53-9a3f-0d5a4f8c9e01", berat_tindakan="ringan")
    return reader.read("/tugas").links("/kiriman/")[0]


def test_a_person_finds_the_case_of_a_lost_form_and_links_it(office: Office, phone: Phone, sri: Visitor) -> None:
    case_id, other = phone.intake(), phone.intake(inisial="Z. Q.")
    address = lost_form(phone, sri)
    assert sri.read("/tugas").tree.xpath(f"//form[@action='{address}#hubungkan']//input[@name='cari']")
    found = sri.read(f"{address}?cari={number_of(office, case_id)}")
    assert [radio.get("value") for radio in found.tree.xpath("//input[@name='kasus']")] == [case_id]
    assert found.tree.xpath("//input[@name='kasus'][@checked]") == []
    assert "Tidak ada kasus berjalan yang cocok" in sri.read(f"{address}?cari=tidakada").text
    query = {"cari": number_of(office, case_id)}
    assert [field for field, _ in sri.fill(f"{address}/hubungkan", query).errors] == ["kasus"]
    done = sri.fill(f"{address}/hubungkan", {**query, "kasus": case_id})
    page = sri.read(done.headers["location"])
    assert "Kiriman ditempatkan pada kasus ini." in page.text
    assert "Konferensi kasus" in page.tree.xpath("//*[@aria-current='step']")[0].text_content()
    assert "Semua kiriman sudah pada tempatnya" in sri.read("/tugas").text
    again = sri.fill(f"{address}/hubungkan", {**query, "kasus": other})
    assert again.headers["location"] == address
    assert number_of(office, case_id) in sri.read(address).text


def test_who_only_administers_sees_a_lost_form_but_cannot_say_whose_it_is(office: Office, phone: Phone) -> None:
    case_id = phone.intake()
    rina = signed_in(office, "rina")
    address = lost_form(phone, rina)
    assert rina.read(f"{address}?cari={number_of(office, case_id)}").tree.xpath("//input[@name='kasus']") == []
    assert rina.fill(f"{address}/hubungkan", {"kasus": case_id}).status == 403
    bambang = signed_in(office, "bambang")
    bambang.read("/")
    assert bambang.fill(f"{address}/hubungkan", {"kasus": case_id}).status == 404


def test_a_form_that_waits_in_its_case_leads_there(phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake()
    phone.follow("terminasi", case_id)
    page = sri.read("/tugas")
    assert f"/kasus/{case_id}" in page.links("/kasus/")
    assert page.tree.xpath("//input[@name='cari']") == []


def test_a_free_task_is_given_shown_late_and_ticked_off(office: Office, phone: Phone, hadi: Visitor) -> None:
    case_id = phone.intake()
    hadi.read(f"/kasus/{case_id}")
    sri = str(office.viewer("sri").id)
    wanted = {"text": "Antar surat ke sekolah", "assignee": sri, "due": "2026-03-03"}
    page = hadi.read(hadi.fill(f"/kasus/{case_id}/task", wanted).headers["location"])
    box = page.tree.xpath("//section[@id='tugas-lepas']")[0]
    assert "Antar surat ke sekolah" in box.text_content()
    assert "3 Mar 2026" in box.text_content()
    assert "Sri Wahyuni" in box.xpath(".//ul")[0].text_content()
    assert "Pendataan dan asesmen" in page.tree.xpath("//*[@aria-current='step']")[0].text_content()
    office.clock.advance(days=2)
    worker = signed_in(office, "sri")
    box = worker.read(f"/kasus/{case_id}").tree.xpath("//section[@id='tugas-lepas']")[0]
    assert "terlambat" in box.text_content()
    task_id = box.xpath(".//input[@name='task']/@value")[0]
    page = worker.read(worker.fill(f"/kasus/{case_id}/task_done", {"task": task_id}).headers["location"])
    box = page.tree.xpath("//section[@id='tugas-lepas']")[0]
    assert box.xpath(".//input[@name='task']") == []
    assert "selesai 4 Mar 2026" in box.text_content()
    assert "Antar surat ke sekolah" in page.tree.xpath("//li[@class='history__task_done']")[0].text_content()


def test_a_free_task_needs_words_and_a_real_day(phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake()
    sri.read(f"/kasus/{case_id}")
    assert [field for field, _ in sri.fill(f"/kasus/{case_id}/task", {"text": " "}).errors] == ["task-text"]
    refused = sri.fill(f"/kasus/{case_id}/task", {"text": "Telepon RT", "due": "besok"})
    assert [field for field, _ in refused.errors] == ["task-due"]
    assert "Telepon RT" in refused.source
    assert sri.fill(f"/kasus/{case_id}/task_done", {"task": "tidak-ada"}).status == 400


def test_nothing_to_do_says_so(sri: Visitor) -> None:
    assert "Semua kiriman sudah pada tempatnya" in sri.read("/tugas").text
    assert "Tidak ada yang menunggu Anda" in sri.read("/").text or "Belum ada ponsel terdaftar" in sri.read("/").text
    assert "Belum ada kasus" in sri.read("/kasus").text


def test_days_are_written_the_indonesian_way(office: Office, phone: Phone, sri: Visitor) -> None:
    assert office.clock().date() == date(2026, 3, 2)
    page = sri.read(f"/kasus/{phone.intake()}")
    assert "2 Mar 2026" in page.text
    assert "09.00 WIB" in page.text
    assert "2026-03-02" not in page.tree.xpath("//ol[contains(@class, 'history')]")[0].text_content()


def test_a_nik_is_masked_until_somebody_says_why(office: Office, phone: Phone, sri: Visitor) -> None:
    nik = "3575014505120001"
    case_id = phone.intake(nik=nik)
    with office.store.read() as db:
        sent = db.execute(select(submission.c.id)).scalar_one()
    assert nik not in sri.read(f"/kasus/{case_id}?bagian=answers").source
    page = sri.read(f"/kiriman/{sent}")
    assert nik not in page.source
    assert "3575********0001" in page.text
    refused = sri.fill(f"/kiriman/{sent}/buka", {"alasan": " "})
    assert [field for field, _ in refused.errors] == ["alasan"]
    assert nik not in refused.source
    assert nik in sri.fill(f"/kiriman/{sent}/buka", {"alasan": "mencocokkan kartu keluarga"}).text
    noted = readings(office.store)[-1].what
    assert noted.startswith("unmasked:")
    assert noted.endswith("mencocokkan kartu keluarga")


def test_a_place_is_shown_to_a_kilometre_only(office: Office, phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake(lokasi="-7.645283 112.906911 12 4")
    page = sri.read(f"/kasus/{case_id}?bagian=answers")
    assert "-7.65, 112.91" in page.text
    assert "7.645" not in page.source


def test_reading_a_case_never_waits_for_those_who_write(office: Office, phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake()
    with office.store.write() as tx:
        tx.housekeeping()
        assert sri.read(f"/kasus/{case_id}").status == 200
    assert [row.case_id for row in readings(office.store)] == [case_id]


def test_a_search_finds_what_all_its_words_begin(office: Office, phone: Phone, sri: Visitor) -> None:
    number = number_of(office, phone.intake())
    assert "1–1 dari 1 kasus" in sri.read(f"/kasus?q={number[:6].lower()}").text
    assert "1–1 dari 1 kasus" in sri.read(f"/kasus?q={number.rpartition('-')[2]}+abh").text
    assert "Tidak ada kasus yang cocok" in sri.read(f"/kasus?q={number[1:]}").text
    assert "Tidak ada kasus yang cocok" in sri.read(f"/kasus?q={number}+tidakada").text
