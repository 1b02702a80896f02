"""A correction that arrives before what it corrects: kept, told, and placed when that arrives, in every order."""

from itertools import permutations

from sqlalchemy import select

from server.store.submissions import attachment, held_edit, held_file, quarantine, revision, submission
from tests.browsing import signed_in
from tests.office import Office
from tests.reads import readings
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


def waiting(office: Office, **told: str) -> tuple[list[bytes], str]:
    """A correction of Rizki's report whose original never comes; with the page its task leads to."""
    _, forms = chain(office)
    correction = forms[1].replace(b"<inisial>", b"<nama_lengkap>Rizki Aditya</nama_lengkap><inisial>")
    for name, text in told.items():
        correction = correction.replace(b"</identitas>", f"<{name}>{text}</{name}></identitas>".encode())
    assert send(office.phone_url(), correction, PHOTO).status == 201
    (link,) = set(signed_in(office, "sri").read("/tugas").links("/tugas/"))
    return [forms[0], correction, forms[2]], link


def test_a_correction_whose_original_never_comes_is_read_and_ended_with_a_reason(office: Office) -> None:
    (first, correction, _), link = waiting(office, nik="3575014102110003")
    sri, tono, hadi = (signed_in(office, who) for who in ("sri", "tono", "hadi"))
    mine, others = sri.read(link), tono.read(link)
    for seen in (mine, others):
        assert "Rizki Aditya" in seen.text
        assert "3575014102110003" not in seen.source
    assert "3575********0003" in mine.text
    whole = tono.fill(f"{link}/buka", {"alasan": "mencari isian asalnya"})
    assert "3575014102110003" in whole.text
    assert readings(office.store)[-1].what == "unmasked:uuid:isian-1 mencari isian asalnya"
    (photo,) = sri.read(link).links(f"{link}/berkas/")[:1]
    assert sri.ask("GET", photo).body == PHOTO["foto é.jpg"]
    # Whoever has no part in it may not end it, and nobody without a reason.
    assert "Akhiri perbaikan ini" not in tono.read(link).text
    assert tono.fill(link, {"alasan-akhiri": "tidak perlu"}).status == 403
    hadi.read(link)
    assert [field for field, _ in hadi.fill(link, {"alasan-akhiri": " "}).errors] == ["alasan-akhiri"]
    hadi.read(link)
    assert hadi.fill(link, {"alasan-akhiri": "ponsel Sri hilang"}).status == 303
    told = hadi.read(link).text
    assert "Diakhiri" in told
    assert "ponsel Sri hilang" in told
    assert hadi.read("/tugas").links("/tugas/") == []
    assert (office.count(held_edit), office.count(held_file)) == (1, 1), "what was sent stays"
    # The phone sends it once more: it is known. The original comes after all: the office is asked again, once.
    url = office.phone_url()
    assert send(url, correction, PHOTO).status == 201
    assert hadi.read("/tugas").links("/tugas/") == []
    assert send(url, first).status == 201
    assert office.count(submission) == 1
    again = hadi.read("/tugas")
    assert again.links("/tugas/") == [link]
    assert "sampai sesudah perbaikannya diakhiri" in again.text
    page = hadi.read(link)
    assert page.links("/kiriman/")
    assert hadi.fill(link, {"alasan-akhiri": "isian asal sudah benar"}).status == 303
    assert send(url, first).status == 201
    assert hadi.read("/tugas").links("/tugas/") == []


def test_other_offices_and_other_tasks_lead_to_no_correction(office: Office) -> None:
    _, link = waiting(office)
    assert signed_in(office, "bambang").read(link).status == 404
    assert signed_in(office, "sri").read("/tugas/tidak-ada/perbaikan").status == 404
    assert signed_in(office, "sri").read(f"{link}/berkas/lain.jpg").status == 404
