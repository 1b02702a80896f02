"""An office's cases for Power BI and Excel: flat tables, paged, without anybody's answers."""

from xml.etree import ElementTree

from server.queries.cases_odata import TABLES
from tests.office import Office
from tests.reads import readings
from tests.sending import follow_up, intake, send
from tests.world import Clock


def test_cases_their_steps_decisions_and_papers_are_tables(office: Office, clock: Clock) -> None:
    path, hadi = f"/v1/projects/{office.project}/cases.svc", office.as_("hadi")
    phone = office.phone_url()
    made = []
    for _ in range(3):
        clock.advance(minutes=1)
        case, xml = intake(office.schema("abh_laporan_awal"))
        assert send(phone, xml).status == 201
        made.insert(0, case)
    assert send(phone, follow_up(office.schema("abh_asesmen"), made[0], {})).status == 201

    names = [row["name"] for row in hadi.get(path).json["value"]]
    assert names == ["Cases", "Steps", "Decisions", "Documents"]
    tree = ElementTree.fromstring(hadi.get(f"{path}/$metadata").text)
    types = {row.get("Name"): row for row in tree.iter("{http://docs.oasis-open.org/odata/ns/edm}EntityType")}
    assert {name: [p.get("Name") for p in row if p.get("Type")] for name, row in types.items()} == {
        name: list(properties) for name, properties in TABLES.items()
    }

    cases = hadi.get(f"{path}/Cases?$count=true").json
    assert ([row["id"] for row in cases["value"]], cases["@odata.count"]) == (made, 3)
    first = cases["value"][0]
    told = office.case(made[0])
    assert (first["number"], first["sop"], first["status"], first["late"]) == (told["number"], "abh", "open", False)
    assert first["openSteps"].split() == told["openSteps"]
    assert list(first) == list(TABLES["Cases"])

    steps = hadi.get(f"{path}/Steps").json["value"]
    own = [(row["name"], row["visit"], row["state"]) for row in steps if row["caseId"] == made[0]]
    assert own == [(row["name"], row["visit"], row["state"]) for row in told["steps"]]
    decisions = hadi.get(f"{path}/Decisions").json["value"]
    own_routes = [row["routes"].split() for row in decisions if row["caseId"] == made[0]]
    assert own_routes == [row["routes"] for row in told["decisions"]]
    papers = hadi.get(f"{path}/Documents").json["value"]
    assert [row["id"] for row in papers if row["caseId"] == made[0]] == [str(row["id"]) for row in told["documents"]]

    seen, link = [], f"{path}/Steps?$top=1&$select=id"
    while link:
        page = hadi.get(link)
        assert page.status == 200, page.text
        seen += [row["id"] for row in page.json["value"]]
        link = page.json.get("@odata.nextLink", "").removeprefix(office.address)
        link = link.replace("%24", "$").replace("%3D", "=")
    assert seen == [row["id"] for row in steps]

    assert hadi.get(f"{path}/Tidak").json["code"] == 404.1
    assert hadi.get(f"{path}/Cases?$filter=id eq 'x'").json["code"] == 501.1
    assert hadi.get(f"{path}/Cases?$select=nama").json["code"] == 400.23
    assert hadi.get(f"{path}/Cases?$skiptoken=02").json["code"] == 400.35
    assert office.as_("bambang").get(f"{path}/Cases").status == 404
    assert readings(office.store)[-1].what == "odata:cases:Steps"
