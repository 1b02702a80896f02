"""Lists an author keeps beside the cases: made and updated by forms, served to every phone, in any order of arrival."""

from itertools import permutations
from uuid import uuid4

import pytest

from tests.books import from_markdown
from tests.browsing import signed_in
from tests.listed import Lists
from tests.office import Office
from tests.phone.collect import Phone
from tests.sending import send

STOCK = """
| settings |
| | form_id | version | form_title |
| | barang_masuk | 1 | Barang masuk |
| survey |
| | type | name | label | save_to |
| | begin_repeat | isi | Barang | |
| | text | nama | Nama barang | nama |
| | text | kondisi | Kondisi | kondisi |
| | end_repeat | | | |
| entities |
| | list_name | label | create_if |
| | barang | ${nama} | ${kondisi} != 'buang' |
"""
CHECK = """
| settings |
| | form_id | version | form_title |
| | barang_periksa | 1 | Periksa barang |
| survey |
| | type | name | label | save_to |
| | select_one_from_file barang.csv | yang | Barang | |
| | text | kondisi | Kondisi | kondisi |
| | text | catatan | Catatan | catatan |
| entities |
| | list_name | entity_id | update_if |
| | barang | ${yang} | ${kondisi} != 'sama' |
"""


def with_the_list(office: Office) -> str:
    """Publishes the forms that keep the list `barang`; the address of Sri's phone."""
    path = f"/v1/projects/{office.project}/forms?publish=true"
    for book in (STOCK, CHECK):
        answer = office.as_("rina").post(path, from_markdown(book))
        assert answer.status == 200, answer.text
    return office.phone_url()


@pytest.fixture
def url(office: Office) -> str:
    return with_the_list(office)


def lists(url: str) -> Lists:
    return Lists(url, form="barang_periksa")


def stock(url: str, entity: str, name: str = "Kursi roda", kondisi: str = "baik", **more: str) -> None:
    """A form that makes one row, as a phone writes it."""
    block = f'<entity dataset="barang" id="{entity}" create="1"><label>{name}</label></entity>'
    row = f"<isi><nama>{name}</nama><kondisi>{kondisi}</kondisi><meta>{block}</meta></isi>"
    _post(url, "barang_masuk", row, "", more.get("instance"), more.get("deprecated"))


def check(url: str, entity: str, said: dict[str, str], update: str = "1", **chain: object) -> str:
    """A form that updates the row; `chain`: baseVersion, trunkVersion, branchId. Its instance id."""
    marks = "".join(f' {name}="{value}"' for name, value in chain.items())
    block = f'<entity dataset="barang" id="{entity}" update="{update}"{marks}/>'
    answers = f"<yang>{entity}</yang>" + "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
    return _post(url, "barang_periksa", answers, block)


def _post(
    url: str, form: str, answers: str, block: str, instance: str | None = None, deprecated: str | None = None
) -> str:
    instance = instance or f"uuid:{uuid4()}"
    edits = f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    meta = f"<meta>{block}<instanceID>{instance}</instanceID>{edits}</meta>"
    got = send(url, f'<data id="{form}" version="1">{answers}{meta}</data>'.encode())
    assert got.status == 201, got.text
    return instance


def test_phones_make_and_update_rows_and_every_phone_gets_them(office: Office, url: str) -> None:
    phone = Phone(url).sync()
    rows = [{"nama": "Kursi roda", "kondisi": "baik"}, {"nama": "Kasur", "kondisi": "buang"}]
    phone.resend(phone.report("barang_masuk", {"isi": rows}))
    phone.sync()
    (row,) = phone.rows("barang")
    assert (row["label"], row["nama"], row["kondisi"]) == ("Kursi roda", "Kursi roda", "baik"), (
        "create_if was false for one"
    )
    assert not phone.lists["barang"].rows[row["name"]].is_offline
    answers = {"yang": row["name"], "kondisi": "rusak", "catatan": "roda kiri"}
    phone.resend(phone.report("barang_periksa", answers))
    phone.resend(phone.report("barang_periksa", {"yang": row["name"], "kondisi": "sama", "catatan": "lupa"}))
    for other in (phone.sync(), Phone(office.phone_url("Ponsel Tono", "tono")).sync()):
        (kept,) = other.rows("barang")
        assert (kept["kondisi"], kept["catatan"]) == ("rusak", "roda kiri"), "update_if was false for the second"


def test_a_form_may_call_a_row_anything_and_lists_show_so_much_as_fits(url: str) -> None:
    entity = str(uuid4())
    stock(url, entity, "Kursi roda " * 100)
    row = lists(url).rows("barang")[entity]
    assert (len(row["label"]), row["label"][-1], row["nama"]) == (500, "…", "Kursi roda " * 100)


@pytest.mark.parametrize("order", list(permutations(range(4)))[5::6])
def test_a_chain_filled_without_signal_ends_the_same_in_any_order_of_arrival(
    office: Office, url: str, order: tuple[int, ...]
) -> None:
    entity, branch = str(uuid4()), str(uuid4())
    steps = (
        lambda: stock(url, entity),
        lambda: check(url, entity, {"kondisi": "1", "catatan": "satu"}, baseVersion=1, branchId=branch),
        lambda: check(url, entity, {"kondisi": "2"}, baseVersion=2, branchId=branch),
        lambda: check(url, entity, {"kondisi": "3"}, baseVersion=3, branchId=branch),
    )
    for number in order:
        steps[number]()
    row = lists(url).rows("barang")[entity]
    assert (row["kondisi"], row["catatan"], row["nama"]) == ("3", "satu", "Kursi roda")
    assert int(row["__version"]) >= 4
    assert "pada daftar barang" not in signed_in(office, "hadi").read("/tugas").text


def test_what_lacks_its_base_waits_for_a_person_who_applies_it_or_not(office: Office, url: str) -> None:
    entity, lost, branch = str(uuid4()), str(uuid4()), str(uuid4())
    stock(url, entity)
    check(url, entity, {"kondisi": "hilang di jalan"}, baseVersion=2, branchId=branch)
    office.clock.advance(minutes=1)
    check(url, lost, {"kondisi": "tidak dikenal"}, baseVersion=1)
    office.clock.advance(days=30)
    assert lists(url).rows("barang")[entity]["kondisi"] == "baik", "nothing is forced, however long it waits"
    page = signed_in(office, "sri").read("/tugas")
    assert "baris “Kursi roda” pada daftar barang; kiriman sebelumnya belum tiba" in page.text
    assert "belum dikenal di sini" in page.text
    (one, two) = [part.split('/baris"')[0] for part in page.source.split('action="/tugas/')[1:]]
    sri = signed_in(office, "sri")
    sri.read("/tugas")
    assert sri.fill(f"/tugas/{one}/baris", {"terapkan": "ya"}).status == 303
    assert lists(url).rows("barang")[entity]["kondisi"] == "hilang di jalan"
    sri.read("/tugas")
    assert sri.fill(f"/tugas/{two}/baris", {"terapkan": "tidak"}).status == 303
    assert lists(url).rows("barang").keys() == {entity}
    assert 'action="/tugas/' not in sri.read("/tugas").source
    bambang = signed_in(office, "bambang")
    bambang.read("/tugas")
    assert bambang.fill(f"/tugas/{one}/baris", {"terapkan": "ya"}).status == 404


def test_two_phones_change_one_row_and_what_each_changed_is_kept(office: Office, url: str) -> None:
    entity = str(uuid4())
    stock(url, entity)
    check(url, entity, {"catatan": "dari Sri"}, baseVersion=1, trunkVersion=1, branchId="a")
    check(url, entity, {"kondisi": "dari Tono"}, baseVersion=1, trunkVersion=1, branchId="b")
    row = lists(url).rows("barang")[entity]
    assert (row["catatan"], row["kondisi"]) == ("dari Sri", "dari Tono")
    sri = signed_in(office, "sri")
    assert "Dua ponsel" not in sri.read("/tugas").text, "they wrote different things of it"
    check(url, entity, {"kondisi": "dari Sri"}, baseVersion=2, trunkVersion=1, branchId="a")
    assert lists(url).rows("barang")[entity]["kondisi"] == "dari Sri", "what came last stands"
    page = sri.read("/tugas")
    assert "Dua ponsel menulis isi yang berbeda" in page.text
    (task,) = [part.split('/baris"')[0] for part in page.source.split('action="/tugas/')[1:]]
    assert sri.fill(f"/tugas/{task}/baris").status == 303
    assert "Dua ponsel" not in sri.read("/tugas").text
    check(url, entity, {"kondisi": ""}, baseVersion=4)
    assert lists(url).rows("barang")[entity]["kondisi"] == "", "sent empty clears"
    assert lists(url).rows("barang")[entity]["catatan"] == "dari Sri", "not sent keeps"


def test_a_correction_changes_of_the_row_only_what_it_says_otherwise(office: Office, url: str) -> None:
    entity, first = str(uuid4()), f"uuid:{uuid4()}"
    stock(url, entity, instance=first)
    check(url, entity, {"kondisi": "rusak"}, baseVersion=1)
    stock(url, entity, name="Kursi roda anak", instance=f"uuid:{uuid4()}", deprecated=first)
    row = lists(url).rows("barang")[entity]
    assert (row["label"], row["nama"], row["kondisi"]) == ("Kursi roda anak", "Kursi roda anak", "rusak")


@pytest.mark.parametrize("said", ["0", "", "yes", "TRUE"])
def test_only_1_and_true_switch_an_update_on(office: Office, url: str, said: str) -> None:
    entity = str(uuid4())
    stock(url, f"uuid:{entity.upper()}")
    check(url, entity, {"kondisi": "rusak"}, update=said, baseVersion=1)
    assert lists(url).rows("barang")[entity]["kondisi"] == "baik"
