"""A draft is tried on a phone before it is published: nothing real goes in, nothing of it comes out."""

import io
import zipfile

import openpyxl
import pytest
from sqlalchemy import select

from server.store.cases import case
from server.store.drafts import draft_attachment, draft_submission
from server.store.forms import form_version
from server.store.submissions import submission
from tests.books import form as workbook
from tests.browsing import signed_in, worked
from tests.office import Client, Office
from tests.officer import Officer
from tests.phone.collect import Phone
from tests.phone.javarosa import Photo
from tests.sending import answers_xml, offered, send, url_path

FORM = "uji_kunjungan"


def survey(version: str) -> bytes:
    return workbook(
        "| | text | catatan | Catatan | | | | | | |\n| | image | foto | Foto | | | | | | |",
        settings=f"| | {FORM} | {version} | Uji kunjungan |",
    )


@pytest.fixture
def path(office: Office) -> str:
    return f"/v1/projects/{office.project}/forms"


def test_a_draft_is_tried_on_a_phone_without_log_in_and_its_trials_go_when_it_is_published(
    office: Office, path: str
) -> None:
    rina = office.as_("rina")
    made = rina.post(f"{path}?publish=false&ignoreWarnings=true", survey("1")).json
    assert len(made["draftToken"]) == 64
    assert office.as_("sri").get(f"{path}/{FORM}/draft").json["draftToken"] is None
    with office.store.read() as db:
        key = db.execute(select(form_version.c.id).where(form_version.c.published_at.is_(None))).scalar_one()
    for there in (f"/{key}.xml", f"/{key}/manifest", f"/{key}/media/logo.png", "/4000/manifest"):
        assert Client(office.address).get(f"{url_path(office.phone_url())}/openrosa{there}").status == 404, there
    url = f"{office.address}/v1/test/{made['draftToken']}/projects/{office.project}/forms/{FORM}/draft"
    assert FORM not in offered(office.phone_url())
    phone = Phone(url).sync()
    assert list(phone.forms) == [FORM]
    phone.report(FORM, {"catatan": "coba", "foto": Photo("rumah é.jpg", b"\xff\xd8\xff")}, seed=3)
    (sent,) = phone.send()
    assert (sent.state, sent.status) == ("sent", 201)
    assert "terhapus saat formulir diterbitkan" in sent.message
    assert phone.resend(sent).status == 201
    assert send(url, sent.xml.replace(b"coba", b"lain")).status == 409
    assert (office.count(draft_submission), office.count(draft_attachment)) == (1, 1)
    assert (office.count(submission), office.count(case)) == (0, 0)
    trials = f"{path}/{FORM}/draft/submissions"
    (row,) = office.as_("sri").get(trials).json
    assert row["instanceId"] == sent.instance_id
    assert row["currentVersion"]["deviceId"]
    one = f"{trials}/{sent.instance_id}"
    assert office.as_("sri").get(f"{one}.xml", **{"X-Action-Notes": "uji coba"}).body == sent.xml
    assert office.as_("sri").get(one).json == row
    (photo,) = office.as_("sri").get(f"{one}/attachments").json
    assert office.as_("sri").get(f"{one}/attachments/{photo['name']}").body == b"\xff\xd8\xff"
    assert office.as_("sri").get(f"{path}/{FORM}/submissions").json == []
    replaced = rina.post(f"{path}/{FORM}/draft?ignoreWarnings=true", survey("2"))
    assert replaced.json == {"success": True}, replaced.text
    assert rina.get(f"{path}/{FORM}/draft").json["draftToken"] == made["draftToken"]
    assert offered(url)[FORM]["version"] == "2"
    assert rina.post(f"{path}/{FORM}/draft/publish").json == {"success": True}
    assert rina.get(f"{path}/{FORM}").json["draftToken"] is None
    assert office.count(draft_submission) == 0
    assert office.as_("sri").get(trials).json == []
    gone = send(url, answers_xml(FORM, "2", {"catatan": "x"}))
    assert gone.status == 404
    assert "kode QR baru" in gone.text
    assert Client(office.address).get(url_path(url) + "/formList").status == 404
    assert FORM in offered(office.phone_url("Ponsel Tono", "tono"))


def test_what_was_tried_is_read_as_a_feed_and_a_table_before_the_form_is_published(office: Office, path: str) -> None:
    rows = "| | text | nama_klien | Nama | | | | | | |\n| | begin_repeat | barang | Barang | | | | | | |"
    rows += "\n| | integer | jumlah | Jumlah | | | | | | |\n| | end_repeat | | | | | | | | |"
    rows += "\n| | image | foto | Foto | | | | | | |"
    book = workbook(rows, settings=f"| | {FORM} | 1 | Uji kunjungan |")
    rina, sri, here = office.as_("rina"), office.as_("sri"), f"{path}/{FORM}"
    token = rina.post(f"{path}?ignoreWarnings=true", book).json["draftToken"]
    assert rina.get(f"{here}.svc").json["code"] == 404.1
    phone = Phone(f"{office.address}/v1/test/{token}/projects/{office.project}/forms/{FORM}/draft").sync()
    for name, number in (("Budi Santoso", 3), ("Siti Aminah", 1)):
        office.clock.advance(minutes=1)
        answers = {"nama_klien": name, "barang": [{"jumlah": n} for n in range(number)]}
        phone.report(FORM, {**answers, "foto": Photo(f"{number}.jpg", b"\xff\xd8\xff")}, seed=number)
        assert [one.status for one in phone.send()] == [201]

    service = rina.get(f"{here}/draft.svc")
    assert [item["name"] for item in service.json["value"]] == ["Submissions", "Submissions.barang"]
    assert 'Name="jumlah" Type="Edm.Int64"' in rina.get(f"{here}/draft.svc/$metadata").text
    feed = f"{here}/draft.svc/Submissions"
    first = rina.get(f"{feed}?$top=1&$count=true").json
    assert (first["@odata.count"], first["value"][0]["nama_klien"]) == (2, "Siti Aminah")
    assert "/draft.svc/Submissions" in first["@odata.nextLink"]
    (second,) = rina.get(first["@odata.nextLink"].removeprefix(office.address)).json["value"]
    system = second["__system"]
    assert (second["nama_klien"], system["reviewState"], system["attachmentsPresent"]) == ("Budi Santoso", None, 1)
    assert len(rina.get(f"{here}/draft.svc/Submissions.barang").json["value"]) == 4
    row = f"{feed}('{second['__id']}')"
    assert [item["jumlah"] for item in rina.get(f"{row}/barang").json["value"]] == [0, 1, 2]
    late = f"{feed}?$filter=__system/submissionDate gt {system['submissionDate']} and __system/reviewState eq null"
    assert [item["nama_klien"] for item in rina.get(late).json["value"]] == ["Siti Aminah"]
    assert [item["nama_klien"] for item in sri.get(feed).json["value"]] == ["S.A.", "B.S."]

    table = rina.get(f"{here}/draft/submissions.csv")
    assert "Budi Santoso" in table.text
    assert "Budi Santoso" not in sri.get(f"{here}/draft/submissions.csv").text
    assert rina.get(f"{here}/draft/submissions.csv", **{"If-None-Match": table.headers["etag"]}).status == 304
    packed = zipfile.ZipFile(io.BytesIO(rina.post(f"{here}/draft/submissions.csv.zip").body))
    assert sorted(packed.namelist()) == ["media/1.jpg", "media/3.jpg", f"{FORM}-barang.csv", f"{FORM}.csv"]
    assert len(rina.get(f"{here}/draft/submissions?limit=1&offset=1").json) == 1

    assert rina.post(f"{here}/draft/publish").json == {"success": True}
    assert rina.get(feed).json["code"] == 404.1
    assert rina.get(f"{here}.svc/Submissions").json["value"] == []


def test_a_trial_of_a_follow_up_picks_made_up_cases_never_real_ones(office: Office, path: str) -> None:
    Officer(office).intake()
    book = office.as_("rina").get(f"{path}/abh_asesmen.xlsx").body
    made = office.as_("rina").post(f"{path}/abh_asesmen/draft?ignoreWarnings=true", again(book))
    assert made.json == {"success": True}, made.text
    token = office.as_("rina").get(f"{path}/abh_asesmen/draft").json["draftToken"]
    url = f"{office.address}/v1/test/{token}/projects/{office.project}/forms/abh_asesmen/draft"
    phone = Phone(url).sync()
    rows = phone.rows("kasus_abh")
    assert [row["nomor"] for row in rows] == ["CONTOH-1", "CONTOH-2", "CONTOH-3"]
    assert {row["formulir"] for row in rows} == {"abh_asesmen"}
    phone.report("abh_asesmen", {"kasus_id": rows[0]["name"]}, seed=1)
    assert [one.status for one in phone.send()] == [201]
    real = {row["name"] for row in Phone(office.phone_url()).sync().rows("kasus_abh")}
    assert len(real) == 1
    assert office.count(submission) == 1


def again(book: bytes) -> bytes:
    """The same workbook under the next version."""
    made = openpyxl.load_workbook(io.BytesIO(book))
    sheet = made["settings"]
    column = next(cell.column for cell in sheet[1] if cell.value == "version")
    sheet.cell(2, column).value = str(int(sheet.cell(2, column).value) + 1)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_rina_keeps_an_upload_as_a_draft_and_tries_it_before_it_is_published(office: Office, path: str) -> None:
    rina = signed_in(office, "rina")
    rina.read("/formulir")
    sent = rina.upload("/terbitkan", {f"{FORM}.xlsx": survey("1")}, {"kantor": str(office.project), "dari": "form"})
    checked = worked(office, rina, sent)
    assert "Simpan sebagai draf" in checked.text, checked.text
    job = sent.headers["location"]
    ticks = checked.tree.xpath("//input[@name='terima']/@value")
    kept = worked(office, rina, rina.fill(f"{job}/ya", {"terima": ticks, "nama": "Rina Kartika", "draf": "ya"}))
    assert "Belum ada yang terbit" in kept.text
    assert office.as_("rina").get(f"{path}/{FORM}").json["publishedAt"] is None
    assert FORM not in offered(office.phone_url())
    (form_page,) = kept.links(f"/formulir/{FORM}")
    (trial,) = rina.read(form_page).links("/pengumpulan/")
    assert "Uji coba draf versi 1" in rina.read(trial).text
    token = office.as_("rina").get(f"{path}/{FORM}/draft").json["draftToken"]
    url = f"{office.address}/v1/test/{token}/projects/{office.project}/forms/{FORM}/draft"
    assert send(url, answers_xml(FORM, "1", {"catatan": "pagar sudah roboh"})).status == 201
    assert "pagar sudah roboh" in rina.read(trial).text


def test_a_trial_is_read_as_a_submission_is(office: Office, path: str) -> None:
    rows = """
    | | select_one ada | keadaan | Keadaan | | | | | | |
    | | date | hari | Hari | | | | | | |
    | | text | nik | NIK | | | | | | |
    | | begin repeat | anak | Anak | | | | | | |
    | | text | panggilan | Nama panggilan | | | | | | |
    | | end repeat | | | | | | | | |"""
    book = workbook(rows, "| | ada | baik | Baik sekali |", settings=f"| | {FORM} | 1 | Uji kunjungan |")
    made = office.as_("rina").post(f"{path}?publish=false&ignoreWarnings=true", book).json
    url = f"{office.address}/v1/test/{made['draftToken']}/projects/{office.project}/forms/{FORM}/draft"
    sent = (
        f'<data id="{FORM}" version="1"><keadaan>baik</keadaan><hari>2026-03-02</hari><nik>3575021202050001</nik>'
        "<anak><panggilan>Ucok</panggilan></anak><anak><panggilan>Butet</panggilan></anak>"
        "<meta><instanceID>uuid:coba-1</instanceID></meta></data>"
    )
    assert send(url, sent.encode()).status == 201
    rina = signed_in(office, "rina")
    (trial,) = rina.read(f"/formulir/{FORM}").links("/pengumpulan/")
    page = rina.read(trial)
    facts = [" ".join(" ".join(one.itertext()).split()) for one in page.tree.xpath("//dl[@class='facts']/div")]
    assert facts[:2] == ["Keadaan Baik sekali", "Hari 2 Mar 2026"]
    assert facts[3:] == ["Nama panggilan Anak 1 Ucok", "Nama panggilan Anak 2 Butet"]
    assert "3575021202050001" not in page.source
