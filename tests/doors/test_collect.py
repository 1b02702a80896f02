"""What stock Collect does with our door: what it fetches again, what it sends, what the officer reads."""

from urllib.parse import urlsplit

from server.store.submissions import attachment, submission
from tests.office import Office
from tests.officer import Officer
from tests.phone.collect import Phone
from tests.phone.javarosa import Photo

INTAKE = "abh_laporan_awal"
REPORT = {"jenis_masuk": "laporan", "tgl_lahir_pasti": "tepat"}


def fetched(phone: Phone) -> list[str]:
    """The last parts of what was fetched since the last call, lists of forms and manifests left out."""
    paths = [urlsplit(url).path for _, url, _ in phone.requests]
    phone.requests.clear()
    return sorted(path.rpartition("/")[2] for path in paths if not path.endswith(("/formList", "/manifest")))


def test_a_phone_gets_all_thirteen_forms_with_their_lists(office: Office) -> None:
    phone = Phone(office.phone_url()).sync()
    assert len(phone.forms) == 13
    assert INTAKE in phone.forms
    assert "kasus_abh" in phone.lists
    assert {"nomor", "langkah", "formulir", "terbuka", "selesai"} <= set(phone.lists["kasus_abh"].properties)


def test_a_second_sync_fetches_no_file_that_has_not_changed(office: Office) -> None:
    phone = Phone(office.phone_url()).sync()
    fetched(phone)
    phone.sync()
    assert not [name for name in fetched(phone) if name.endswith(".csv")]


def test_a_new_case_makes_the_other_phones_fetch_the_case_list_and_nothing_else(office: Office) -> None:
    other = Phone(office.phone_url("Ponsel jaga", None)).sync()
    fetched(other)
    case = Officer(office).intake()
    other.sync()
    assert [name for name in fetched(other) if name.endswith(".csv")] == ["kasus_abh.csv"]
    (row,) = other.rows("kasus_abh")
    assert (row["name"], row["langkah"], row["formulir"], row["terbuka"]) == (case, "s03", "abh_asesmen", "ya")


def test_the_officer_reads_the_number_of_the_case_on_the_phone(office: Office) -> None:
    phone = Phone(office.phone_url()).sync()
    phone.report(INTAKE, REPORT, seed=4)
    (sent,) = phone.send()
    assert (sent.state, sent.status) == ("sent", 201)
    assert office.cases[0]["number"] in sent.message


def test_sending_again_changes_nothing(office: Office) -> None:
    phone = Phone(office.phone_url()).sync()
    sent = phone.resend(phone.report(INTAKE, REPORT, seed=5))
    before = office.case(office.cases[0]["id"])
    assert phone.resend(sent).status == 201
    assert office.count(submission) == 1
    assert office.case(office.cases[0]["id"]) == before


def test_photographs_arrive_with_the_form_however_many_posts_it_takes(office: Office) -> None:
    phone = Phone(office.phone_url()).sync()
    letters = [{"foto_surat": Photo(f"surat {n} é.jpg", bytes([n]) * 200)} for n in range(103)]
    sent = phone.resend(phone.report(INTAKE, {**REPORT, "surat": letters}, seed=6))
    assert sent.state == "sent"
    assert [method for method, _, _ in phone.requests].count("POST") == 2
    assert office.count(attachment) == len(sent.files) >= 103


def test_a_case_made_offline_is_the_server_s_after_the_next_sync(office: Office) -> None:
    phone = Phone(office.phone_url()).sync()
    made = phone.report(INTAKE, REPORT, seed=7)
    (row,) = phone.lists["kasus_abh"].rows.values()
    assert row.is_offline
    phone.sync()
    assert row.id in phone.lists["kasus_abh"].rows, "the server does not know it yet: it stays"
    phone.resend(made)
    phone.sync()
    assert not phone.lists["kasus_abh"].rows[row.id].is_offline
    assert phone.rows("kasus_abh")[0]["nomor"] == office.cases[0]["number"]
