"""One submission as people read, review and correct it."""

import io
from collections.abc import Iterator
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select

from server.store.submissions import submission
from tests.browsing import Page, Visitor, signed_in
from tests.office import KOTA_PASURUAN, Office, opened
from tests.photos import jpeg
from tests.reads import readings
from tests.sending import follow_up, intake, send
from tests.world import Clock, Databases

PHONE_NUMBER = "081234567890"
SIDEWAYS = jpeg(place=((7.0, 38.0, 42.0), (112.0, 54.0, 27.0)), device="Ponsel Petugas", turned=6)
VOICE = b"#!AMR\n" + bytes(range(200))

LOG = """event,node,start,end,old-value,new-value
form start,,1772416800000,,,
question,/data{nik},1772416800000,1772416805000,,3575021202050001
question,/data{sex},1772416805000,1772416807000,P,L
"""


class Desk:
    """The office with what was sent to it: `report` (edited once), `assessment` of its case, `locked` (encrypted) and
    `early` (of a version nobody published), each by the number of its page."""

    def __init__(self, office: Office) -> None:
        self.office = office
        schema = office.schema("abh_laporan_awal")
        url = office.phone_url()
        first = f"uuid:{uuid4()}"
        told = {"pelapor_hp": PHONE_NUMBER, "lokasi": "-7.645283 112.906911 12 4", "foto_surat": "surat.jpg"}
        self.case, xml = intake(schema, instance=first, **told)
        xml = xml.replace(b"<meta>", b"<catatan_lama>dari formulir lama</catatan_lama><meta>")
        nik, sex = schema.by_name("nik"), schema.by_name("jk")
        assert nik
        assert sex
        log = LOG.format(nik=nik.path, sex=sex.path).encode()
        files = {"surat.jpg": SIDEWAYS, "suara.amr": VOICE, "audit.csv": log}
        assert send(url, xml, files).status == 201
        office.clock.advance(hours=1)
        _, xml = intake(schema, case=self.case, deprecatedID=first, jk="P", **told)
        assert send(url, xml).status == 201
        office.clock.advance(hours=1)
        xml = follow_up(office.schema("abh_asesmen"), self.case, {"berat_tindakan": "ringan"})
        assert send(url, xml).status == 201
        _, xml = intake(schema, version="1999")
        assert send(url, xml).status == 201
        envelope = (
            f'<data id="abh_laporan_awal" version="{schema.version}" encrypted="yes"'
            ' xmlns="http://opendatakit.org/submissions"><base64EncryptedKey>YQ==</base64EncryptedKey>'
            f'<meta xmlns="http://openrosa.org/xforms"><instanceID>uuid:{uuid4()}</instanceID></meta>'
            "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"
        )
        assert send(url, envelope.encode(), {"submission.xml.enc": b"rahasia"}).status == 201
        with office.store.read() as db:
            ids = db.execute(select(submission.c.id).order_by(submission.c.created_at, submission.c.id)).scalars().all()
        self.report, self.assessment, self.early, self.locked = ids


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("kiriman") / "data"
    for office in opened(KOTA_PASURUAN, request.param, databases, folder, Clock(), request):
        yield Desk(office)


@pytest.fixture(scope="module")
def hadi(desk: Desk) -> Visitor:
    return signed_in(desk.office, "hadi")


@pytest.fixture(scope="module")
def sri(desk: Desk) -> Visitor:
    return signed_in(desk.office, "sri")


def answer(page: Page, section: str, question: str) -> str:
    """What a part of the page says to a question, blanks squeezed."""
    found = page.tree.xpath(f"//section[@aria-label='{section}']//div[dt[normalize-space()='{question}']]/dd")
    return " ".join(found[0].text_content().split())


# -- who may not -------------------------------------------------------------------------------


def test_a_submission_of_another_office_is_not_there(desk: Desk) -> None:
    bambang = signed_in(desk.office, "bambang")
    here = f"/kiriman/{desk.report}"
    for path in (here, f"{here}?revisi=1", f"{here}/berkas/surat.jpg", f"{here}/berkas/surat.jpg?revisi=1"):
        assert bambang.read(path).status == 404, path
    bambang.read("/")
    for path, fields in (("tinjau", {"keadaan": "approved"}), ("catat", {"catatan": "x"}), ("buka", {"alasan": "x"})):
        assert bambang.fill(f"{here}/{path}", fields).status == 404, path


def test_an_officer_reads_but_does_not_review(desk: Desk, sri: Visitor) -> None:
    page = sri.read(f"/kiriman/{desk.report}")
    assert page.tree.xpath("//input[@name='keadaan']") == []
    assert "Yang meninjau adalah atasan" in page.text
    assert sri.fill(f"/kiriman/{desk.report}/tinjau", {"keadaan": "approved"}).status == 403


# -- reading -----------------------------------------------------------------------------------


def test_every_reading_is_noted_also_of_an_earlier_revision_and_of_a_file(desk: Desk, sri: Visitor) -> None:
    before = len(readings(desk.office.store))
    here = f"/kiriman/{desk.report}"
    for path in (here, f"{here}?revisi=1", f"{here}/berkas/surat.jpg"):
        assert sri.ask("GET", path).status == 200
    noted = readings(desk.office.store)[before:]
    assert [(row.actor_id, row.case_id) for row in noted] == [(desk.office.viewer("sri").id, desk.case)] * 3
    assert all(row.what.startswith("submission:") for row in noted)


def test_answers_stand_by_part_with_their_labels(desk: Desk, sri: Visitor) -> None:
    page = sri.read(f"/kiriman/{desk.report}")
    told = answer(page, "Laporan atau undangan", "Kasus masuk sebagai")
    assert told == "Laporan dari anak, orang tua atau masyarakat"
    assert page.tree.xpath(f"//a[@href='/kasus/{desk.case}']")
    assert page.tree.xpath("//a[contains(@href, '/formulir/abh_laporan_awal')]")
    other = sri.read(f"/kiriman/{desk.report}?bahasa=en")
    sri.read("/?bahasa=id")
    assert "This reading is logged" in other.text


def test_what_the_form_does_not_know_is_shown_all_the_same(desk: Desk, sri: Visitor) -> None:
    page = sri.read(f"/kiriman/{desk.report}?revisi=1")
    assert "Anda membaca revisi 1 dari 2" in page.text
    unknown = page.tree.xpath("//section[@aria-labelledby='tak-dikenal']")[0].text_content()
    assert "/catatan_lama" in unknown
    assert "dari formulir lama" in unknown


def test_who_sent_it_is_reached_only_with_a_reason(desk: Desk, sri: Visitor) -> None:
    mine = sri.read(f"/kiriman/{desk.report}")
    assert PHONE_NUMBER in mine.text
    tono = signed_in(desk.office, "tono")
    page = tono.read(f"/kiriman/{desk.report}")
    assert PHONE_NUMBER not in page.source
    assert "********890" in page.text
    for seen in (mine, page):
        assert "7.645" not in seen.source
        assert "-7.65, 112.91" in seen.text
    whole = tono.fill(f"/kiriman/{desk.report}/buka", {"alasan": "menghubungi pelapor"})
    assert PHONE_NUMBER in whole.text
    assert whole.tree.xpath("//a[@href='geo:-7.645283,112.906911']")
    assert readings(desk.office.store)[-1].what.endswith("menghubungi pelapor")


def test_a_photo_is_shown_upright_and_without_where_it_was_taken(desk: Desk, sri: Visitor) -> None:
    page = sri.read(f"/kiriman/{desk.report}?revisi=1")
    (source,) = page.tree.xpath("//a[@class='photo']/img/@src")
    got = sri.ask("GET", source)
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["content-disposition"].startswith("inline")
    assert b"Ponsel Petugas" not in got.body
    shown = Image.open(io.BytesIO(got.body)).getexif()
    assert dict(shown) == {0x0112: 6}


def test_the_size_of_a_file_is_written_in_the_readers_language(desk: Desk, sri: Visitor) -> None:
    size = f"{len(SIDEWAYS) / 1000:.1f}"
    assert not size.endswith("0")
    here = f"/kiriman/{desk.report}?revisi=1"
    assert f"surat.jpg {size.replace('.', ',')} kB" in sri.read(here).text
    assert f"surat.jpg {size} kB" in sri.read(f"{here}&bahasa=en").text
    sri.cookies.pop("bahasa")


def test_a_recording_can_be_played_from_its_middle(desk: Desk, sri: Visitor) -> None:
    address = f"/kiriman/{desk.report}/berkas/suara.amr?revisi=1"
    whole = sri.ask("GET", address)
    assert whole.headers["content-type"] == "audio/amr"
    assert whole.body == VOICE
    piece = sri.ask("GET", address, Range="bytes=100-119")
    assert (piece.status, piece.body) == (206, VOICE[100:120])
    assert "media-src 'self'" in sri.read(f"/kiriman/{desk.report}").headers["content-security-policy"]


def test_the_phones_own_log_tells_how_it_was_filled_and_nobodys_number(desk: Desk, sri: Visitor) -> None:
    page = sri.read(f"/kiriman/{desk.report}?revisi=1")
    lines = [" ".join(line.text_content().split()) for line in page.tree.xpath("//ol[contains(@class, 'filling')]/li")]
    assert lines[0] == "2 Mar 2026 09.00 WIBFormulir dibuka"
    assert lines[1].endswith("Pertanyaan NIK 5 detik")
    assert lines[2].endswith("P → L")
    assert "3575021202050001" not in page.source


def test_what_cannot_be_read_says_why(desk: Desk, sri: Visitor) -> None:
    assert "dienkripsi di ponsel" in sri.read(f"/kiriman/{desk.locked}").text
    assert "1999" in sri.read(f"/kiriman/{desk.early}").tree.xpath("//section[h2='Jawaban']")[0].text_content()
    assert "Terenkripsi" in sri.read("/formulir/abh_laporan_awal").text
    assert "Versi 1999 belum pernah diterbitkan di sini" in sri.read("/formulir/abh_laporan_awal").text


# -- edits -------------------------------------------------------------------------------------


def test_an_edit_is_told_question_by_question(desk: Desk, sri: Visitor) -> None:
    page = sri.read(f"/kiriman/{desk.report}")
    rows = page.tree.xpath("//section[@id='riwayat']//tbody/tr")
    told = [[" ".join(cell.text_content().split()) for cell in row] for row in rows]
    assert ["Jenis kelamin", "Laki-laki", "Perempuan"] in told
    assert all("instanceID" not in cell for row in told for cell in row)
    (earlier,) = page.tree.xpath("//section[@id='riwayat']//a/@href")
    old = sri.read(earlier)
    assert old.tree.xpath("//dd[normalize-space()='Laki-laki']")
    assert not page.tree.xpath("//dd[normalize-space()='Laki-laki']")
    assert sri.read(f"/kiriman/{desk.report}?revisi=9").status == 404


# -- review ------------------------------------------------------------------------------------


def test_a_review_that_asks_for_something_needs_a_reason_and_keeps_what_was_chosen(desk: Desk, hadi: Visitor) -> None:
    here = f"/kiriman/{desk.assessment}"
    hadi.read(here)
    none = hadi.fill(f"{here}/tinjau", {"keadaan": "", "alasan-tinjauan": ""})
    assert [field for field, _ in none.errors] == ["keadaan"]
    refused = hadi.fill(f"{here}/tinjau", {"keadaan": "hasIssues", "alasan-tinjauan": "  "})
    assert refused.status == 400
    assert [field for field, _ in refused.errors] == ["alasan-tinjauan"]
    assert refused.tree.xpath("//input[@name='keadaan'][@checked]/@value") == ["hasIssues"]
    assert hadi.fill(f"{here}/tinjau", {"keadaan": "lupa", "alasan-tinjauan": "x"}).status == 400


def test_what_is_written_is_kept_whole_or_refused_never_cut(desk: Desk, hadi: Visitor) -> None:
    here = f"/kiriman/{desk.report}"
    hadi.read(here)
    long = "Ibu sudah dihubungi. " * 100
    refused = hadi.fill(f"{here}/tinjau", {"keadaan": "hasIssues", "alasan-tinjauan": long})
    assert [field for field, _ in refused.errors] == ["alasan-tinjauan"]
    assert refused.tree.xpath("//textarea[@id='alasan-tinjauan']")[0].text_content().strip() == long.strip()
    for field, act, more in (("catatan", "catat", {}), ("alasan-tinjauan", "tinjau", {"keadaan": "hasIssues"})):
        lines = f"{act}\r\n" + "a\r\n" * 990
        assert hadi.fill(f"{here}/{act}", {field: lines, **more}).status == 303, "a browser counts a new line once"


def test_what_follows_from_a_rejection_is_said_first_and_then_happens(desk: Desk, hadi: Visitor) -> None:
    here = f"/kiriman/{desk.assessment}"
    before = desk.office.case(desk.case)["openSteps"]
    page = hadi.read(here)
    (told,) = [
        " ".join(choice.text_content().split())
        for choice in page.tree.xpath("//label[.//input[@name='keadaan'][@value='rejected']]")
    ]
    number = desk.office.case(desk.case)["number"]
    assert f"Di kasus {number} terbuka lagi langkah Pendataan dan asesmen" in told
    done = hadi.fill(f"{here}/tinjau", {"keadaan": "rejected", "alasan-tinjauan": "Umurnya keliru"})
    page = hadi.read(done.headers["location"])
    assert "Kiriman ditolak" in page.text
    assert "Umurnya keliru" in page.tree.xpath("//section[@id='riwayat']")[0].text_content()
    assert "s03" in desk.office.case(desk.case)["openSteps"]
    hadi.fill(f"{here}/tinjau", {"keadaan": "approved", "alasan-tinjauan": ""})
    assert desk.office.case(desk.case)["openSteps"] == before
    found = hadi.read("/formulir/abh_asesmen?tinjauan=approved")
    assert found.tree.xpath(f"//a[@href='{here}']")


def test_a_note_is_kept_with_who_wrote_it(desk: Desk, sri: Visitor) -> None:
    here = f"/kiriman/{desk.report}"
    sri.read(here)
    assert [field for field, _ in sri.fill(f"{here}/catat", {"catatan": " "}).errors] == ["catatan"]
    done = sri.fill(f"{here}/catat", {"catatan": "Ibu <b>sudah</b> dihubungi."})
    history = sri.read(done.headers["location"].partition("#")[0]).tree.xpath("//section[@id='riwayat']")[0]
    assert "Ibu <b>sudah</b> dihubungi." in history.text_content()
    assert "Sri Wahyuni" in history.text_content()
