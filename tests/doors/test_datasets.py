"""Lists an author keeps, written by programs: Rina's script keeps the list of goods, phones and forms go on with it."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.books import from_markdown
from tests.doors.test_author_lists import STOCK, check, lists, stock, with_the_list
from tests.office import Client, Office
from tests.phone.collect import Phone
from tests.reads import readings
from tests.sending import intake

ONE = "11111111-1111-4111-8111-111111111111"
TWO = "22222222-2222-4222-8222-222222222222"
SOURCE = {"name": "barang.csv", "size": 120}


@pytest.fixture
def url(office: Office) -> str:
    return with_the_list(office)


@pytest.fixture
def base(office: Office) -> str:
    return f"/v1/projects/{office.project}/datasets"


@pytest.fixture
def rina(office: Office) -> Client:
    return office.as_("rina")


def row(key: str = ONE, label: str = "Kursi roda", **data: str) -> dict[str, object]:
    return {"uuid": key, "label": label, "data": data}


def refused(answer: object, code: float) -> dict:
    told = answer.json  # type: ignore[attr-defined]
    assert (answer.status, told["code"]) == (int(code), code), told  # type: ignore[attr-defined]
    assert told["message"]
    return told.get("details", {})


def test_a_list_is_made_by_a_script_and_names_are_kept_apart(base: str, rina: Client) -> None:
    made = rina.post(base, {"name": "panti", "approvalRequired": False}).json
    assert (made["name"], made["approvalRequired"], made["properties"]) == ("panti", False, [])
    assert refused(rina.post(base, {"name": "panti"}), 409.3)["fields"] == ["name", "projectId"]
    assert refused(rina.post(base, {"name": "Panti"}), 409.16)["current"] == "panti"
    for name in ("__panti", "pan.ti", "1panti", "kasus_abh", "kasus_baru", "perbaikan", "a" * 101, "pan#1"):
        refused(rina.post(base, {"name": name}), 400.8)
    refused(rina.post(base, {}), 400.8)
    refused(rina.post(base, {"name": 7}), 400.11)
    refused(rina.post(base, {"name": "lain", "ownerOnly": True}), 501.1)
    refused(rina.post(base, {"name": "lain", "approvalRequired": "ya"}), 400.11)
    assert rina.post(f"{base}/panti/properties", {"name": "alamat jalan"}).json["code"] == 400.8
    assert rina.post(f"{base}/panti/properties", {"name": "alamat-jalan"}).json == {"success": True}
    refused(rina.post(f"{base}/panti/properties", {"name": "alamat-jalan"}), 409.3)
    refused(rina.post(f"{base}/panti/properties", {"name": "Alamat-Jalan"}), 409.17)
    for name in ("Name", "label", "__x"):
        refused(rina.post(f"{base}/panti/properties", {"name": name}), 400.8)
    (told,) = rina.get(f"{base}/panti").json["properties"]
    assert (told["name"], told["odataName"], told["forms"]) == ("alamat-jalan", "alamat_jalan", [])
    assert rina.ask("PATCH", f"{base}/panti", {"approvalRequired": False}).json["name"] == "panti"
    refused(rina.ask("PATCH", f"{base}/panti", {"ownerOnly": True}), 501.1)
    refused(rina.post(f"{base}/tidak_ada/properties", {"name": "x"}), 404.1)


def test_rows_are_made_and_changed_and_every_phone_has_them_at_once(base: str, rina: Client, url: str) -> None:
    phone = lists(url)
    empty = phone.hash("barang")
    made = rina.post(f"{base}/barang/entities", row(f"uuid:{ONE.upper()}", kondisi="baik"), **{"User-Agent": "skrip 1"})
    told = made.json
    assert (told["uuid"], told["conflict"], told["updatedAt"], told["deletedAt"]) == (ONE, None, None, None)
    current = told["currentVersion"]
    assert (current["version"], current["userAgent"], current["data"]) == (1, "skrip 1", {"kondisi": "baik"})
    assert told["creatorId"] == current["creatorId"]
    filled = phone.hash("barang")
    assert filled != empty
    assert phone.rows("barang")[ONE]["kondisi"] == "baik"

    one = f"{base}/barang/entities/{ONE}"
    changed = rina.ask("PATCH", f"{one}?baseVersion=1", {"label": "Kursi", "data": {"catatan": "roda kiri"}}).json
    assert (changed["currentVersion"]["version"], changed["currentVersion"]["label"]) == (2, "Kursi")
    assert phone.hash("barang") != filled
    kept = phone.rows("barang")[ONE]
    assert (kept["label"], kept["kondisi"], kept["catatan"], kept["__version"]) == ("Kursi", "baik", "roda kiri", "2")
    assert refused(rina.ask("PATCH", f"{one}?baseVersion=1", {"data": {}}), 409.15) == {
        "problem": "entity.version_differs",
        "current": "2",
        "provided": "1",
    }
    assert refused(rina.ask("PATCH", one, {"data": {}}), 409.15)["provided"] is None
    assert rina.ask("PATCH", f"{one}?force=True", {"data": {"catatan": ""}}).json["currentVersion"]["version"] == 3
    assert phone.rows("barang")[ONE]["catatan"] == ""


VISIT = """
| settings |
| | form_id | version | form_title |
| | kunjungan | 1 | Kunjungan panti |
| survey |
| | type | name | label | save_to |
| | select_one_from_file panti.csv | panti | Panti | |
| | text | keadaan | Keadaan | keadaan |
| entities |
| | list_name | entity_id | update_if |
| | panti | ${panti} | true() |
"""


def test_a_form_reads_and_writes_a_list_a_script_made(office: Office, base: str, rina: Client) -> None:
    rina.post(base, {"name": "panti"})
    rina.post(f"{base}/panti/entities", {"label": "Panti Harapan"})
    sent = rina.post(f"/v1/projects/{office.project}/forms?publish=true&ignoreWarnings=true", from_markdown(VISIT))
    assert sent.status == 200, sent.text
    rina.post(f"{base}/panti/entities", {"label": "Panti Kasih", "data": {"keadaan": "baik"}})
    phone = Phone(office.phone_url()).sync()
    rows = {row["label"]: row for row in phone.rows("panti")}
    assert set(rows) == {"Panti Harapan", "Panti Kasih"}
    key = rows["Panti Kasih"]["name"]
    phone.resend(phone.report("kunjungan", {"panti": key, "keadaan": "penuh"}))
    told = rina.get(f"{base}/panti/entities/{key}").json
    assert (told["currentVersion"]["version"], told["currentVersion"]["data"]["keadaan"]) == (2, "penuh")
    assert told["conflict"] is None
    rina.ask("PATCH", f"{base}/panti/entities/{key}?baseVersion=2", {"data": {"keadaan": "longgar"}})
    assert {row["label"]: row["keadaan"] for row in phone.sync().rows("panti")}["Panti Kasih"] == "longgar"
    assert rina.get(f"{base}/panti").json["sourceForms"][0]["xmlFormId"] == "kunjungan"


def test_what_is_no_row_is_refused_with_what_and_why(base: str, rina: Client, url: str) -> None:
    entities = f"{base}/barang/entities"
    rina.post(entities, row())
    assert refused(rina.post(entities, row()), 409.3)["values"] == [ONE]
    refused(rina.post(entities, {"label": "x", "warna": "merah"}), 400.31)
    refused(rina.post(entities, {"data": {}}), 400.2)
    refused(rina.post(entities, {"label": " "}), 400.8)
    refused(rina.post(entities, {"label": 7}), 400.11)
    long = "Kursi roda " * 46
    assert refused(rina.post(entities, {"label": long}), 400.13)["most"] == 500
    refused(rina.post(entities, {"entities": [row(TWO), {"label": long}], "source": SOURCE}), 400.13)
    refused(rina.ask("PATCH", f"{entities}/{ONE}?force=true", {"label": long}), 400.13)
    assert refused(rina.post(entities, {"label": "x", "data": {"kondisi": 7}}), 400.11)["field"] == "kondisi"
    assert refused(rina.post(entities, {"label": "x", "data": {"warna": "merah"}}), 400.28)["property"] == "warna"
    for key in ("bukan-uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"):
        refused(rina.post(entities, row(key)), 400.11)
    refused(rina.ask("PATCH", f"{entities}/{ONE}?force=true", {}), 400.28)
    refused(rina.ask("PATCH", f"{entities}/{ONE}?force=true", {"data": {"warna": "merah"}}), 400.28)
    refused(rina.ask("PATCH", f"{entities}/{TWO}?force=true", {"label": "x"}), 404.1)
    refused(rina.ask("PATCH", f"{entities}/{ONE}?force=true&resolve=true", {}), 400.32)
    for bad in ({"entities": {}}, {"entities": []}):
        refused(rina.post(entities, bad), 400.31)
    refused(rina.post(entities, {"entities": [row(TWO)]}), 400.2)
    refused(rina.post(entities, {"entities": [row(TWO)], "source": {"name": "x", "size": "9"}}), 400.11)
    refused(rina.post(entities, {"entities": [row(TWO), row(TWO)], "source": SOURCE}), 409.3)
    refused(rina.post(entities, {"entities": [row(TWO), {"label": ""}], "source": SOURCE}), 400.8)
    refused(rina.post(entities, {"entities": [row(str(uuid4())) for _ in range(1001)], "source": SOURCE}), 400.8)
    assert [held["uuid"] for held in rina.get(entities).json] == [ONE], "nothing of what was refused was kept"


def test_many_rows_come_from_one_file_all_or_none(base: str, rina: Client, url: str) -> None:
    entities = f"{base}/barang/entities"
    many = [{"label": f"Kasur {number}", "data": {"kondisi": "baik"}} for number in range(1200)]
    assert rina.post(entities, {"entities": many, "source": SOURCE}).json == {"success": True}
    assert len(lists(url).rows("barang")) == 1200
    rina.post(entities, row())
    refused(rina.post(entities, {"entities": [row(TWO), row(ONE)], "source": SOURCE}), 409.3)
    whole = rina.get(entities)
    assert len(whole.json) == 1201
    assert rina.get(entities, **{"If-None-Match": whole.headers["etag"]}).status == 304
    pages = [rina.get(f"{entities}?limit=700&offset={start}").json for start in (0, 700)]
    assert [held["uuid"] for page in pages for held in page] == [held["uuid"] for held in whole.json]
    first = whole.json[-1]["uuid"]
    (told,) = rina.get(f"{entities}/{first}/versions").json
    assert told["source"] == {"name": "barang.csv", "size": 120, "count": 1200}
    assert [event["action"] for event in rina.get(f"{entities}/{first}/audits").json] == ["entity.bulk.create"]

    ids = [held["uuid"] for held in whole.json[:450]]
    assert rina.post(f"{entities}/bulk-delete", {"ids": [*ids, str(uuid4())]}).json == {"count": 450}
    assert rina.get(entities, **{"If-None-Match": whole.headers["etag"]}).status == 200
    assert len(lists(url).rows("barang")) == 751
    assert rina.post(f"{entities}/bulk-restore", {"ids": ids}).json == {"count": 450}
    assert rina.post(f"{entities}/bulk-restore", {"ids": ids}).json == {"count": 0}
    refused(rina.post(f"{entities}/bulk-delete", {"ids": "semua"}), 400.11)


def test_a_deleted_row_leaves_the_phones_and_comes_back(base: str, rina: Client, url: str) -> None:
    entities = f"{base}/barang/entities"
    rina.post(entities, row())
    phone = lists(url)
    before = phone.hash("barang")
    assert rina.ask("DELETE", f"{entities}/{ONE}").json == {"success": True}
    assert phone.hash("barang") != before
    assert (phone.rows("barang"), phone.gone([ONE, TWO], "barang")) == ({}, {ONE: True})
    assert f'<entity id="{ONE}"><deleted>true</deleted>' in rina.get(f"{base}/barang/integrity?id={ONE},{TWO}").text
    refused(rina.get(f"{entities}/{ONE}"), 404.1)
    assert rina.get(f"{entities}/{ONE}?deleted=true").json["deletedAt"]
    refused(rina.ask("DELETE", f"{entities}/{ONE}"), 404.1)
    assert refused(rina.post(entities, row()), 409.19)["entityUuids"] == [ONE]
    assert [held["uuid"] for held in rina.get(f"{entities}?deleted=true").json] == [ONE]
    assert rina.post(f"{entities}/{ONE}/restore").json == {"success": True}
    refused(rina.post(f"{entities}/{ONE}/restore"), 404.1)
    assert list(phone.rows("barang")) == [ONE]
    done = [event["action"] for event in rina.get(f"{entities}/{ONE}/audits").json]
    assert done == ["entity.restore", "entity.delete", "entity.create"]


def test_a_form_that_came_before_the_row_goes_on_when_a_script_makes_it(base: str, rina: Client, url: str) -> None:
    check(url, ONE, {"kondisi": "rusak"}, baseVersion=1)
    rina.post(f"{base}/barang/entities", row(kondisi="baik"))
    assert lists(url).rows("barang")[ONE]["kondisi"] == "rusak"
    actions = [event["action"] for event in rina.get(f"{base}/barang/entities/{ONE}/audits").json]
    assert actions == ["entity.update.version", "entity.create"]


def test_a_script_and_two_phones_contradict_each_other_and_hadi_settles_it(
    office: Office, base: str, rina: Client, url: str
) -> None:
    stock(url, ONE)
    one = f"{base}/barang/entities/{ONE}"
    office.clock.advance(minutes=1)
    rina.ask("PATCH", f"{one}?baseVersion=1", {"data": {"kondisi": "rusak"}})
    office.clock.advance(minutes=1)
    instance = check(
        url, ONE, {"kondisi": "hilang", "catatan": "dari Sri"}, baseVersion=1, trunkVersion=1, branchId="a"
    )
    assert rina.get(one).json["conflict"] == "hard"
    (listed,) = rina.get(base, **{"X-Extended-Metadata": "true"}).json[:1]
    assert (listed["name"], listed["conflicts"], listed["entities"]) == ("barang", 1, 1)
    waiting = rina.get(f"/v1/projects/{office.project}/unlinked").json
    assert [(item["reason"], item["instanceId"]) for item in waiting] == [("entity.conflict", instance)]

    told = rina.get(f"{one}/versions").json
    assert [(item["version"], item["baseVersion"], item["conflict"]) for item in told] == [
        (1, None, None),
        (2, 1, None),
        (3, 1, "hard"),
    ]
    assert (told[2]["conflictingProperties"], told[2]["resolved"]) == (["kondisi"], False)
    assert (told[2]["baseDiff"], told[2]["serverDiff"]) == (["catatan", "kondisi"], ["catatan", "kondisi"])
    assert [item["lastGoodVersion"] for item in told] == [False, True, False]
    assert [item["relevantToConflict"] for item in told] == [True, True, True]
    assert told[2]["source"]["submission"]["instanceId"] == instance
    assert told[2]["source"]["event"]["action"] == "submission.create"
    assert rina.get(f"{one}/diffs").json[0] == [{"old": "baik", "new": "rusak", "propertyName": "kondisi"}]

    office.clock.advance(minutes=1)
    hadi = office.as_("hadi")
    refused(hadi.ask("PATCH", f"{one}?baseVersion=2&resolve=true"), 409.15)
    settled = hadi.ask("PATCH", f"{one}?baseVersion=3&resolve=true", {"data": {"kondisi": "rusak"}}).json
    assert (settled["conflict"], settled["currentVersion"]["version"]) == (None, 4)
    assert rina.get(f"/v1/projects/{office.project}/unlinked").json == []
    assert rina.get(f"{one}/versions").json[2]["resolved"] is True
    assert rina.get(f"{one}/versions?relevantToConflict=true").json == []
    newest = rina.get(f"{one}/audits?limit=2", **{"X-Extended-Metadata": "true"}).json
    assert {event["action"] for event in newest} == {"entity.update.resolve", "entity.update.version"}
    assert {event["actor"]["displayName"] for event in newest} == {"Hadi Prasetyo"}
    assert lists(url).rows("barang")[ONE]["kondisi"] == "rusak"


def test_of_scripts_that_write_at_once_one_is_first_and_the_others_hear_of_it(
    office: Office, base: str, rina: Client, url: str
) -> None:
    entities = f"{base}/barang/entities"
    some = [row(str(uuid4()), f"Kasur {number}") for number in range(40)]
    both = [{"entities": some, "source": SOURCE}, {"entities": [*some[20:], row(ONE)], "source": SOURCE}]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda body: rina.post(entities, body), [*both, *both]))
    assert sorted(answer.status for answer in made) == [200, 409, 409, 409]
    assert len(rina.get(entities).json) in (40, 21), "all or none"

    with ThreadPoolExecutor(4) as pool:
        names = [f"warna_{number}" for number in range(8)]
        added = list(pool.map(lambda name: rina.post(f"{base}/barang/properties", {"name": name}).status, names))
        lists_made = list(pool.map(lambda _: rina.post(base, {"name": "panti"}).status, range(4)))
    assert added == [200] * 8
    assert {item["name"] for item in rina.get(f"{base}/barang").json["properties"]} >= set(names)
    assert sorted(lists_made) == [200, 409, 409, 409]

    key = some[30]["uuid"]

    def change(number: int) -> int:
        return office.as_("hadi").ask("PATCH", f"{entities}/{key}?baseVersion=1", {"label": f"Kasur {number}"}).status

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(change, range(8)))
    assert sorted(answers) == [200, *[409] * 7]
    told = rina.get(f"{entities}/{key}/versions").json
    assert [item["version"] for item in told] == [1, 2]
    assert lists(url).rows("barang")[str(key)]["label"] == told[-1]["label"]


def test_what_lacks_its_row_waits_and_a_script_of_hadi_decides(office: Office, base: str, url: str) -> None:
    hadi, waiting = office.as_("hadi"), f"/v1/projects/{office.project}/unlinked"
    stock(url, ONE)
    check(url, ONE, {"kondisi": "hilang di jalan"}, baseVersion=7, branchId="a")
    office.clock.advance(minutes=1)
    check(url, TWO, {"kondisi": "tidak dikenal"}, baseVersion=1)
    told = [(item["reason"], item["args"]["entity"]) for item in hadi.get(waiting).json]
    assert told == [("entity.link_missing", ONE), ("entity.base_unknown", TWO)]
    assert [item["args"]["entity"] for item in hadi.get(f"{waiting}?limit=1&offset=1").json] == [TWO]
    assert office.as_("dewi").get(waiting).json[0]["args"]["label"] == "***"
    first, second = (f"{waiting}/{item['id']}/row" for item in hadi.get(waiting).json)
    refused(hadi.post(first, {}), 400.11)
    refused(office.as_("rina").post(first, {"apply": True}), 403.1)
    refused(office.as_("bambang").post(first, {"apply": True}), 404.1)
    assert hadi.post(first, {"apply": True}).json == {"success": True}
    assert hadi.post(second, {"apply": False}).json == {"success": True}
    refused(hadi.post(second, {"apply": True}), 404.1)
    assert hadi.get(waiting).json == []
    rows = lists(url).rows("barang")
    assert {key: held["kondisi"] for key, held in rows.items()} == {ONE: "hilang di jalan"}
    done = [event["action"] for event in hadi.get(f"{base}/barang/entities/{ONE}/audits").json]
    assert sorted(done) == ["entity.create", "entity.force", "entity.update.version"]


def test_rows_of_a_list_that_wants_approval_are_made_when_hadi_approves(
    office: Office, base: str, rina: Client, url: str
) -> None:
    hadi, phone = office.as_("hadi"), lists(url)
    told = rina.ask("PATCH", f"{base}/barang", {"approvalRequired": True}).json
    assert (told["approvalRequired"], rina.get(base).json[0]["approvalRequired"]) == (True, True)
    sent = f"/v1/projects/{office.project}/forms/barang_masuk/submissions"
    ids = [f"uuid:{uuid4()}" for _ in range(4)]
    stock(url, ONE, instance=ids[0])
    check(url, ONE, {"catatan": "dari Sri"}, baseVersion=1, branchId="a")
    stock(url, TWO, name="Kasur", instance=ids[1])
    stock(url, TWO, name="Kasur lipat", instance=ids[2], deprecated=ids[1])
    assert phone.rows("barang") == {}
    rina.post(f"{base}/barang/entities", {"label": "Meja"})
    assert [held["label"] for held in phone.rows("barang").values()] == ["Meja"], "of a program no approval is asked"

    assert hadi.ask("PATCH", f"{sent}/{ids[0]}", {"reviewState": "approved"}).status == 200
    made = phone.rows("barang")[ONE]
    assert (made["label"], made["catatan"]) == ("Kursi roda", "dari Sri"), "what was filled on it since goes on"
    assert hadi.ask("PATCH", f"{sent}/{ids[1]}", {"reviewState": "hasIssues"}).status == 200
    assert TWO not in phone.rows("barang")
    for state in ("approved", "edited", "approved"):
        assert hadi.ask("PATCH", f"{sent}/{ids[1]}", {"reviewState": state}).status == 200
    assert phone.rows("barang")[TWO]["label"] == "Kasur lipat", "the newest revision says what is made, once"
    assert rina.get(f"{base}/barang/entities/{TWO}").json["currentVersion"]["version"] == 1

    late = [str(uuid4()) for _ in range(3)]
    for key in late:
        stock(url, key, name="Selimut")
    assert refused(rina.ask("PATCH", f"{base}/barang", {"approvalRequired": False}), 400.29)["count"] == 3
    refused(rina.ask("PATCH", f"{base}/barang?convert=mungkin", {"approvalRequired": False}), 400.8)
    off = rina.ask("PATCH", f"{base}/barang?convert=true", {"approvalRequired": False}).json
    assert off["approvalRequired"] is False
    assert set(late) <= phone.rows("barang").keys()
    rina.ask("PATCH", f"{base}/barang", {"approvalRequired": True})
    stock(url, never := str(uuid4()), name="Bantal", instance=ids[3])
    assert rina.ask("PATCH", f"{base}/barang?convert=false", {"approvalRequired": False}).status == 200
    assert hadi.ask("PATCH", f"{sent}/{ids[3]}", {"reviewState": "approved"}).status == 200
    assert never not in phone.rows("barang")
    assert rina.get(f"/v1/projects/{office.project}/unlinked").json == []


def test_a_list_in_use_stays_and_one_nobody_needs_goes(base: str, rina: Client, url: str) -> None:
    uses = rina.get(f"{base}/barang").json
    assert uses["sourceForms"][0] == {"xmlFormId": "barang_masuk", "name": "Barang masuk", "repeatPath": "/isi"}
    assert [use["xmlFormId"] for use in uses["linkedForms"]] == ["barang_periksa"]
    details = refused(rina.ask("DELETE", f"{base}/barang"), 409.21)
    assert details["linkedForms"] == [{"xmlFormId": "barang_periksa", "name": "Periksa barang"}]
    written = refused(rina.ask("DELETE", f"{base}/barang/properties/kondisi"), 409.22)
    assert written["prerequisites"]["dependentForms"]["details"]["forms"][0]["xmlFormId"] == "barang_masuk"

    rina.post(base, {"name": "panti"})
    rina.post(f"{base}/panti/properties", {"name": "alamat"})
    rina.post(f"{base}/panti/entities", row(alamat="Jl. Mawar"))
    filled = refused(rina.ask("DELETE", f"{base}/panti/properties/alamat"), 409.22)
    assert filled["prerequisites"]["nonEmptyEntities"]["details"]["totalCount"] == 1
    rina.ask("PATCH", f"{base}/panti/entities/{ONE}?force=true", {"data": {"alamat": ""}})
    assert rina.ask("DELETE", f"{base}/panti/properties/alamat").json == {"success": True}
    refused(rina.ask("DELETE", f"{base}/panti/properties/alamat"), 404.1)
    assert rina.ask("DELETE", f"{base}/panti").json == {"success": True}
    refused(rina.get(f"{base}/panti"), 404.1)
    assert "panti" not in str(rina.get(base).json)
    assert rina.post(base, {"name": "panti"}).json["properties"] == [], "the name is free, the old rows are not in it"
    assert rina.get(f"{base}/panti/entities").json == []


def test_the_lists_of_cases_are_the_servers(office: Office, base: str) -> None:
    case, xml = intake(office.schema("abh_laporan_awal"))
    office.as_("sri").post(f"/v1/projects/{office.project}/forms/abh_laporan_awal/submissions", xml)
    entities, rina = f"{base}/kasus_abh/entities", office.as_("rina")
    before = rina.get(f"{entities}/{case}").json
    for answer in (
        rina.post(entities, {"label": "Kasus karangan"}),
        rina.post(entities, {"entities": [{"label": "Kasus karangan"}], "source": SOURCE}),
        rina.ask("PATCH", f"{entities}/{case}?force=true", {"data": {"langkah": "s99"}}),
        rina.ask("DELETE", f"{entities}/{case}"),
        rina.post(f"{entities}/{case}/restore"),
        rina.post(f"{entities}/bulk-delete", {"ids": [case]}),
        rina.post(f"{base}/kasus_abh/properties", {"name": "rahasia"}),
        rina.ask("DELETE", f"{base}/kasus_abh/properties/langkah"),
        rina.ask("DELETE", f"{base}/kasus_abh"),
    ):
        refused(answer, 403.1)
        assert "kasus_abh" in answer.json["message"]
    assert rina.get(f"{entities}/{case}").json == before
    refused(rina.post(f"{base}/perbaikan/entities", {"label": "x"}), 404.1)
    refused(office.as_("bambang").get(f"{entities}/{case}"), 404.1)


def test_properties_may_be_called_as_columns_of_cases_are(office: Office, base: str, rina: Client) -> None:
    book = STOCK.replace("| kondisi |\n", "| nomor |\n").replace("barang", "alat")
    assert rina.post(f"/v1/projects/{office.project}/forms?publish=true", from_markdown(book)).status == 200
    url = office.phone_url()
    block = f'<entity dataset="alat" id="{ONE}" create="1"><label>Bor</label></entity>'
    answers = f"<isi><nama>Bor</nama><kondisi>B-17</kondisi><meta>{block}</meta></isi>"
    xml = f'<data id="alat_masuk" version="1">{answers}<meta><instanceID>uuid:{uuid4()}</instanceID></meta></data>'
    sent = rina.post(f"/v1/projects/{office.project}/forms/alat_masuk/submissions", xml.encode())
    assert (sent.status, bool(url)) == (200, True), sent.text
    assert rina.get(f"{base}/alat/entities/{ONE}").json["currentVersion"]["data"]["nomor"] == "B-17"


ADDRESS_BOOK = """
| settings |
| | form_id | version | form_title |
| | panti_masuk | 1 | Panti masuk |
| survey |
| | type | name | label | save_to |
| | text | pengurus_telp | Telepon pengurus | pengurus |
| | geopoint | titik | Letak | lokasi |
| | text | mutu | Mutu | mutu |
| entities |
| | list_name | label |
| | panti | ${mutu} |
"""


def test_a_row_shows_each_reader_what_its_pages_show(office: Office, base: str, rina: Client) -> None:
    assert rina.post(f"/v1/projects/{office.project}/forms?publish=true", from_markdown(ADDRESS_BOOK)).status == 200
    rina.post(f"{base}/panti/properties", {"name": "geometry"})
    told = {"pengurus": "081234567890", "lokasi": "-7.645312 112.907534 4 3", "geometry": "-7.645312 112.907534"}
    rina.post(f"{base}/panti/entities", row(**told, mutu="A"))
    rina.ask("PATCH", f"{base}/panti/entities/{ONE}?baseVersion=1", {"data": {"pengurus": "081299999999"}})
    one, sri, dewi = f"{base}/panti/entities/{ONE}", office.as_("sri"), office.as_("dewi")
    assert rina.get(one).json["currentVersion"]["data"]["pengurus"] == "081299999999"
    for address in (one, f"{one}/versions", f"{one}/diffs", f"{base}/panti/entities.csv", f"{base}/panti.svc/Entities"):
        for reader in (sri, dewi):
            text = reader.get(address).text
            assert "0812" not in text, address
            assert "645312" not in text, address
            assert "112.907534" not in text, address
    (change,) = sri.get(f"{one}/diffs").json[0]
    assert change == {"old": "********890", "new": "********999", "propertyName": "pengurus"}
    (place,) = sri.get(f"{base}/panti/entities.geojson").json["features"]
    assert place["geometry"]["coordinates"] == [112.91, -7.65]
    assert sri.get(f"{base}/panti.svc/Entities").json["@alur.masked"] == ["pengurus", "lokasi", "geometry"]
    assert dewi.get(f"{base}/panti/entities").json[0]["currentVersion"]["label"] == "***"
    why = {"X-Action-Notes": "menelepon panti"}
    assert sri.get(one, **why).json["currentVersion"]["data"]["pengurus"] == "081299999999"
    assert readings(office.store)[-1].what == f"unmasked:{ONE} menelepon panti"
    whole = rina.get(f"{base}/panti/entities.csv").headers["etag"]
    assert sri.get(f"{base}/panti/entities.csv", **{"If-None-Match": whole}).status == 200, "another reader's copy"


def test_the_rows_are_taken_away_as_a_table_a_feed_and_a_map(base: str, rina: Client) -> None:
    rina.post(base, {"name": "panti"})
    for name in ("alamat-jalan", "alamat_jalan", "geometry"):
        rina.post(f"{base}/panti/properties", {"name": name})
    here = {"alamat-jalan": "=1+1", "alamat_jalan": "Mawar", "geometry": "-7.6453 112.9075 4.5 3"}
    rina.post(f"{base}/panti/entities", row(ONE, "Panti Harapan", **here))
    rina.post(f"{base}/panti/entities", row(TWO, "Panti Kasih", geometry="entah"))
    rina.ask("PATCH", f"{base}/panti/entities/{TWO}?baseVersion=1", {"label": "Panti Kasih Ibu"})

    table = rina.get(f"{base}/panti/entities.csv")
    assert table.headers["content-type"].startswith("text/csv")
    rows = {line["__id"]: line for line in csv.DictReader(io.StringIO(table.text))}
    assert (rows[ONE]["alamat-jalan"], rows[ONE]["alamat_jalan"], rows[ONE]["__version"]) == ("'=1+1", "Mawar", "1")
    assert (rows[TWO]["label"], rows[TWO]["__updates"]) == ("Panti Kasih Ibu", "1")
    assert rina.get(f"{base}/panti/entities.csv", **{"If-None-Match": table.headers["etag"]}).status == 304
    only = rina.get(f"{base}/panti/entities.csv?$filter=__id eq '{ONE}'").text
    assert [line["__id"] for line in csv.DictReader(io.StringIO(only))] == [ONE]

    (place,) = rina.get(f"{base}/panti/entities.geojson").json["features"]
    assert (place["id"], place["geometry"]["coordinates"]) == (ONE, [112.9075, -7.6453, 4.5])
    assert rina.get(f"{base}/panti/entities/{TWO}/geojson").json["features"] == []
    refused(rina.get(f"{base}/panti/entities/{uuid4()}/geojson"), 404.1)
    assert [one["displayName"] for one in rina.get(f"{base}/panti/entities/creators").json] == ["Rina Kartika"]

    service = rina.get(f"{base}/panti.svc")
    assert service.headers["odata-version"] == "4.0"
    assert service.json["value"] == [{"name": "Entities", "kind": "EntitySet", "url": "Entities"}]
    described = rina.get(f"{base}/panti.svc/$metadata").text
    for name in ("alamat_jalan", "alamat_jalan_2", "label"):
        assert f'<Property Name="{name}" Type="Edm.String"/>' in described
    feed = rina.get(f"{base}/panti.svc/Entities?$count=true").json
    assert feed["@odata.count"] == 2
    told = {line["__id"]: line for line in feed["value"]}
    assert (told[ONE]["alamat_jalan"], told[ONE]["alamat_jalan_2"]) == ("Mawar", "=1+1")
    assert told[TWO]["alamat_jalan"] == ""
    system = told[TWO]["__system"]
    assert (system["version"], system["updates"], system["conflict"], system["deletedAt"]) == (2, 1, None, None)
    assert system["creatorId"].isdigit()


def test_the_feed_is_read_page_by_page_filtered_and_narrowed(office: Office, base: str, rina: Client, url: str) -> None:
    for number in range(5):
        office.clock.advance(minutes=1)
        rina.post(f"{base}/barang/entities", {"label": f"Kasur {number}", "data": {"kondisi": "baik"}})
    feed = f"{base}/barang.svc/Entities"
    page = rina.get(f"{feed}?$top=2&$select=label").json
    assert page["value"] == [{"label": "Kasur 4"}, {"label": "Kasur 3"}]
    assert "$skiptoken" in page["@odata.nextLink"]
    office.clock.advance(minutes=1)
    rina.post(f"{base}/barang/entities", {"label": "Kasur baru"})
    seen = []
    while link := page.get("@odata.nextLink"):
        page = rina.get(link.removeprefix(office.address)).json
        seen += [line["label"] for line in page["value"]]
    assert seen == ["Kasur 2", "Kasur 1", "Kasur 0"]
    ordered = rina.get(f"{feed}?$skip=4&$orderby=__system/createdAt").json["value"]
    assert [line["label"] for line in ordered] == ["Kasur 4", "Kasur baru"]
    first = rina.get(f"{base}/barang/entities").json[-1]["uuid"]
    rina.ask("DELETE", f"{base}/barang/entities/{first}")
    gone = rina.get(f"{feed}?$filter=__system/deletedAt ne null&$select=label,__system/deletedAt").json["value"]
    assert [(line["label"], bool(line["__system"]["deletedAt"])) for line in gone] == [("Kasur 0", True)]
    assert rina.get(f"{feed}?$filter=__system/conflict ne null").json["value"] == []
    details = refused(rina.get(f"{feed}?$filter=kondisi eq 'baik'"), 501.5)
    assert "__system/conflict" in details["known"]
    whole = rina.get(feed)
    assert rina.get(feed, **{"If-None-Match": whole.headers["etag"]}).status == 304
    rina.ask("PATCH", f"{base}/barang/entities/{whole.json['value'][0]['__id']}?force=true", {"label": "Kasur lipat"})
    assert rina.get(feed, **{"If-None-Match": whole.headers["etag"]}).status == 200
    refused(rina.get(f"{feed}?$select=warna"), 400.23)
    refused(rina.get(f"{feed}?$expand=*"), 501.1)
    refused(rina.get(f"{feed}?$skiptoken=01e30="), 400.35)
    refused(rina.get(f"{base}/tidak_ada.svc"), 404.1)
