"""A newer SOP is published; Rina moves the running cases that can move, one by one those that cannot, and back."""

import pytest

from tests import drafts
from tests.browsing import signed_in, worked
from tests.doors.test_simulation import FROM_14
from tests.office import Office
from tests.past import Past

RENAMED = drafts.draft(rename={"s08": "s08b"})


def publish(office: Office, book: bytes) -> None:
    """Puts this SOP in force for new cases."""
    answer = office.as_("rina").post(f"/v1/projects/{office.project}/sops?publish=true", book)
    assert answer.status == 200, answer.text


def migration(office: Office, rest: str, body: object = None, who: str = "rina"):
    return office.as_(who).post(f"/v1/projects/{office.project}/sops/abh/migration{rest}", body or {})


def check(office: Office, **body: object) -> dict:
    answer = migration(office, "/check", body)
    assert answer.status == 200, answer.text
    return answer.json


def work(office: Office, answer) -> dict:
    """Lets the worker do what was asked for; gives the job as it is then."""
    assert answer.status == 202, answer.text
    office.work()
    return office.as_("rina").get(answer.json["href"]).json


def move(office: Office, case: str, **body: object):
    return office.as_("rina").post(f"/v1/projects/{office.project}/cases/{case}/migrate", body)


def version(office: Office, case: str) -> str:
    return office.case(case)["sopVersion"]


@pytest.fixture
def children(office: Office) -> dict[str, str]:
    """Three running cases: at the assessment, in monitoring after RJ, decided otherwise by the newer version."""
    past = Past(office)
    watched = past.conference(13, "ringan")
    past.follow(watched, ("abh_upaya_rj", {}), ("abh_putusan_rj", {"hasil_rj": "sepakat", "interval_monitoring": "7"}))
    return {"asesmen": past.child(13), "pantau": watched, "berat": past.conference(13, "berat")}


def test_running_cases_stay_on_their_version_when_a_newer_one_is_published(office: Office, children) -> None:
    before = {name: office.case(case) for name, case in children.items()}
    publish(office, FROM_14)
    assert {name: office.case(case) for name, case in children.items()} == before
    assert version(office, Past(office, "Ponsel baru").child(13)) == "2099010101"


def test_the_dry_run_sorts_them_into_three_classes_and_writes_nothing(office: Office, children) -> None:
    publish(office, FROM_14)
    found = check(office)
    assert found["counts"] == {"same": 1, "future_only": 1, "conflict": 1}
    assert [one["id"] for one in found["examples"]["same"]] == [children["pantau"]]
    assert found["reasons"]["future_only"] == [{"code": "ahead", "step": "s06", "cases": 1}]
    assert [one["id"] for one in found["conflicts"]] == [children["berat"]]
    assert {"code": "decision", "step": "s06"} in found["conflicts"][0]["reasons"]
    assert version(office, children["pantau"]) != "2099010101"


def test_many_move_at_once_and_come_back(office: Office, children) -> None:
    old = {name: office.case(case) for name, case in children.items()}
    publish(office, FROM_14)
    asked = migration(office, "", {"classes": ["same", "future_only"], "reason": "aturan usia baru"})
    done = work(office, asked)
    assert (done["state"], done["moved"], done["left"]["conflict"]) == ("done", 2, 1)
    assert [version(office, children[name]) == "2099010101" for name in ("asesmen", "pantau", "berat")] == [
        True,
        True,
        False,
    ]
    moved = office.case(children["asesmen"])
    assert moved["openSteps"] == old["asesmen"]["openSteps"]
    assert [event["type"] for event in moved["events"]][-1] == "migrate"
    back = work(office, migration(office, f"/{done['id']}/undo", {"reason": "kepala dinas belum setuju"}))
    assert (back["kind"], back["moved"]) == ("undo", 2)
    for name, case in children.items():
        now = office.case(case)
        kept = ("sopVersion", "openSteps", "decisions", "steps", "dueAt", "facts")
        assert {key: now[key] for key in kept} == {key: old[name][key] for key in kept}


def test_what_follows_after_the_move_follows_the_newer_version(office: Office, children) -> None:
    publish(office, FROM_14)
    work(office, migration(office, "", {"classes": ["same", "future_only"], "reason": "aturan usia baru"}))
    forms = [(form, {"berat_tindakan": "berat"}) for form in ("abh_asesmen", "abh_konferensi_kasus")]
    Past(office, "Ponsel kedua").follow(children["asesmen"], *forms)
    assert office.case(children["asesmen"])["openSteps"] == ["s07"]


def test_a_conflicting_case_moves_alone_and_keeps_what_was_decided(office: Office, children) -> None:
    publish(office, FROM_14)
    refused = migration(office, "", {"classes": ["conflict"], "reason": "semua"})
    assert (refused.status, refused.json["details"]["problem"]) == (409, "migrate.conflict")
    moved = move(office, children["berat"], reason="sudah dibahas dengan kabid")
    assert moved.status == 200, moved.text
    assert (moved.json["sopVersion"], moved.json["openSteps"]) == ("2099010101", ["s08"])
    kept = next(one for one in moved.json["decisions"] if one["step"] == "s06" and not one["supersededBy"])
    assert (kept["kind"], kept["to"], kept["reason"]) == ("kept", ["s08"], "sudah dibahas dengan kabid")
    assert moved.json["conflicts"] == []
    back = move(office, children["berat"], undo=True, reason="keliru")
    assert back.json["sopVersion"] != "2099010101"
    assert next(one for one in back.json["decisions"] if one["step"] == "s06")["kind"] == "rule"


def test_a_step_with_a_new_name_needs_its_counterpart(office: Office, children) -> None:
    publish(office, RENAMED)
    assert check(office)["counts"]["conflict"] == 1
    assert check(office, map={"s08": "s08b"})["counts"] == {"same": 3, "future_only": 0, "conflict": 0}
    refused = move(office, children["berat"], reason="versi baru")
    assert (refused.status, refused.json["details"]["problem"]) == (400, "migrate.bad_map")
    assert "s08" in refused.json["message"]
    moved = move(office, children["berat"], reason="versi baru", map={"s08": "s08b"})
    assert moved.json["openSteps"] == ["s08b"]
    Past(office, "Ponsel kedua").follow(children["berat"], ("abh_pelaporan_uppa", {}))
    assert office.case(children["berat"])["openSteps"] == ["s10"]


def test_a_move_says_why_and_is_for_those_who_publish(office: Office, children) -> None:
    publish(office, FROM_14)
    assert move(office, children["pantau"]).json["details"]["problem"] == "case.reason_required"
    for who, status in (("sri", 403), ("hadi", 403), ("bambang", 404), (None, 401)):
        assert migration(office, "/check", who=who).status == status
        assert migration(office, "", {"reason": "coba"}, who=who).status == status
    assert move(office, children["pantau"], reason="versi baru").status == 200
    again = move(office, children["pantau"], reason="versi baru")
    assert (again.status, again.json["details"]["problem"]) == (409, "migrate.already")


def test_a_case_that_never_moved_has_nothing_to_undo(office: Office, children) -> None:
    answer = move(office, children["pantau"], undo=True, reason="coba")
    assert (answer.status, answer.json["details"]["problem"]) == (409, "migrate.nothing")


def test_rina_moves_cases_on_the_pages_and_takes_them_back(office: Office, children) -> None:
    publish(office, FROM_14)
    rina = signed_in(office, "rina")
    assert "3 kasus berjalan masih mengikuti versi lama" in rina.read("/sop/abh/pindah-versi").text
    checked = worked(office, rina, rina.fill("/sop/abh/pindah-versi"))
    for words in ("Tetap sama", "Berbeda hanya di langkah mendatang", "Bertentangan"):
        assert words in checked.text
    assert f"/kasus/{children['berat']}/pindah-versi" in checked.links("/kasus/")
    act = checked.tree.xpath("//form[contains(@action, '/pindah?')]/@action")[0]
    refused = rina.fill(act, {"golongan": ["same", "future_only"], "alasan": ""})
    assert refused.errors == [("alasan", "Tuliskan alasannya.")]
    moved = worked(office, rina, rina.fill(act, {"golongan": ["same", "future_only"], "alasan": "aturan usia baru"}))
    assert "2 kasus sekarang mengikuti versi 2099010101" in moved.text
    back = moved.tree.xpath("//form[contains(@action, '/urung?')]/@action")[0]
    undone = worked(office, rina, rina.fill(back, {"alasan": "belum disetujui"}))
    assert "2 kasus kembali ke versi sebelumnya" in undone.text


def test_rina_decides_a_conflicting_case_on_its_own_page(office: Office, children) -> None:
    publish(office, RENAMED)
    rina = signed_in(office, "rina")
    here = f"/kasus/{children['berat']}/pindah-versi"
    shown = rina.read(here)
    assert "Tahap yang terbuka tidak ada lagi: 8. Pelaporan ke UPPA" in shown.text
    assert shown.tree.xpath("//select[@name='padanan.s08']/option[@selected]/@value") == ["s08b"]
    assert "Bagi kasus ini versi 2099010101 sama" in rina.fill(here, {"lihat": "ya", "padanan.s08": "s08b"}).text
    assert version(office, children["berat"]) != "2099010101"
    wrong = rina.fill(here, {"alasan": "versi baru"})
    assert wrong.errors[0][0] == "padanan.s08"
    done = rina.fill(here, {"alasan": "versi baru", "padanan.s08": "s08b"})
    assert "sekarang mengikuti versi 2099010101" in rina.read(done.headers["location"]).text
    assert version(office, children["berat"]) == "2099010101"
    back = rina.fill(here, {"alasan": "keliru", "batal": "ya"})
    assert back.status == 303
    assert version(office, children["berat"]) != "2099010101"
    assert signed_in(office, "sri").read(here).status == 403
