"""What scripts of ODK Central offices do, by the client they use: pyodk itself, against our own door."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyodk._utils.config import CentralConfig, Config
from pyodk._utils.session import Session
from pyodk.client import Client
from pyodk.errors import PyODKError

from tests.books import form as workbook
from tests.office import PASSWORD, Office
from tests.reads import readings
from tests.sending import answers_xml, intake

FIRST = "uuid:11111111-1111-4111-8111-111111111111"
SECOND = "uuid:22222222-2222-4222-8222-222222222222"
THIRD = "uuid:33333333-3333-4333-8333-333333333333"
ROWS = "| | text | nama | Nama | | | | | | |\n| | image | foto | Foto | | | | | | |"
FORM = "kunjungan_panti"


def survey(version: str = "1", rows: str = ROWS, form_id: str = FORM) -> bytes:
    return workbook(rows, settings=f"| | {form_id} | {version} | Kunjungan panti |")


def opened(office: Office, name: str, cache: Path) -> Client:
    login = office.town.login(name)
    session = Session(office.address, "v1", login, PASSWORD, cache_path=cache / f"{name}.toml")
    config = Config(CentralConfig(office.address, login, PASSWORD, office.project))
    return Client(config=config, session=session).open()


@pytest.fixture(scope="module")
def rina(shared_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The admin's script."""
    with opened(shared_office, "rina", tmp_path_factory.mktemp("rina")) as client:
        yield client


@pytest.fixture(scope="module")
def hadi(shared_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The supervisor's script."""
    with opened(shared_office, "hadi", tmp_path_factory.mktemp("hadi")) as client:
        yield client


@pytest.fixture(scope="module")
def visit(rina: Client) -> str:
    """A form of its own, published by the script."""
    made = rina.forms.create(survey())
    assert (made.xmlFormId, made.version, made.state) == (FORM, "1", "open")
    return FORM


def test_it_signs_in_once_and_keeps_its_token(shared_office: Office, tmp_path: Path) -> None:
    first = opened(shared_office, "hadi", tmp_path)
    again = opened(shared_office, "hadi", tmp_path)
    assert first.session.headers["Authorization"] == again.session.headers["Authorization"]
    wrong = Session(shared_office.address, "v1", "hadi@pasuruan.test", "salah salah", cache_path=tmp_path / "w.toml")
    with pytest.raises(PyODKError, match=r"401\.2"):
        Client(config=first.config, session=wrong).open()


def test_projects_are_listed_and_read(rina: Client, hadi: Client, shared_office: Office) -> None:
    assert {row.id for row in rina.projects.list()} == {shared_office.project, shared_office.other}
    assert [row.id for row in hadi.projects.list()] == [shared_office.project]
    assert hadi.projects.get().name == hadi.projects.list()[0].name
    with pytest.raises(PyODKError) as refused:
        hadi.projects.get(project_id=shared_office.other)
    assert refused.value.is_central_error(404.1)


def test_forms_are_listed_read_and_fetched(hadi: Client, visit: str) -> None:
    assert visit in {row.xmlFormId for row in hadi.forms.list()}
    assert hadi.forms.get(visit).publishedAt
    assert f'id="{visit}"' in hadi.forms.get_xml(visit)


def test_a_form_is_replaced_with_a_new_definition_and_with_nothing_but_a_new_version(
    rina: Client, hadi: Client, shared_office: Office, tmp_path: Path
) -> None:
    rows = ROWS + "\n| | select_one_from_file panti.csv | panti | Panti | | | | | | |"
    panti = tmp_path / "panti.csv"
    panti.write_text("name,label\np1,Panti Satu\n")
    rina.forms.create(survey("1", rows, "panti_a"), attachments=[panti])
    rina.forms.update("panti_a", definition=survey("2", rows, "panti_a"))
    assert hadi.forms.get("panti_a").version == "2"

    panti.write_text("name,label\np1,Panti Satu\np2,Panti Dua\n")
    rina.forms.update("panti_a", attachments=[panti], version_updater=lambda before: f"{before}.1")
    changed = hadi.forms.get("panti_a")
    assert changed.version == "2.1"
    assert 'version="2.1"' in hadi.forms.get_xml("panti_a")
    files = f"projects/{shared_office.project}/forms/panti_a/attachments"
    assert b"Panti Dua" in hadi.get(f"{files}/panti.csv").content
    older = f"projects/{shared_office.project}/forms/panti_a/versions/2/attachments/panti.csv"
    assert b"Panti Dua" not in hadi.get(older).content

    rina.forms.update("panti_a", attachments=[panti])
    assert hadi.forms.get("panti_a").version.startswith("20")
    with pytest.raises(PyODKError) as refused:
        rina.forms.update("panti_a", attachments=[panti], version_updater=lambda _before: "2.1")
    assert refused.value.is_central_error(409.6)


def test_a_faulty_definition_is_refused_as_central_refuses_it(rina: Client) -> None:
    with pytest.raises(PyODKError) as refused:
        rina.forms.create(survey(rows=ROWS + "\n| | text | nama | Dua kali | | | | | | |", form_id="salah"))
    assert refused.value.is_central_error(400.15)


def test_phones_are_made_once_and_given_forms(rina: Client, visit: str, shared_office: Office) -> None:
    names = ["HP regu A", "HP regu B"]
    made = list(rina.projects.create_app_users(display_names=names, forms=[visit]))
    assert [user.displayName for user in made] == names
    assert list(rina.projects.create_app_users(display_names=names, forms=[visit])) == []
    token = made[0].token
    listed = shared_office.as_(None).get(f"/v1/key/{token}/projects/{shared_office.project}/formList")
    assert visit in listed.text


def test_a_submission_is_sent_with_its_photo_listed_read_and_counted_once(
    hadi: Client, visit: str, tmp_path: Path
) -> None:
    photo = tmp_path / "foto 1.jpg.gz"
    photo.write_bytes(b"\x1f\x8bnot really compressed")
    xml = answers_xml(visit, "1", {"nama": "Panti Harapan", "foto": photo.name}, instance=FIRST).decode()
    sent = hadi.submissions.create(xml, form_id=visit, device_id="skrip", attachments=[photo])
    assert (sent.instanceId, sent.deviceId) == (FIRST, "skrip")
    assert sent.attachments is not None
    assert [(file.name, file.exists) for file in sent.attachments] == [(photo.name, True)]
    address = f"projects/{hadi.project_id}/forms/{visit}/submissions/{FIRST}/attachments/foto%201.jpg.gz"
    assert hadi.get(address).content == photo.read_bytes()

    assert hadi.submissions.get(FIRST, form_id=visit).submitterId == sent.submitterId
    assert [row.instanceId for row in hadi.submissions.list(form_id=visit)].count(FIRST) == 1
    with pytest.raises(PyODKError) as refused:
        hadi.submissions.create(xml, form_id=visit)
    assert refused.value.is_central_error(409.3)


def test_a_submission_is_edited_reviewed_and_commented_on(hadi: Client, visit: str) -> None:
    wrong = answers_xml(visit, "1", {"nama": "Panti Harapn"}, instance=SECOND)
    hadi.submissions.create(wrong.decode(), form_id=visit)
    right = answers_xml(visit, "1", {"nama": "Panti Harapan"}, instance=THIRD, deprecatedID=SECOND)
    hadi.submissions.edit(SECOND, right.decode(), form_id=visit, comment="nama diperbaiki")
    assert hadi.submissions.get(SECOND, form_id=visit).reviewState == "edited"
    assert hadi.get(f"projects/{hadi.project_id}/forms/{visit}/submissions/{THIRD}").json()["instanceId"] == THIRD
    hadi.submissions.review(SECOND, "approved", form_id=visit, comment="sudah benar")
    assert hadi.submissions.get(SECOND, form_id=visit).reviewState == "approved"
    hadi.submissions.add_comment(SECOND, "arsipkan", form_id=visit)
    listed = [note.body for note in hadi.submissions.list_comments(SECOND, form_id=visit)]
    assert listed == ["arsipkan", "sudah benar", "nama diperbaiki"]


def test_a_case_opened_by_a_script_is_one_opened_by_a_phone(hadi: Client, shared_office: Office) -> None:
    case, xml = intake(shared_office.schema("abh_laporan_awal"))
    hadi.submissions.create(xml.decode(), form_id="abh_laporan_awal")
    assert shared_office.case(case)["openSteps"]


def test_the_lists_of_cases_are_read_and_their_rows_with_every_version(hadi: Client, shared_office: Office) -> None:
    case, xml = intake(shared_office.schema("abh_laporan_awal"))
    hadi.submissions.create(xml.decode(), form_id="abh_laporan_awal")
    assert "kasus_abh" in {row.name for row in hadi.entity_lists.list()}
    listed = hadi.entity_lists.get("kasus_abh")
    assert "langkah" in {item.name for item in listed.properties or ()}
    row = next(row for row in hadi.entities.list("kasus_abh") if row.uuid == case)
    base = f"projects/{shared_office.project}/datasets/kasus_abh/entities"
    whole = hadi.get(f"{base}/{case}").json()["currentVersion"]
    assert whole["version"] == row.currentVersion.version
    assert whole["data"]["nomor"]
    told = hadi.get(f"{base}/{case}/versions").json()
    assert [item["current"] for item in told][-1]
    table = list(csv.DictReader(io.StringIO(hadi.get(f"{base}.csv").text)))
    (mine,) = [item for item in table if item["__id"] == case]
    assert (mine["nomor"], mine["__version"]) == (whole["data"]["nomor"], str(whole["version"]))
    seen = [(read.case_id, read.what) for read in readings(shared_office.store)]
    assert (case, f"entity:{case}") in seen
    assert (None, "entities:kasus_abh") in seen
    with pytest.raises(PyODKError) as refused:
        hadi.entity_lists.get("tidak_ada")
    assert refused.value.is_central_error(404.1)
    with pytest.raises(PyODKError) as refused:
        hadi.entities.create("Kasus karangan", {}, "kasus_abh")
    assert refused.value.is_central_error(403.1)


def test_a_list_is_made_filled_changed_and_emptied(rina: Client, hadi: Client) -> None:
    made = rina.entity_lists.create(entity_list_name="panti")
    assert (made.name, made.approvalRequired, made.properties) == ("panti", False, [])
    for name in ("alamat", "kapasitas"):
        assert rina.entity_lists.add_property(name, entity_list_name="panti")
    assert [item.name for item in rina.entity_lists.get("panti").properties or ()] == ["alamat", "kapasitas"]

    one = hadi.entities.create("Panti Harapan", {"alamat": "Jl. Mawar 1"}, "panti")
    assert (one.currentVersion.version, one.currentVersion.userAgent) == (1, "pyodk v1.3.0")
    many = [{"label": "Panti Kasih", "kapasitas": "20"}, {"label": "Panti Bahagia", "kapasitas": "8"}]
    assert hadi.entities.create_many(many, "panti", create_source="panti.csv")
    assert len(hadi.entities.list("panti")) == 3
    with pytest.raises(PyODKError) as refused:
        hadi.entities.update(one.uuid, "panti", data={"kapasitas": "5"}, base_version=2)
    assert refused.value.is_central_error(409.15)
    changed = hadi.entities.update(one.uuid, "panti", label="Panti Harapan Kita", base_version=1)
    assert (changed.currentVersion.version, changed.currentVersion.label) == (2, "Panti Harapan Kita")
    assert hadi.entities.update(one.uuid, "panti", data={"kapasitas": "5"}, force=True).currentVersion.version == 3
    table = hadi.entities.get_table("panti", top=2, count=True)
    assert (table["@odata.count"], len(table["value"])) == (3, 2)
    assert hadi.entities.delete(one.uuid, "panti")
    assert {row.currentVersion.label for row in hadi.entities.list("panti")} == {"Panti Kasih", "Panti Bahagia"}


def test_a_list_may_want_its_rows_approved(rina: Client) -> None:
    assert rina.entity_lists.create(approval_required=True, entity_list_name="mitra").approvalRequired
    assert not rina.entity_lists.create(entity_list_name="mitra_lama").approvalRequired


def test_a_list_is_brought_in_line_with_a_file(rina: Client, hadi: Client) -> None:
    rina.entity_lists.create(entity_list_name="sekolah")
    rina.entity_lists.add_property("kota", entity_list_name="sekolah")
    old = [{"label": "SD 1", "kota": "Pasuruan"}, {"label": "SD 2", "kota": "Pasuruan"}]
    hadi.entities.create_many(old, "sekolah")
    new = [{"label": "SD 1", "kota": "Bangil", "murid": "120"}, {"label": "SD 3", "kota": "Pasuruan", "murid": "80"}]
    rina.entities.merge(new, entity_list_name="sekolah", match_keys=["label"], delete_not_matched=True)
    rows = {row["label"]: row for row in hadi.entities.get_table("sekolah")["value"]}
    assert {label: (row["kota"], row["murid"]) for label, row in rows.items()} == {
        "SD 1": ("Bangil", "120"),
        "SD 3": ("Pasuruan", "80"),
    }
    assert rows["SD 1"]["__system"]["version"] == 2
