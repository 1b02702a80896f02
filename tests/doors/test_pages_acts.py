"""Everything people do with a case is done on its page, without scripts, in Indonesian and English."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsing import Page, Visitor, signed_in
from tests.doors.test_pages_cases import Phone, number_of
from tests.office import KAB_LUMAJANG, KOTA_PANGKALPINANG, Office, opened
from tests.officer import Officer, entity_of
from tests.sending import follow_up, send
from tests.world import Clock, Databases

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40


@pytest.fixture
def kind() -> str:
    """Pages are the same whatever the database; what they record is told on both elsewhere."""
    return "sqlite"


@pytest.fixture
def phone(office: Office) -> Phone:
    return Phone(office)


@pytest.fixture
def hadi(office: Office) -> Visitor:
    return signed_in(office, "hadi")


@pytest.fixture
def sri(office: Office) -> Visitor:
    return signed_in(office, "sri")


@pytest.fixture
def lumajang(databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Office]:
    yield from opened(KAB_LUMAJANG, "sqlite", databases, tmp_path / "office", clock, request)


@pytest.fixture
def pangkalpinang(
    databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    yield from opened(KOTA_PANGKALPINANG, "sqlite", databases, tmp_path / "office", clock, request)


def part(page: Page, labelled: str) -> str:
    """What can be read in a section."""
    return " ".join(page.tree.xpath(f"//section[@aria-labelledby='{labelled}']")[0].text_content().split())


def act(person: Visitor, case_id: str, name: str, **fields: str | list[str]) -> Page:
    """Does an act from the case's page and follows to the page it leads to."""
    person.read(f"/kasus/{case_id}")
    answer = person.fill(f"/kasus/{case_id}/{name}", fields)
    return person.read(answer.headers["location"]) if answer.status == 303 else answer


def test_a_deadline_is_put_off_with_a_day_and_a_reason(phone: Phone, hadi: Visitor, sri: Visitor) -> None:
    case_id = phone.intake()
    refused = act(hadi, case_id, "extend", step="s03", due="", reason="Anak sedang ujian")
    assert refused.status == 400
    assert [field for field, _ in refused.errors] == ["extend-due"]
    assert "Anak sedang ujian" in refused.source
    page = act(hadi, case_id, "extend", step="s03", due="2026-03-20", reason="Anak sedang ujian")
    assert "Tenggat diperpanjang." in page.text
    assert "Tenggat diperpanjang: Anak sedang ujian" in part(page, "sekarang")
    assert "20 Mar 2026" in part(page, "sekarang")
    assert "Perpanjang tenggat" not in sri.read(f"/kasus/{case_id}").text


def test_a_step_is_skipped_and_another_opened_beside_it(phone: Phone, hadi: Visitor) -> None:
    case_id = phone.intake()
    page = act(hadi, case_id, "open", to="s04", reason="Keluarga minta dikunjungi")
    assert "Tahap dibuka." in page.text
    assert len(page.tree.xpath("//*[@aria-current='step']")) == 2
    page = act(hadi, case_id, "withdraw", step="s04", reason="Keluarga pindah")
    assert "Cabang dihentikan." in page.text
    assert len(page.tree.xpath("//*[@aria-current='step']")) == 1


def test_a_short_form_is_answered_on_the_page_and_a_long_one_on_the_phone(
    office: Office, phone: Phone, hadi: Visitor
) -> None:
    case_id = phone.intake()
    sri = signed_in(office, "sri")
    page = sri.read(f"/kasus/{case_id}")
    assert not page.tree.xpath("//form[contains(@action, '/decision')]"), "the assessment is too long for a page"
    assert "Diisi petugas di ODK Collect" in part(page, "sekarang")
    office.clock.advance(days=1)
    phone.follow("asesmen", case_id, berat_tindakan="ringan")
    sri = signed_in(office, "sri")
    page = sri.read(f"/kasus/{case_id}")
    form = page.tree.xpath("//form[contains(@action, '/decision')]")[0]
    asked = set(form.xpath(".//@name"))
    assert {"isian.pimpinan_rapat", "isian.berat_tindakan", "isian.tingkat_risiko"} <= asked
    refused = act(sri, case_id, "decision", step="s06", **{"isian.pimpinan_rapat": "Hadi", "isian.notulis": "Hadi"})
    assert refused.status == 400
    wrong = dict(refused.errors)
    assert "decision-isian.berat_tindakan" in wrong
    assert "decision-isian.notulis" in wrong, "who leads the meeting does not write its minutes"
    assert refused.tree.xpath("//*[@id='decision-isian.pimpinan_rapat']/@value") == ["Hadi"]
    told = {
        "pimpinan_rapat": "Hadi",
        "notulis": "Sri",
        "ringkasan_kasus": "Dibahas",
        "kepentingan_terbaik": "Tetap sekolah",
        "tingkat_risiko": "rendah",
        "berat_tindakan": "ringan",
        "interval_monitoring": "14",
    }
    page = act(sri, case_id, "decision", step="s06", **{f"isian.{name}": value for name, value in told.items()})
    assert page.status == 200, page.errors
    assert "Keputusan tersimpan." in page.text
    assert "Upaya RJ di masyarakat" in page.tree.xpath("//*[@aria-current='step']")[0].text_content()


def test_the_head_of_division_decides_and_is_asked_why_only_when_it_goes_back(pangkalpinang: Office) -> None:
    office = pangkalpinang
    nurul = Officer(office, "Ponsel Nurul", sop="tuna_susila", who="nurul")
    told: dict[str, object] = {"nama_lengkap": "Melati", "inisial": "M.", "jk": "P", "berkas_lengkap": "ya"}
    told |= {"tgl_lahir_pasti": "perkiraan_umur", "usia_perkiraan": 24, "ancaman_segera": "tidak"}
    record = nurul.fill("tuna_susila_laporan_awal", told)
    nurul.send(record)
    case_id = entity_of(record)
    nurul.follow("asesmen_awal", case_id)
    yusuf = signed_in(office, "yusuf")
    page = yusuf.read(f"/kasus/{case_id}")
    assert "isian.alasan" not in page.source
    asked = yusuf.fill(f"/kasus/{case_id}/pertanyaan", {"step": "s03", "isian.disposisi": "tidak"})
    assert asked.status == 200
    assert asked.tree.xpath("//*[@name='isian.alasan']"), "an answer brings the questions that follow from it"
    assert office.case(case_id)["openSteps"] == ["s03"], "asking records nothing"
    refused = act(yusuf, case_id, "decision", step="s03", **{"isian.disposisi": "tidak", "isian.keputusan": "ditolak"})
    assert refused.status == 400
    assert refused.tree.xpath("//*[@name='isian.alasan']"), "what became due is asked now"
    assert refused.tree.xpath("//input[@name='isian.disposisi'][@value='tidak'][@checked]")


def test_a_referral_goes_its_way_as_dated_states(phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake()
    page = act(sri, case_id, "record?bagian=records", kind="referral", state="sent", lembaga_tujuan="LPKS Contoh")
    assert "Catatan tersimpan." in page.text
    assert "Rujukan: LPKS Contoh" in page.text
    record = page.tree.xpath("//input[@name='record']/@value")[0]
    told = {"kind": "referral", "record": record, "state": "refused"}
    refused = act(sri, case_id, "record?bagian=records", **told)
    assert [field for field, _ in refused.errors] == ["record-reason"]
    page = act(sri, case_id, "record?bagian=records", **told, reason="Tempat penuh")
    article = page.tree.xpath("//article[contains(@class, 'record')]")[0].text_content()
    assert "ditolak" in article
    assert "Tempat penuh" in article
    assert not page.tree.xpath("//article[contains(@class, 'record')]//form"), (
        "nothing follows a refusal but a new referral"
    )


def test_a_stay_ends_with_a_handover(phone: Phone, sri: Visitor) -> None:
    case_id = phone.intake()
    page = act(sri, case_id, "record?bagian=records", kind="stay", state="in", tempat="RPS Pasuruan")
    assert "Catat masuk penampungan" not in page.text, "nobody stays twice at once"
    record = page.tree.xpath("//input[@name='record']/@value")[0]
    told = {"kind": "stay", "record": record, "state": "out", "cara": "serah_terima"}
    refused = act(sri, case_id, "record?bagian=records", **told)
    assert [field for field, _ in refused.errors] == ["record-kepada"]
    page = act(sri, case_id, "record?bagian=records", **told, kepada="Ibu kandung")
    assert "sudah keluar" in page.text
    assert "serah terima" in page.text


def test_two_reports_of_one_child_are_compared_merged_and_parted_on_pages(
    office: Office, phone: Phone, hadi: Visitor, sri: Visitor
) -> None:
    first = phone.intake(nik="3575010405120001", nama_lengkap="Rizki Saputra", day="2026-03-02")
    second = phone.intake(nik="3575010405120001", nama_lengkap="Kiki", day="2026-03-02")
    older, younger = sorted((first, second), key=lambda key: number_of(office, key))
    page = sri.read(f"/kasus/{younger}")
    assert "Mungkin orang yang sama" in page.text
    pair = sri.read(f"/kasus/{younger}/banding?dengan={number_of(office, older)}")
    assert "NIK sama" in pair.text
    assert "3575010405120001" not in pair.source
    assert not pair.tree.xpath("//form[contains(@action, '/merge')]"), "a social worker may not close cases"
    hadi.read(f"/kasus/{younger}/banding?dengan={older}")
    refused = hadi.fill(f"/kasus/{younger}/merge", {"with": older, "reason": " "})
    assert [field for field, _ in refused.errors] == ["merge-reason"]
    answer = hadi.fill(f"/kasus/{younger}/merge", {"with": older, "reason": "NIK dan ibunya sama"})
    page = hadi.read(answer.headers["location"])
    assert f"/kasus/{older}" in answer.headers["location"]
    assert f"Mencakup kasus {number_of(office, younger)}" in page.text
    assert "2 laporan tentang kasus ini" in hadi.read(f"/kasus/{older}?bagian=answers").text
    assert hadi.read(f"/kasus/{younger}").headers["location"] == f"/kasus/{older}"
    page = act(hadi, older, "unmerge", **{"with": younger, "reason": "Ternyata kakaknya"})
    assert "Kasus dipisahkan lagi." in page.text
    assert hadi.read(f"/kasus/{younger}").status == 200


def test_a_pair_that_is_not_the_same_is_not_asked_again(office: Office, phone: Phone, sri: Visitor) -> None:
    first = phone.intake(nik="3575010405120001")
    second = phone.intake(nik="3575010405120001")
    pair = sri.read(f"/kasus/{first}/banding?dengan={second}")
    task = pair.tree.xpath("//input[@name='task']/@value")[0]
    refused = sri.fill(f"/kasus/{first}/dismiss", {"with": second, "task": task, "reason": ""})
    assert [field for field, _ in refused.errors] == ["dismiss-reason"]
    answer = sri.fill(f"/kasus/{first}/dismiss", {"with": second, "task": task, "reason": "NIK salah ketik"})
    page = sri.read(answer.headers["location"])
    assert "bukan orang yang sama" in page.text
    assert "Mungkin orang yang sama" not in page.text


def test_a_number_nobody_knows_is_told_and_can_be_typed_again(phone: Phone, hadi: Visitor) -> None:
    case_id = phone.intake()
    page = hadi.read(f"/kasus/{case_id}/banding?dengan=ABH-1999-0001")
    assert page.status == 400
    assert [field for field, _ in page.errors] == ["dengan"]
    assert page.tree.xpath("//input[@id='dengan']/@value") == ["ABH-1999-0001"]


def test_a_form_in_the_wrong_case_is_put_right_by_the_supervisor(office: Office, phone: Phone, hadi: Visitor) -> None:
    wrong, right = phone.intake(), phone.intake(nama_lengkap="Budi", inisial="B.")
    phone.follow("asesmen", wrong, berat_tindakan="berat")
    page = hadi.read(f"/kasus/{wrong}?bagian=answers")
    titles = {link: hadi.read(link).tree.xpath("//h1")[0].text_content() for link in page.links("/kiriman/")}
    sent = next(link for link, title in titles.items() if "asesmen" in title.lower())
    page = hadi.read(f"{sent}?cari={number_of(office, right)}")
    refused = hadi.fill(f"{sent}/pindahkan", {"kasus": right, "cari": number_of(office, right)})
    assert [field for field, _ in refused.errors] == ["alasan-pindah"]
    told = {"kasus": right, "alasan-pindah": "Salah pilih di ponsel"}
    page = hadi.read(hadi.fill(f"{sent}/pindahkan", told).headers["location"])
    assert "Kiriman dipindahkan ke kasus ini." in page.text
    assert "Konferensi" in page.tree.xpath("//*[@aria-current='step']")[0].text_content()
    assert "Salah pilih di ponsel" not in signed_in(office, "sri").read(sent).text


def test_closing_names_one_of_the_known_reasons_and_what_it_needs(office: Office, phone: Phone, hadi: Visitor) -> None:
    case_id = phone.intake()
    page = hadi.read(f"/kasus/{case_id}")
    offered = page.tree.xpath("//select[@id='close-closeReason']/option/@value")
    assert "hilang_kontak" in offered
    refused = act(hadi, case_id, "close", closeReason="hilang_kontak", reason="Tidak dapat dihubungi")
    assert [field for field, _ in refused.errors] == ["close-search"]
    assert refused.tree.xpath("//select[@id='close-closeReason']/option[@selected]/@value") == ["hilang_kontak"]
    refused = act(hadi, case_id, "close", closeReason="duplikat", reason="Dua kali", case="ABH-1")
    assert [field for field, _ in refused.errors] == ["close-case"]
    page = act(hadi, case_id, "close", closeReason="hilang_kontak", reason="Pindah", search="3 kali ke rumah")
    assert "Selesai: hilang kontak" in " ".join(page.text.split())
    page = act(hadi, case_id, "reopen", step="s03", reason="Muncul lagi")
    assert "Kasus dibuka kembali." in page.text


def test_the_flow_of_the_case_shows_where_it_stands(phone: Phone, sri: Visitor) -> None:
    page = sri.read(f"/kasus/{phone.intake()}?bagian=flow")
    assert page.tree.xpath("//*[local-name()='svg']//*[contains(text(), 'asesmen')]")
    assert "Seluruh alur SOP" in page.text


def test_both_clocks_are_told(office: Office, phone: Phone) -> None:
    case_id = phone.intake(day="2026-03-02")
    office.clock.advance(days=7)
    page = signed_in(office, "hadi").read(f"/kasus/{case_id}")
    assert "5 hari kerja layanan terpakai" in page.text
    assert "7 hari sejak dibuka" in page.text


def test_a_form_that_came_late_says_both_days(office: Office, phone: Phone) -> None:
    case_id = phone.intake(day="2026-03-02")
    day = office.clock().date().isoformat()
    office.clock.advance(days=5)
    late = follow_up(office.schema("abh_asesmen"), case_id, {"berat_tindakan": "berat"}, day=day)
    assert send(phone.url, late).status == 201
    page = signed_in(office, "hadi").read(f"/kasus/{case_id}")
    assert "Diterima lama setelah kejadiannya" in page.text
    assert "(5 hari kemudian)" in page.text


def test_signs_of_an_emergency_stand_first_on_the_page_and_at_home(phone: Phone, hadi: Visitor) -> None:
    case_id = phone.intake(ancaman_segera="ya")
    assert "Darurat" in part(hadi.read("/"), "untuk-anda")
    page = hadi.read(f"/kasus/{case_id}")
    assert page.tree.xpath("//section[contains(@class, 'notice--late')][@aria-label='Darurat']")
    task = page.tree.xpath("//section[@aria-label='Darurat']//input[@name='task']/@value")[0]
    page = act(hadi, case_id, "task_done", task=task)
    assert not page.tree.xpath("//section[@aria-label='Darurat']")


def test_a_task_given_to_somebody_stands_on_their_home_page_until_it_is_done(
    office: Office, phone: Phone, hadi: Visitor, sri: Visitor
) -> None:
    case_id = phone.intake()
    who = str(office.viewer("sri").id)
    act(hadi, case_id, "task", text="Antar ke Puskesmas", assignee=who, due="2026-03-04")
    act(hadi, case_id, "task", text="Siapa saja boleh")
    own = part(sri.read("/"), "untuk-anda")
    assert "Antar ke Puskesmas" in own
    assert "Siapa saja boleh" not in own
    assert "Antar ke Puskesmas" not in hadi.read("/").text
    task = sri.read("/").tree.xpath("//input[@name='task']/@value")[0]
    page = sri.read(sri.fill(f"/kasus/{case_id}/task_done", {"task": task}).headers["location"])
    assert "Tugas lepas selesai." in page.text
    assert "Antar ke Puskesmas" not in sri.read("/").text


def test_a_conflict_stands_on_the_home_page_of_who_decides_it(office: Office, phone: Phone) -> None:
    case_id = phone.intake()
    office.clock.advance(days=1)
    day = office.clock().date().isoformat()
    phone.follow("asesmen", case_id, berat_tindakan="berat")
    schema = office.schema("abh_konferensi_kasus")
    first = follow_up(schema, case_id, {"berat_tindakan": "berat"}, day=day, instance="uuid:satu")
    assert send(phone.url, first).status == 201
    phone.follow("pelaporan_uppa", case_id)
    told = {"berat_tindakan": "ringan"}
    edited = follow_up(schema, case_id, told, day=day, instance="uuid:dua", deprecatedID="uuid:satu")
    assert send(phone.url, edited).status == 201
    hadi = signed_in(office, "hadi")
    assert "Benturan" in part(hadi.read("/"), "untuk-anda")
    assert "untuk-anda" not in signed_in(office, "sri").read("/").source
    page = act(hadi, case_id, "resolve", step="s06", resolution="keep", reason="Korban setuju tetap dilaporkan")
    assert "Benturan diputuskan." in page.text
    assert "untuk-anda" not in hadi.read("/").source


def test_the_page_is_whole_in_english(office: Office, phone: Phone, hadi: Visitor) -> None:
    case_id = phone.intake()
    for tab in ("history", "answers", "files", "papers", "records", "flow", "decisions"):
        page = hadi.read(f"/kasus/{case_id}?bagian={tab}&bahasa=en")
        assert page.status == 200
        assert "web." not in page.text
    assert "working days of service used" in page.text
    assert "Extend the deadline" in page.text


def test_a_decision_on_paper_is_entered_with_its_scan_for_the_official(pangkalpinang: Office) -> None:
    office = pangkalpinang
    nurul = Officer(office, "Ponsel Nurul", sop="tuna_susila", who="nurul")
    told: dict[str, object] = {"nama_lengkap": "Melati", "inisial": "M.", "jk": "P", "berkas_lengkap": "ya"}
    told |= {"tgl_lahir_pasti": "perkiraan_umur", "usia_perkiraan": 24, "ancaman_segera": "tidak"}
    record = nurul.fill("tuna_susila_laporan_awal", told)
    nurul.send(record)
    case_id = entity_of(record)
    nurul.follow("asesmen_awal", case_id)
    linda = signed_in(office, "linda")
    page = linda.read(f"/kasus/{case_id}")
    assert "Keputusan di atas kertas" in page.text
    told = {"step": "s03", "isian.disposisi": "ya", "isian.keputusan": "diterima"}
    refused = act(linda, case_id, "decision", **told)  # type: ignore[arg-type]
    assert [field for field, _ in refused.errors] == ["decision-decidedBy"], refused.text
    on = office.clock().date().isoformat()
    fields = {**told, "decidedBy": office.town.login("yusuf"), "decidedOn": on}
    linda.read(f"/kasus/{case_id}")
    answer = linda.upload(f"/kasus/{case_id}/decision", {"lembar.jpg": JPEG}, fields, name="scan")  # type: ignore[arg-type]
    assert answer.status == 303, answer.text
    page = linda.read(answer.headers["location"])
    assert "dicatat oleh Linda Contohani" in page.text
    scan = linda.ask("GET", page.links(f"/kasus/{case_id}/pindaian/")[0])
    assert (scan.status, scan.body) == (200, JPEG)
    assert signed_in(office, "bambang").read(page.links(f"/kasus/{case_id}/pindaian/")[0]).status == 404
