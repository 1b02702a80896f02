"""The phone of our tests behaves as Collect does: it hides, filters, refuses and writes what JavaRosa decides."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from tests.phone import http
from tests.phone.entity_lists import BadList, EntityList, changes
from tests.phone.java import TIMEZONE
from tests.phone.javarosa import (
    Device,
    Form,
    NotOffered,
    PhoneError,
    Photo,
    Refused,
    Session,
    UnknownQuestion,
    open_form,
)

LAPORAN = """
| settings | | | | |
| | form_id | form_title | version | instance_name |
| | abh_laporan_awal | Laporan awal | 1 | concat('Laporan ', ${inisial}) |
| survey | | | | | | | | | |
| | type | name | label | required | relevant | constraint | choice_filter | calculation | save_to |
| | start | mulai | | | | | | | |
| | end | selesai | | | | | | | |
| | today | hari | | | | | | | |
| | deviceid | alat | | | | | | | |
| | username | akun | | | | | | | |
| | begin group | anak | Anak | | | | | | |
| | text | inisial | Inisial | yes | | | | | inisial |
| | integer | usia | Usia | yes | | . < 18 | | | usia |
| | select_one yt | sekolah | Bersekolah? | | ${usia} >= 6 | | | | |
| | text | nama_sekolah | Nama sekolah | yes | ${sekolah} = 'ya' | | | | |
| | end group | | | | | | | | |
| | select_one kab | kab | Kabupaten | | | | | | |
| | select_one kec | kec | Kecamatan | | | | kab = ${kab} | | |
| | select_multiple layanan | layanan | Layanan | | | | | | |
| | begin repeat | anggota | Anggota keluarga | | | | | | |
| | text | nama_anggota | Nama | | | | | | |
| | integer | umur | Umur | | | | | | |
| | end repeat | | | | | | | | |
| | calculate | jumlah | | | | | | count(${anggota}) | |
| | image | foto | Foto | | | | | | |
| | date | tgl | Tanggal | | | . <= today() | | | |
| | geopoint | titik | Titik | | | | | | |
| choices | | | | |
| | list_name | name | label | kab |
| | yt | ya | Ya | |
| | yt | tidak | Tidak | |
| | kab | pasuruan | Pasuruan | |
| | kab | malang | Malang | |
| | kec | gadingrejo | Gadingrejo | pasuruan |
| | kec | purworejo | Purworejo | pasuruan |
| | kec | klojen | Klojen | malang |
| | layanan | rumah | Rumah aman | |
| | layanan | sekolah | Sekolah | |
| | layanan | medis | Medis | |
| entities | | | |
| | list_name | label | create_if |
| | kasus_abh | concat('ANAK X, ', ${usia}) | ${usia} > 7 |
"""

ASESMEN = """
| settings | | |
| | form_id | version |
| | abh_asesmen | 1 |
| survey | | | | | |
| | type | name | label | choice_filter | save_to |
| | select_one yt | semua | Tampilkan semua? | | |
| | select_one_from_file kasus_abh.csv | kasus_id | Kasus | FILTER | |
| | text | catatan | Catatan | | catatan |
| choices | | | |
| | list_name | name | label |
| | yt | ya | Ya |
| | yt | tidak | Tidak |
| entities | | | |
| | list_name | label | entity_id |
| | kasus_abh | | ${kasus_id} |
""".replace(
    "FILTER",
    "selected(formulir, 'abh_asesmen') or (${semua} = 'ya' and terbuka = 'ya') or name = current()/../kasus_id",
)

ONE, TWO, THREE = (f"{n}1111111-1111-4111-8111-111111111111" for n in "123")
LIST = f"""name,label,__version,formulir,terbuka,catatan
{ONE},ANAK SATU,3,abh_asesmen,ya,
{TWO},ANAK DUA,1,abh_diversi,ya,
{THREE},ANAK TIGA,1,,tidak,
"""


@pytest.fixture(scope="module")
def laporan() -> Form:
    return Form(convert(LAPORAN, file_type=".md").xform)


@pytest.fixture(scope="module")
def asesmen() -> Form:
    return Form(convert(ASESMEN, file_type=".md").xform, {"kasus_abh.csv": LIST.encode()})


def find(session: Session, name: str) -> list[str]:
    return [node.text or "" for node in etree.fromstring(session.xml()).iter(f"{{*}}{name}")]


def test_a_filled_form_carries_what_the_officer_wrote(laporan: Form) -> None:
    device = Device(deviceid="collect:abc", username="Rina")
    answers = {
        "inisial": "AB",
        "usia": 12,
        "kab": "pasuruan",
        "kec": "gadingrejo",
        "layanan": ["medis", "rumah"],
        "tgl": date(2026, 1, 2),
        "titik": "-7.6 112.9 0 5",
    }
    session = laporan.open(device=device).fill(answers).finalise()
    root = etree.fromstring(session.xml())
    assert (root.get("id"), root.get("version")) == ("abh_laporan_awal", "1")
    assert session.value("layanan") == "medis rumah"
    assert session.value("tgl") == "2026-01-02"
    assert session.value("titik").split()[:2] == ["-7.6", "112.9"]
    assert session.value("alat") == "collect:abc"
    assert session.value("akun") == "Rina"
    assert session.instance_id.startswith("uuid:")
    assert session.instance_name == "Laporan AB"
    assert session.value("selesai") >= session.value("mulai") > ""


def test_the_clock_of_the_phone_can_be_in_the_past(laporan: Form) -> None:
    at = datetime(2026, 3, 4, 9, 15, tzinfo=ZoneInfo(TIMEZONE))
    session = laporan.open(at=at).fill({"inisial": "AB", "usia": 3}).finalise()
    assert session.value("mulai") == "2026-03-04T09:15:00.000+07:00"
    assert session.value("hari") == "2026-03-04"


def test_a_hidden_question_is_not_asked_and_not_sent(laporan: Form) -> None:
    session = laporan.open().fill({"inisial": "AB", "usia": 4, "sekolah": "ya", "nama_sekolah": "SD 1"}).finalise()
    assert session.skipped == ["sekolah", "nama_sekolah"]
    assert find(session, "sekolah") == []
    session = laporan.open().fill({"inisial": "AB", "usia": 7, "sekolah": "ya", "nama_sekolah": "SD 1"}).finalise()
    assert find(session, "nama_sekolah") == ["SD 1"]


def test_a_name_the_form_does_not_know_is_a_mistake(laporan: Form) -> None:
    with pytest.raises(UnknownQuestion, match="inisal"):
        laporan.open().fill({"inisal": "AB"})
    with pytest.raises(UnknownQuestion, match="anggota/nama"):
        laporan.open().fill({"anggota": [{"nama": "Budi"}]})


def test_constraints_and_required_answers_hold(laporan: Form) -> None:
    with pytest.raises(Refused, match="usia"):
        laporan.open().fill({"inisial": "AB", "usia": 18})
    with pytest.raises(Refused, match="/data/anak/usia: required"):
        laporan.open().fill({"inisial": "AB"}).finalise()


def test_rows_are_made_as_many_as_given(laporan: Form) -> None:
    rows = [{"nama_anggota": "Budi", "umur": 40}, {"nama_anggota": "Siti"}, {"umur": 3}]
    session = laporan.open().fill({"inisial": "AB", "usia": 3, "anggota": rows}).finalise()
    assert find(session, "nama_anggota") == ["Budi", "Siti", ""]
    assert find(session, "umur") == ["40", "", "3"]
    assert session.value("jumlah") == "3"


def test_only_offered_choices_can_be_chosen(laporan: Form) -> None:
    session = laporan.open().fill({"kab": "malang"})
    assert session.offered("kec") == {"klojen": "Klojen"}
    with pytest.raises(NotOffered, match="gadingrejo"):
        laporan.open().fill({"kab": "malang", "kec": "gadingrejo"})


def test_a_photo_travels_with_the_form(laporan: Form) -> None:
    session = laporan.open().fill({"foto": Photo("rumah.jpg", b"jpeg")})
    assert session.value("foto") == "rumah.jpg"
    assert session.files == {"rumah.jpg": b"jpeg"}


def test_made_up_answers_pass_the_form_s_own_rules(laporan: Form) -> None:
    first = [laporan.open().fill_random(seed, {"inisial": "AB"}).finalise().value("usia") for seed in range(10)]
    again = [laporan.open().fill_random(seed, {"inisial": "AB"}).finalise().value("usia") for seed in range(10)]
    assert first == again
    assert all(int(age) < 18 for age in first)


def test_an_intake_creates_a_case(laporan: Form) -> None:
    session = laporan.open().fill({"inisial": "AB", "usia": 12}).finalise()
    (change,) = changes(laporan, session.xml())
    assert (change.dataset, change.creates, change.updates) == ("kasus_abh", True, False)
    assert len(change.id) == 36
    assert change.label == "ANAK X, 12"
    assert change.data == {"inisial": "AB", "usia": "12"}
    session = laporan.open().fill({"inisial": "AB", "usia": 5}).finalise()
    assert [change.creates for change in changes(laporan, session.xml())] == [False]


def test_a_follow_up_offers_the_waiting_cases_and_names_its_base(asesmen: Form) -> None:
    session = asesmen.open()
    assert session.offered("kasus_id") == {ONE: "ANAK SATU"}
    session.fill({"semua": "ya"})
    assert session.offered("kasus_id") == {ONE: "ANAK SATU", TWO: "ANAK DUA"}
    with pytest.raises(NotOffered):
        asesmen.open().fill({"kasus_id": THREE})
    session = asesmen.open().fill({"kasus_id": ONE, "catatan": "baik"}).finalise()
    (change,) = changes(asesmen, session.xml())
    assert (change.id, change.creates, change.updates, change.data) == (ONE, False, True, {"catatan": "baik"})
    (block,) = etree.fromstring(session.xml()).iter("{*}entity")
    assert block.get("baseVersion") == "3"


def test_a_draft_keeps_its_case_when_the_list_has_moved_on(asesmen: Form) -> None:
    draft = asesmen.open().fill({"kasus_id": ONE}).xml()
    asesmen.replace_media({"kasus_abh.csv": LIST.replace("abh_asesmen,ya", ",tidak").encode()})
    assert asesmen.open().offered("kasus_id") == {}
    reopened = asesmen.open(draft)
    assert reopened.question("kasus_id").value == ONE
    assert reopened.fill({"catatan": "selesai"}).finalise().value("kasus_id") == ONE
    asesmen.replace_media({"kasus_abh.csv": LIST.replace(ONE, TWO.replace("2", "9", 1)).encode()})
    assert asesmen.open(draft).question("kasus_id").value == "", "a row that is gone empties the answer, as in Collect"
    asesmen.replace_media({"kasus_abh.csv": LIST.encode()})


def test_without_the_last_filter_term_a_draft_would_lose_its_case() -> None:
    careless = ASESMEN.replace(" or name = current()/../kasus_id", "")
    form = Form(convert(careless, file_type=".md").xform, {"kasus_abh.csv": LIST.encode()})
    draft = form.open().fill({"kasus_id": ONE}).xml()
    form.replace_media({"kasus_abh.csv": LIST.replace("abh_asesmen,ya", ",tidak").encode()})
    assert form.open(draft).question("kasus_id").value == ""


def test_an_edit_of_a_sent_form_names_what_it_replaces(laporan: Form) -> None:
    sent = laporan.open().fill({"inisial": "AB", "usia": 12}).finalise()
    first, xml = sent.instance_id, sent.xml()
    edit = laporan.open(xml).start_edit().fill({"usia": 11}).finalise()
    assert edit.value("deprecatedID") == first
    assert edit.instance_id != first
    assert edit.value("usia") == "11"
    second = edit.instance_id
    again = laporan.open(edit.xml()).start_edit().finalise()
    assert find(again, "deprecatedID") == [second]
    with pytest.raises(PhoneError):
        edit.xml()


def test_pulldata_reads_the_media_file() -> None:
    form = """
| survey | | | | |
| | type | name | label | calculation |
| | text | kode | Kode | |
| | calculate | nama | | pulldata('wilayah', 'nama', 'kode', ${kode}) |
"""
    media = {"wilayah.csv": b"kode,nama\n3575,Kota Pasuruan\n"}
    assert (
        open_form(convert(form, file_type=".md").xform, media).fill({"kode": "3575"}).value("nama") == "Kota Pasuruan"
    )


def served(*rows: str) -> bytes:
    return ("name,label,__version,langkah\n" + "\n".join(rows)).encode()


def test_the_phone_s_list_follows_the_server_and_keeps_its_own_work(laporan: Form) -> None:
    held = EntityList("kasus_abh")
    held.merge(served(f"{ONE},SATU,1,s01", f"{TWO},DUA,4,s02"))
    session = laporan.open().fill({"inisial": "AB", "usia": 12}).finalise()
    for change in changes(laporan, session.xml()):
        held.apply(change)
    (made,) = held.rows.keys() - {ONE, TWO}
    assert held.rows[made].is_offline
    assert held.rows[made].data == {}, "properties the list does not have are dropped"
    missing = held.merge(served(f"{ONE},SATU BARU,2,s03"))
    assert missing == {made}
    assert held.rows.keys() == {ONE, made}
    assert held.rows[ONE].label == "SATU BARU"


def test_offline_work_is_numbered_on_a_branch(asesmen: Form) -> None:
    held = EntityList("kasus_abh")
    held.merge(LIST.encode())
    for expected in (3, 4):
        asesmen.replace_media({"kasus_abh.csv": held.csv()})
        session = asesmen.open().fill({"kasus_id": ONE, "catatan": "baik"}).finalise()
        (block,) = etree.fromstring(session.xml()).iter("{*}entity")
        assert (block.get("baseVersion"), block.get("trunkVersion")) == (str(expected), "3")
        assert block.get("branchId") == held.rows[ONE].branch_id
        for change in changes(asesmen, session.xml()):
            held.apply(change)
    before = held.rows[ONE]
    held.merge(LIST.encode())
    assert held.rows[ONE] == before, "the server has not seen the work yet: the phone keeps its own copy"
    held.merge(LIST.replace(f"{ONE},ANAK SATU,3", f"{ONE},ANAK SATU,5").encode())
    assert held.rows[ONE].trunk_version == 5
    assert held.rows[ONE].branch_id != before.branch_id
    asesmen.replace_media({"kasus_abh.csv": LIST.encode()})


@pytest.mark.parametrize("row", [",SATU,1,", f"{ONE},,1,", f"{ONE},SATU,,", f"{ONE},SATU,a,"])
def test_one_bad_row_spoils_the_whole_list(row: str) -> None:
    held = EntityList("kasus_abh")
    with pytest.raises(BadList):
        held.merge(served(f"{TWO},DUA,1,", row))
    assert held.rows == {}


def test_many_files_are_sent_in_several_posts() -> None:
    files = {f"{n}.jpg": b"x" * 400 for n in range(5)}
    bodies = [body for body, _ in http.submissions("a.xml", b"<data/>", files, limit=1000)]
    assert len(bodies) == 3
    assert all(b"<data/>" in body for body in bodies)
    assert [b"*isIncomplete*" in body for body in bodies] == [True, True, False]
