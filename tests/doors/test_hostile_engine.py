"""What nobody planned: people, phones and databases at their worst, and the cases they leave behind."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from server.access import OPERATOR
from server.actions import case_file
from server.actions.merge_cases import merge, unmerge
from server.actions.relink import relink
from server.actions.users import add_user
from server.problems import Problem
from server.queries.case_reading import read_case
from server.queries.definitions import definitions_of
from server.sop.events import Event
from tests.office import PASSWORD, Answer, Office
from tests.raid import letter, visit
from tests.sending import follow_up, intake, send
from tests.wild import Wild


@pytest.fixture
def url(office: Office) -> str:
    return office.phone_url("Ponsel Sri", "sri")


@pytest.mark.parametrize("seed", [4, 8, 18])
def test_whatever_people_do_every_form_counts_once_where_it_should(raids: Office, seed: int) -> None:
    wild = Wild(raids, seed)
    wild.steps(40)
    assert len(wild.done) > 8, wild.done


def report(office: Office, url: str, **told: Any) -> str:
    case, xml = intake(office.schema("abh_laporan_awal"), **told)
    assert send(url, xml).status == 201
    return case


def join(office: Office, case: str, other: str, **more: object) -> Answer:
    path = f"/v1/projects/{office.project}/cases/{case}/events"
    body = {"type": "merge", "with": other, "reason": "anak yang sama", **more}
    return office.as_("hadi").post(path, body)


def relinked(office: Office, form: str, instance: str, to: str) -> Answer:
    path = f"/v1/projects/{office.project}/forms/{form}/submissions/{instance}/relink"
    return office.as_("hadi").post(path, {"caseId": to, "reason": "salah pilih kasus"})


def set_review(office: Office, form: str, instance: str, state: str | None) -> None:
    path = f"/v1/projects/{office.project}/forms/{form}/submissions/{instance}"
    answer = office.as_("hadi").ask("PATCH", path, {"reviewState": state})
    assert answer.status == 200, answer.text


# --- merged, and parted again -----------------------------------------------------------------------


def test_a_form_rejected_while_two_cases_were_one_stays_rejected_when_they_are_two(office: Office, url: str) -> None:
    older, younger = report(office, url), report(office, url)
    assert send(url, follow_up(office.schema("abh_asesmen"), younger, {}, instance="uuid:a")).status == 201
    assert join(office, older, younger).status == 200
    set_review(office, "abh_asesmen", "uuid:a", "rejected")
    assert join(office, older, younger, undo=True).status == 200
    assert office.case(younger)["openSteps"] == ["s03"], "the assessment does not count"
    set_review(office, "abh_asesmen", "uuid:a", None)
    assert [office.case(case)["openSteps"] for case in (older, younger)] == [["s03"], ["s06"]]


def test_a_form_put_into_a_case_by_hand_keeps_its_corrections_when_that_case_was_merged_and_parted(
    office: Office, url: str
) -> None:
    """Sri picked the wrong child; Hadi put the form right; later he merged that case with another by mistake."""
    wrong, older, right = (report(office, url) for _ in range(3))
    form = office.schema("abh_asesmen")
    assert send(url, follow_up(form, wrong, {"nama_ayah": "satu"}, instance="uuid:a")).status == 201
    assert relinked(office, "abh_asesmen", "uuid:a", right).status == 200
    assert join(office, older, right).status == 200
    edit = follow_up(form, wrong, {"nama_ayah": "dua"}, instance="uuid:b", deprecatedID="uuid:a")
    assert send(url, edit).status == 201
    assert join(office, older, right, undo=True).status == 200
    assert [office.case(case)["openSteps"] for case in (wrong, older, right)] == [["s03"], ["s03"], ["s06"]]
    assert office.case(right)["facts"]["nama_ayah"] == "dua"
    assert "nama_ayah" not in office.case(older)["facts"]


def test_what_names_a_case_merged_into_a_merged_one_goes_with_it_step_by_step(office: Office, url: str) -> None:
    one, two, three = (report(office, url) for _ in range(3))
    assert join(office, two, three).status == 200
    assert join(office, one, two).status == 200
    assert send(url, follow_up(office.schema("abh_asesmen"), three, {})).status == 201
    assert office.case(one)["openSteps"] == ["s06"]
    assert join(office, one, two, undo=True).status == 200
    assert [office.case(case)["openSteps"] for case in (one, two)] == [["s03"], ["s06"]]
    assert join(office, two, three, undo=True).status == 200
    assert [office.case(case)["openSteps"] for case in (one, two, three)] == [["s03"], ["s03"], ["s06"]]


def test_a_visit_to_siblings_under_a_merged_name_does_not_hinder_the_parting(raids: Office) -> None:
    url = raids.phone_url("Ponsel Tono", "tono")
    opened, xml = letter(raids.schema("razia_surat"), [{"nama_lengkap": name} for name in ("Ayu", "Bayu", "Citra")])
    assert send(url, xml).status == 201
    ayu, bayu, citra = opened
    assert join(raids, ayu, bayu).status == 200
    seen = visit(raids.schema("razia_kunjungan"), {bayu: "sehat", citra: "sakit"})
    assert send(url, seen).status == 201
    parted = join(raids, ayu, bayu, undo=True)
    assert parted.status == 200, parted.text
    assert [len(raids.case(case)["waiting"]) for case in opened] == [0, 1, 1]


def test_two_merged_siblings_leave_a_corrected_visit_together(raids: Office) -> None:
    url = raids.phone_url("Ponsel Tono", "tono")
    opened, xml = letter(raids.schema("razia_surat"), [{"nama_lengkap": name} for name in ("Ayu", "Bayu", "Citra")])
    assert send(url, xml).status == 201
    ayu, bayu, citra = opened
    form = raids.schema("razia_kunjungan")
    assert send(url, visit(form, {ayu: "sehat", bayu: "sakit"}, instance="uuid:a")).status == 201
    assert join(raids, ayu, bayu).status == 200
    corrected = visit(form, {citra: "sehat"}, instance="uuid:b", deprecated="uuid:a")
    assert send(url, corrected).status == 201
    assert [len(raids.case(case)["waiting"]) for case in (ayu, citra)] == [0, 1]
    assert join(raids, ayu, bayu, undo=True).status == 200
    assert [len(raids.case(case)["waiting"]) for case in opened] == [0, 0, 1]


def test_a_form_that_waits_asks_again_when_its_case_is_parted(office: Office, url: str) -> None:
    older, younger = report(office, url), report(office, url)
    form = office.schema("abh_konferensi_kasus")
    assert send(url, follow_up(form, younger, {"berat_tindakan": "ringan"})).status == 201

    def asked() -> list[str]:
        found = office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json
        return [item["case"]["id"] if isinstance(item.get("case"), dict) else item["caseId"] for item in found]

    assert asked() == [younger]
    assert join(office, older, younger).status == 200
    assert asked() == [older]
    assert join(office, older, younger, undo=True).status == 200
    assert asked() == [younger]


# --- in the wrong case ----------------------------------------------------------------------------


def test_a_rejected_form_stays_rejected_in_the_case_it_is_put_into(office: Office, url: str) -> None:
    wrong, right = report(office, url), report(office, url)
    assert send(url, follow_up(office.schema("abh_asesmen"), wrong, {}, instance="uuid:a")).status == 201
    set_review(office, "abh_asesmen", "uuid:a", "rejected")
    assert relinked(office, "abh_asesmen", "uuid:a", right).status == 200
    assert [office.case(case)["openSteps"] for case in (wrong, right)] == [["s03"], ["s03"]]
    set_review(office, "abh_asesmen", "uuid:a", None)
    assert [office.case(case)["openSteps"] for case in (wrong, right)] == [["s03"], ["s06"]]


def test_putting_a_form_where_it_is_already_changes_nothing(office: Office, url: str) -> None:
    case = report(office, url)
    assert send(url, follow_up(office.schema("abh_asesmen"), case, {}, instance="uuid:a")).status == 201
    before = office.case(case)
    assert relinked(office, "abh_asesmen", "uuid:a", case).status == 200
    assert office.case(case) == before


def test_a_false_report_that_was_rejected_can_be_closed(office: Office, url: str) -> None:
    case, xml = intake(office.schema("abh_laporan_awal"), instance="uuid:palsu")
    assert send(url, xml).status == 201
    set_review(office, "abh_laporan_awal", "uuid:palsu", "rejected")
    closed = office.act("hadi", case, "close", closeReason="lain", reason="laporan palsu")
    assert closed.status == 200, closed.text
    assert office.case(case)["status"] == "closed"


def test_two_forms_under_one_instance_id_are_two_forms(office: Office, url: str) -> None:
    """A phone restored from a copy of another gives ids away twice; a submission is (form, instance id)."""
    case = report(office, url)
    assert send(url, follow_up(office.schema("abh_asesmen"), case, {"nama_ayah": "a"}, instance="uuid:x")).status == 201
    meeting = {"berat_tindakan": "ringan"}
    assert send(url, follow_up(office.schema("abh_konferensi_kasus"), case, meeting, instance="uuid:x")).status == 201
    told = office.case(case)
    assert told["openSteps"] == ["s07"]
    assert (told["facts"]["nama_ayah"], told["facts"]["berat_tindakan"]) == ("a", "ringan")


# --- moved ----------------------------------------------------------------------------------------


def moved(office: Office, case: str, **body: object) -> Answer:
    return office.act("hadi", case, "move", reason="terjaring razia", **body)


def test_a_move_is_not_taken_back_over_the_head_of_the_case_it_was_merged_into(raids: Office) -> None:
    """Ayu was found in a raid on Monday; a child reported the same day goes to that service, and is her."""
    url = raids.phone_url("Ponsel Tono", "tono")
    (ayu,), xml = letter(raids.schema("razia_surat"), [{"nama_lengkap": "Ayu"}], day="2026-03-01")
    assert send(url, xml).status == 201
    child = report(raids, url, nama_lengkap="Ayu")
    new = moved(raids, child, toSop="razia").json["id"]
    assert join(raids, ayu, new).status == 200
    refused = moved(raids, ayu, undo=True)
    assert refused.status == 409, refused.text
    assert raids.case(ayu)["number"] in refused.json["message"]
    assert raids.case(ayu)["status"] == "open"
    assert join(raids, ayu, new, undo=True).status == 200
    assert moved(raids, child, undo=True).status == 200
    assert [raids.case(case)["status"] for case in (ayu, child, new)] == ["open", "open", "closed"]


def test_of_two_moves_the_later_is_taken_back_first(raids: Office) -> None:
    child = report(raids, raids.phone_url())
    new = moved(raids, child, toSop="razia").json["id"]
    last = moved(raids, new, toSop="abh").json["id"]
    assert moved(raids, child, undo=True).status == 409
    assert moved(raids, new, undo=True).status == 200
    assert moved(raids, child, undo=True).status == 200
    assert [raids.case(case)["status"] for case in (child, new, last)] == ["open", "closed", "closed"]


# --- at once --------------------------------------------------------------------------------------


def at_once(office: Office, held: str, *acts: Callable[[], object]) -> list[object]:
    """Starts these while somebody else holds a case, so that all have read it before any may write."""
    outcome: list[object] = []

    def run(act: Callable[[], object]) -> None:
        try:
            outcome.append(act())
        except Problem as problem:
            outcome.append(problem.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    with office.store.write() as tx:
        tx.lock_cases([held])
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(0.4)
        tx.housekeeping()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return outcome


def counting(office: Office, instance: str, ids: list[str]) -> list[str]:
    """The cases of these in which a form completed a step or waits."""
    definitions = definitions_of(office.store)
    found = []
    with office.store.read() as db:
        for case in ids:
            file = read_case(db, definitions, office.project, case)
            assert file is not None
            assert file.state is not None
            placed = {visit.instance_id for visit in file.state.visits} | {w.instance_id for w in file.state.waiting}
            found += [case] if instance in placed else []
    return found


def test_two_supervisors_put_one_form_into_two_cases_at_once_and_it_is_in_one(office: Office, url: str) -> None:
    wrong, left, right = (report(office, url) for _ in range(3))
    assert send(url, follow_up(office.schema("abh_asesmen"), wrong, {}, instance="uuid:a")).status == 201
    hadi, store = office.viewer("hadi"), office.store

    def put(to: str) -> Callable[[], object]:
        return lambda: relink(store, hadi, office.project, "uuid:a", "abh_asesmen", to, "salah")

    outcome = at_once(office, wrong, put(left), put(right))
    assert set(outcome) & {left, right}
    assert len(counting(office, "uuid:a", [wrong, left, right])) == 1


def test_a_form_and_a_merge_of_its_case_at_once_lose_nothing(office: Office, url: str) -> None:
    older, younger = report(office, url), report(office, url)
    hadi, store, form = office.viewer("hadi"), office.store, office.schema("abh_asesmen")
    told = follow_up(form, younger, {}, instance="uuid:a")
    later = follow_up(office.schema("abh_kunjungan_rumah"), older, {}, instance="uuid:b")
    outcome = at_once(
        office,
        younger,
        lambda: merge(store, hadi, office.project, older, {"with": younger, "reason": "sama"}),
        lambda: send(url, told).status,
        lambda: send(url, later).status,
    )
    for xml in (told, later):  # who was sent away comes again
        assert send(url, xml).status in (201, 202)
    if older not in outcome:
        merge(store, hadi, office.project, older, {"with": younger, "reason": "sama"})
    assert counting(office, "uuid:a", [older]) == counting(office, "uuid:b", [older]) == [older]
    unmerge(store, hadi, office.project, older, {"with": younger, "reason": "beda"})
    assert [counting(office, name, [older, younger]) for name in ("uuid:a", "uuid:b")] == [[younger], [older]]


def test_a_case_somebody_else_has_written_since_it_was_read_is_not_written_over(office: Office, url: str) -> None:
    case = report(office, url)
    definitions = definitions_of(office.store)
    with office.store.read() as db:
        read = read_case(db, definitions, office.project, case)
    assert read is not None
    assert send(url, follow_up(office.schema("abh_asesmen"), case, {})).status == 201
    note = Event(str(uuid4()), "note", office.clock().date(), office.clock(), data={"text": "catatan"})

    def write() -> None:
        with office.store.write() as tx:
            tx.audit(None, "uji")
            settled = case_file.refold(tx.connection, definitions, read, note)
            case_file.save(tx, definitions, read, settled, note)

    with pytest.raises(Problem, match=r"store\.busy"):
        write()
    assert office.case(case)["openSteps"] == ["s06"]


# --- another office's ids -------------------------------------------------------------------------


def test_an_address_in_ones_own_office_opens_nothing_of_another_one(office: Office, url: str) -> None:
    """A supervisor elsewhere has seen ids of Pasuruan and puts them behind the address of his own office."""
    add_user(
        office.store, OPERATOR, "agus@pasuruan.test", role="supervisor", project_id=office.other, password=PASSWORD
    )
    older, younger = (report(office, url, nik="3575010405120001") for _ in range(2))
    assert send(url, follow_up(office.schema("abh_asesmen"), older, {}, instance="uuid:a")).status == 201
    assert send(url, follow_up(office.schema("abh_asesmen"), str(uuid4()), {})).status == 201
    proposal = office.as_("hadi").get(f"/v1/projects/{office.project}/merge-proposals").json[0]["id"]
    task = office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json[0]["id"]
    assert join(office, older, younger).status == 200
    mine = f"/v1/projects/{office.other}"
    agus = office.as_("agus")
    answers = {}
    for case in (older, younger):
        for tail in ("", "/lineage"):
            answers[case, tail] = agus.get(f"{mine}/cases/{case}{tail}")
        for body in (
            {"type": "merge", "with": younger, "reason": "x"},
            {"type": "merge", "with": younger, "reason": "x", "undo": True},
            {"type": "move", "toSop": "abh", "reason": "x"},
            {"type": "move", "reason": "x", "undo": True},
            {"type": "close", "closeReason": "lain", "reason": "x"},
        ):
            answers[case, str(body)] = agus.post(f"{mine}/cases/{case}/events", body)
        answers[case, "what-if"] = agus.post(f"{mine}/cases/{case}/what-if", {"form": "abh_asesmen", "answers": {}})
    answers["task", ""] = agus.post(f"{mine}/unlinked/{task}/link", {"caseId": older})
    answers["proposal", ""] = agus.post(f"{mine}/merge-proposals/{proposal}/dismiss", {"reason": "x"})
    answers["relink", ""] = agus.post(
        f"{mine}/forms/abh_asesmen/submissions/uuid:a/relink", {"caseId": older, "reason": "x"}
    )
    assert {key: answer.status for key, answer in answers.items() if answer.status != 404} == {}
