"""A report comes back: the reason is on the phone that sent it, the correction goes to the same case (ruling 51)."""

import pytest

from tests.office import Office
from tests.officer import Officer
from tests.phone.collect import Instance
from tests.phone.javarosa import Refused


def review(office: Office, record: Instance, state: str, reason: str = "") -> None:
    path = f"/v1/projects/{office.project}/forms/{record.form.form_id}/submissions/{record.instance_id}"
    if reason:
        assert office.as_("hadi").post(f"{path}/comments", {"body": reason}).status == 200
    assert office.as_("hadi").ask("PATCH", path, {"reviewState": state}).status == 200


def label(sri: Officer, case: str) -> str:
    return next(row["label"] for row in sri.phone.sync().rows("kasus_abh") if row["name"] == case)


def test_sri_reads_why_her_report_came_back_and_corrects_it_on_her_phone(office: Office) -> None:
    sri, other = Officer(office), Officer(office, "Ponsel Sri kedua", seed=2)
    case = sri.intake()
    record = sri.follow("asesmen", case, berat_tindakan="berat")
    plain = label(sri, case)
    review(office, record, "hasIssues", "tanggal kejadian keliru")
    assert label(sri, case).startswith("[DIKEMBALIKAN: ")
    assert "tanggal kejadian keliru" in label(sri, case)
    assert label(sri, case).endswith(plain)
    assert label(other, case) == plain, "who did not send it need not read it"
    edit = sri.phone.edit_sent(record, {"berat_tindakan": "ringan"})
    sri.send(edit)
    assert label(sri, case) == plain, "corrected: nothing is open any more"
    (told,) = [one for one in office.case(case)["submissions"] if one["instanceId"] == record.instance_id]
    assert len(told["revisions"]) == 2
    assert office.case(case)["facts"]["berat_tindakan"] == "ringan"


def test_what_left_the_phone_comes_back_for_thirty_days_with_the_reason(office: Office) -> None:
    sri = Officer(office)
    case = sri.intake()
    record = sri.follow("asesmen", case, berat_tindakan="berat")
    answer = office.act("hadi", case, "close", closeReason="hilang_kontak", reason="dicari tiga kali", search="RT, RW")
    assert answer.status == 200, answer.text
    sri.later(days=25)
    review(office, record, "hasIssues", "lampirkan surat")
    sri.later(days=20)
    (row,) = [row for row in sri.phone.sync().rows("kasus_abh") if row["name"] == case]
    assert "lampirkan surat" in row["label"]
    assert (row["terbuka"], row["langkah"], row["formulir"]) == ("tidak", "", "")
    edit = sri.phone.edit_sent(record, {"berat_tindakan": "ringan"})
    assert edit.value("kasus_id") == case, "the choice is still there"
    sri.send(edit)
    assert len(office.case(case)["submissions"]) == 2
    sri.later(days=31)
    assert case not in {row["name"] for row in sri.phone.sync().rows("kasus_abh")}
    with pytest.raises(Refused, match="kasus_id"):
        sri.phone.edit_sent(edit, {"berat_tindakan": "berat"})  # Collect empties a choice that is offered no more
