"""A correction that arrives before what it corrects: kept, told, and placed when that arrives, in every order."""

from itertools import permutations

from sqlalchemy import select

from server.store.submissions import attachment, held_edit, held_file, quarantine, revision, submission
from tests.browsing import signed_in
from tests.office import Office
from tests.sending import intake, send

FORM = "abh_laporan_awal"
PHOTO = {"foto é.jpg": b"\xff\xd8\xff"}


def chain(office: Office, name: str = "isian") -> tuple[str, list[bytes]]:
    """The first form of a case and two corrections of it, each of the one before; with the id of the case."""
    schema, case = office.schema(FORM), None
    made = []
    for number in range(3):
        base = {"deprecatedID": f"uuid:{name}-{number - 1}"} if number else {}
        case, xml = intake(schema, case=case, age=13 + number, instance=f"uuid:{name}-{number}", **base)
        made.append(xml)
    assert case is not None
    return case, made


def test_three_versions_of_one_form_end_alike_in_whatever_order_they_arrive(office: Office) -> None:
    url, sent = office.phone_url(), []
    for order in permutations(range(3)):
        case, forms = chain(office, "".join(map(str, order)))
        sent += forms
        for number in order:
            assert send(url, forms[number], PHOTO if number == 2 else None).status == 201
        assert (office.count(held_edit), office.count(held_file)) == (0, 0), order
        assert office.case(case)["facts"]["usia_saat_kejadian"] == 15, order
    rows = office.as_("sri").get(f"/v1/projects/{office.project}/forms/{FORM}/submissions").json
    assert len(rows) == office.count(submission) == office.count(attachment) == 6
    assert {row["instanceId"][-1] + row["currentVersion"]["instanceId"][-1] for row in rows} == {"02"}
    assert "sebelum isian" not in signed_in(office, "sri").read("/tugas").text
    assert {send(url, xml).status for xml in sent} == {201}, "a phone that missed our answers may send it all again"
    assert office.count(revision) == 18


def test_what_waits_is_told_to_the_phone_and_to_the_office_and_is_not_lost(office: Office) -> None:
    _, (first, second, third) = chain(office)
    url = office.phone_url()
    early = send(url, second, PHOTO)
    assert early.status == 201
    assert "Isian asalnya belum sampai" in early.text
    assert send(url, second, {"lagi.jpg": b"x"}).status == 201
    assert (office.count(held_edit), office.count(held_file), office.count(submission)) == (1, 2, 0)
    other = second.replace(b"A. B.", b"C. D.")
    assert send(url, other).status == 409
    with office.store.read() as db:
        (refused,) = db.execute(select(quarantine)).all()
    assert (refused.reason, refused.instance_id) == ("submission.other_content", "uuid:isian-1")
    assert office.store.blobs.get(refused.blob) == other
    told = signed_in(office, "sri").read("/tugas").text
    assert "Perbaikan dari Ponsel Sri ini datang sebelum isian" in told, "whom to ask for the original"
    # Another correction of the same form is first: the one that waited stays, and the office learns why.
    other = third.replace(b"uuid:isian-2", b"uuid:isian-x").replace(b"uuid:isian-1", b"uuid:isian-0")
    assert send(url, other).status == 201
    assert office.count(held_edit) == 2
    assert send(url, first).status == 201
    assert office.count(held_edit) == 1
    told = signed_in(office, "sri").read("/tugas").text
    assert "Isian asal perbaikan dari Ponsel Sri ini (uuid:isian-0)" in told, "whom to ask about it"
    assert "perbaikan lain sudah lebih dahulu menggantikannya" in told


def test_two_photos_of_one_name_are_both_kept_while_the_correction_waits_and_when_it_has_its_place(
    office: Office,
) -> None:
    _, (first, second, _) = chain(office)
    url = office.phone_url()
    for photo in (b"\xff\xd8\xffsatu", b"\xff\xd8\xffdua", b"\xff\xd8\xffdua"):
        assert send(url, second, {"foto.jpg": photo}).status == 201
    assert office.count(held_file) == 2
    assert send(url, first).status == 201
    assert office.count(held_edit) == office.count(held_file) == 0
    files = f"/v1/projects/{office.project}/forms/{FORM}/submissions/uuid:isian-0/attachments"
    names = sorted(row["name"] for row in office.as_("sri").get(files).json)
    kept = {name: office.as_("sri").get(f"{files}/{name}").body for name in names}
    assert len(names) == 2
    assert kept["foto.jpg"] == b"\xff\xd8\xffdua", "the newer one has the name"
    assert set(kept.values()) == {b"\xff\xd8\xffsatu", b"\xff\xd8\xffdua"}
