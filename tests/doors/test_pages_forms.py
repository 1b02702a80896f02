"""The list of forms and the page of one form: what came in, what it asks, its versions and who uses it."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from hashlib import md5
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.store.forms import form, form_version
from server.store.submissions import submission
from tests.browsing import Page, Visitor, signed_in, visitor
from tests.office import KOTA_PASURUAN, XLSFORMS, Office, opened
from tests.sending import follow_up, intake, send
from tests.world import Clock, Databases

FORM = "/formulir/abh_laporan_awal"
NIK = "3575021202050001"
NAME = "Rizky Saputra Wijaya"
PER_PAGE = 25


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Office]:
    """An office with thirty-one reports: from two phones, one edited, one rejected, one whose photo has not come, and
    an assessment that names no case we know."""
    folder = tmp_path_factory.mktemp("formulir") / "data"
    for made in opened(KOTA_PASURUAN, request.param, databases, folder, Clock(), request):
        _fill(made)
        yield made


def _fill(office: Office) -> None:
    schema = office.schema("abh_laporan_awal")
    sri, tono, his_other = (office.phone_url(*of) for of in ((), ("Ponsel Tono", "tono"), ("HP kedua Tono", "tono")))
    for number in range(30):
        office.clock.advance(minutes=7)
        _, xml = intake(schema, age=13 + number % 4)
        assert send(sri if number % 3 else tono if number else his_other, xml).status == 201
    office.clock.advance(days=1)
    first = f"uuid:{uuid4()}"
    case, xml = intake(schema, instance=first, pelapor_nama=NAME, nik=NIK, foto_surat="surat.jpg")
    assert send(sri, xml, {}).status == 201
    more = {"deprecatedID": first, "pelapor_nama": NAME, "nik": NIK, "foto_surat": "surat.jpg"}
    _, xml = intake(schema, case=case, age=14, **more)
    assert send(sri, xml).status == 201
    lost = follow_up(office.schema("abh_asesmen"), str(uuid4()), {"berat_tindakan": "berat"})
    assert send(sri, lost).status == 201
    with office.store.read() as db:
        oldest = select(submission.c.instance_id).order_by(submission.c.created_at).limit(1)
        root = db.execute(oldest).scalar_one()
    path = f"/v1/projects/{office.project}/forms/abh_laporan_awal/submissions/{root}"
    assert office.as_("hadi").ask("PATCH", path, {"reviewState": "rejected"}).status == 200


def csv_rows(packed: bytes) -> list[list[str]]:
    """The rows of the form's own table in an export, without their head."""
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        text = files.read("abh_laporan_awal.csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


@pytest.fixture(scope="module")
def hadi(office: Office) -> Visitor:
    return signed_in(office, "hadi")


def shown(page: Page) -> list[str]:
    """The submissions a page of the table shows, as links."""
    return page.tree.xpath("//section[@id='daftar']//tbody/tr/th/a/@href")


def count(page: Page) -> int:
    text = page.tree.xpath("//section[@id='daftar']//p[@class='list__count']")[0].text_content()
    return int(re.findall(r"\d+", text)[0])


# -- who may not -------------------------------------------------------------------------------


def test_a_form_of_another_office_is_not_there(office: Office) -> None:
    bambang = signed_in(office, "bambang")
    assert "abh_laporan_awal" not in bambang.read("/formulir").text
    with office.store.read() as db:
        version = db.execute(select(form_version.c.id).limit(1)).scalar_one()
    paths = [FORM, f"{FORM}?kantor={office.project}", f"/formulir/xform/{version}", f"/buku-kerja/form/{version}"]
    paths += [f"{FORM}?bagian={part}" for part in ("pertanyaan", "versi", "temuan", "dipakai")]
    for path in paths:
        assert bambang.read(path).status == 404, path


def test_nobody_reads_forms_without_signing_in(office: Office) -> None:
    for path in ("/formulir", FORM):
        answer = visitor(office).ask("GET", path)
        assert answer.status == 302
        assert "/masuk" in answer.headers["location"]


def test_only_who_may_publish_is_offered_to_upload(office: Office, hadi: Visitor) -> None:
    assert "Unggah formulir" not in hadi.read("/formulir").text
    rina = signed_in(office, "rina")
    assert "Unggah formulir" in rina.read("/formulir").text
    assert len(rina.read(FORM).tree.xpath("//main//*[@class='govuk-button']")) == 1


# -- the list ----------------------------------------------------------------------------------


def test_the_count_of_a_form_leads_to_exactly_its_submissions(hadi: Visitor) -> None:
    page = hadi.read("/formulir")
    row = next(tr for tr in page.tree.xpath("//tbody/tr") if "abh_laporan_awal" in tr.text_content())
    link = row.xpath(".//td[@data-label='Kiriman']//a")[0]
    assert int(link.text_content()) == 31
    assert count(hadi.read(link.get("href"))) == 31


def test_what_waits_for_a_person_is_counted_and_found(hadi: Visitor) -> None:
    page = hadi.read("/formulir?q=asesmen")
    (row,) = page.tree.xpath("//tbody/tr")
    link = row.xpath(".//a[contains(text(), 'menunggu')]")[0]
    assert "1 menunggu" in link.text_content()
    waiting = hadi.read(link.get("href"))
    assert count(waiting) == 1
    assert "Menunggu" in waiting.tree.xpath("//tbody/tr")[0].text_content()


def test_a_list_that_shows_nothing_says_why_and_what_to_do(office: Office, hadi: Visitor) -> None:
    assert "Tidak ada formulir yang cocok" in hadi.read("/formulir?q=tidakada").text
    assert "Tidak ada formulir yang cocok" in hadi.read("/formulir?keadaan=closed").text
    assert "Belum ada formulir" in signed_in(office, "bambang").read("/formulir").text
    assert "Belum ada kiriman" in hadi.read("/formulir/abh_terminasi").text


# -- the table ---------------------------------------------------------------------------------


def test_pages_go_on_from_a_row_and_back_and_lose_nobody(office: Office, hadi: Visitor) -> None:
    first = hadi.read(FORM)
    (older,) = first.tree.xpath("//a[@rel='next']/@href")
    second = hadi.read(older)
    assert len(shown(first)) == PER_PAGE
    assert not second.tree.xpath("//a[@rel='next']")
    everything = shown(first) + shown(second)
    with office.store.read() as db:
        of_form = select(submission.c.id).join(form, form.c.id == submission.c.form_id)
        of_form = of_form.where(form.c.xml_form_id == "abh_laporan_awal")
        wanted = of_form.order_by(submission.c.created_at.desc(), submission.c.id.desc())
        assert everything == [f"/kiriman/{key}" for key in db.execute(wanted).scalars()]
    (newer,) = second.tree.xpath("//a[@rel='prev']/@href")
    back = hadi.read(newer)
    assert shown(back) == shown(first)
    assert not back.tree.xpath("//a[@rel='prev']")


def test_each_filter_narrows_and_its_chip_takes_it_away(hadi: Visitor) -> None:
    page = hadi.read(FORM)
    sender = next(o.get("value") for o in page.tree.xpath("//select[@name='pengirim']/option") if "Tono" in o.text)
    expected = {
        f"pengirim={sender}": 10,
        "tinjauan=edited": 1,
        "tinjauan=rejected": 1,
        "tinjauan=received": 29,
        "berkas=kurang": 1,
        "letak=waiting": 0,
        "letak=case": 31,
        "dari=2026-03-03": 1,
        "sampai=2026-03-02": 30,
        "dari=2026-03-03&tinjauan=edited": 1,
    }
    for query, number in expected.items():
        found = hadi.read(f"{FORM}?{query}")
        assert (count(found), query) == (number, query)
        chips = found.tree.xpath("//ul[@class='chips']//a/@href")
        assert chips
        if "&" not in query:
            assert count(hadi.read(chips[0])) == 31


def test_the_csv_holds_the_rows_of_the_table_or_says_that_it_holds_more(hadi: Visitor) -> None:
    page = hadi.read(FORM)
    sender = next(o.get("value") for o in page.tree.xpath("//select[@name='pengirim']/option") if "Tono" in o.text)
    for query, number in ((f"pengirim={sender}", 10), ("tinjauan=rejected", 1), ("dari=2026-03-03", 1)):
        page = hadi.read(f"{FORM}?{query}")
        (link,) = [a for a in page.links("/v1/") if "csv.zip" in a]
        rows = csv_rows(hadi.ask("GET", link).body)
        assert (len(rows), count(page), query) == (number, number, query)
        assert "tanpa saringan" not in page.text
    assert "tanpa saringan versi, kasus, dan berkas" in hadi.read(f"{FORM}?berkas=kurang").text


def test_an_address_with_nonsense_shows_the_plain_table(hadi: Visitor) -> None:
    for query in (
        "dari=kemarin",
        "pengirim=x",
        "sebelum=x~y",
        "sesudah=~",
        f"sebelum=2026~{'0' * 20}{'9' * 30}",
        f"sesudah=2026~{2**63}",
        "dari=0001-01-01",
        "sampai=9999-12-31",
        "tinjauan=x",
        "letak=x",
        "kolom=/tidak/ada",
    ):
        page = hadi.read(f"{FORM}?{query}")
        assert (page.status, count(page)) == (200, 31), query
    assert hadi.read(f"{FORM}?bagian=x").status == 404
    assert hadi.read("/formulir/tidak_ada").status == 404


def test_answers_are_shown_by_their_labels_and_nobody_by_name(office: Office, hadi: Visitor) -> None:
    schema = office.schema("abh_laporan_awal")
    wanted = [schema.by_name(name) for name in ("jenis_masuk", "pelapor_nama", "nik")]
    query = "&".join(f"kolom={field.path}" for field in wanted if field)
    page = hadi.read(f"{FORM}?dari=2026-03-03&{query}")
    (row,) = page.tree.xpath("//section[@id='daftar']//tbody/tr")
    text = " ".join(row.text_content().split())
    assert "Laporan dari anak, orang tua atau masyarakat" in text
    assert "R.S.W." in text
    assert "3575********0001" in text
    assert NAME not in page.source
    assert NIK not in page.source


def test_the_table_speaks_the_readers_language(hadi: Visitor) -> None:
    page = hadi.read(f"{FORM}?bahasa=en")
    hadi.read("/?bahasa=id")
    assert "31 submissions, newest first" in page.text
    assert page.tree.xpath("//html/@lang") == ["en"]


# -- what it asks, its versions, its uses ------------------------------------------------------


def test_the_questions_stand_as_on_the_phone_with_conditions_in_words(hadi: Visitor) -> None:
    page = hadi.read(f"{FORM}?bagian=pertanyaan")
    assert "Kasus masuk sebagai" in page.text
    assert "Ditanyakan bila Kasus masuk sebagai = Undangan" in page.text
    nik = page.tree.xpath("//li[.//code[text()='nik']]")[0]
    assert "nomor identitas" in nik.text_content()
    assert page.tree.xpath("//li[contains(@class, 'tree__part')]")


def test_a_version_is_handed_back_exactly_as_it_was_uploaded(office: Office, hadi: Visitor) -> None:
    page = hadi.read(f"{FORM}?bagian=versi")
    (row,) = page.tree.xpath("//section[@aria-labelledby='semua-versi']//tbody/tr")
    assert row.xpath(".//td[@data-label='Kiriman']")[0].text_content().strip() == "31"
    workbook, xform = row.xpath(".//td[last()]//a/@href")
    assert hadi.ask("GET", workbook).body == (XLSFORMS / "abh" / "abh_laporan_awal.xlsx").read_bytes()
    got = hadi.ask("GET", xform)
    with office.store.read() as db:
        kept = db.execute(select(form_version.c.md5).where(form_version.c.id == int(xform.rpartition("/")[2]))).scalar()
    assert md5(got.body, usedforsecurity=False).hexdigest() == kept
    assert "attachment" in got.headers["content-disposition"]
    assert "petugas.csv" in page.text


def test_what_reads_a_form_is_named_with_the_question_it_reads(hadi: Visitor) -> None:
    page = hadi.read("/formulir/abh_konferensi_kasus?bagian=dipakai")
    row = page.tree.xpath("//tr[.//code[text()='berat_tindakan']]")[0]
    assert "r07" in row.text_content()
    opening = hadi.read(f"{FORM}?bagian=dipakai")
    assert "membuka kasus" in opening.text
    assert opening.tree.xpath("//a[contains(@href, '/formulir/abh_asesmen')]")


def test_a_form_published_without_warnings_says_so(hadi: Visitor) -> None:
    assert "Tidak ada temuan" in hadi.read(f"{FORM}?bagian=temuan").text
