"""Large files go out in flat memory by every door: whole, in parts, not again, and to clients that do not read."""

import hashlib
import http.client
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from lxml import etree
from sqlalchemy import select

from server.actions.import_collect import import_collect
from server.actions.receive_submission import Intake
from server.queries.definitions import definitions_of
from server.store.submissions import submission
from tests.books import from_markdown
from tests.browsing import signed_in
from tests.doors.test_import_collect import instance
from tests.doors.test_large_uploads import MB, VIDEO, body, forget_peak, peak, post
from tests.office import PASSWORD, Office
from tests.sending import answers_xml, intake, offered

SIZE = 64 * MB
REPORT = "abh_laporan_awal"
SURVEY = """
| settings | | | |
| | form_id | version | form_title |
| | uji_film | 1 | Film |
| survey | | | | |
| | type | name | label | media::video |
| | note | cara | Caranya | cara.mp4 |
| | text | catatan | Catatan | |
"""

Door = tuple[str, dict[str, str]]


def ask(office: Office, door: Door, method: str = "GET", data: object = None, **more: str) -> http.client.HTTPResponse:
    """The answer, of which nothing was read yet."""
    parts, (path, headers) = urlsplit(office.address), door
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    sent = {**headers, **{name.replace("_", "-"): value for name, value in more.items()}}
    connection.request(method, quote(path, safe="/?&=%:"), data, sent)  # type: ignore[arg-type]
    return connection.getresponse()


def taken(answer: http.client.HTTPResponse) -> tuple[int, str]:
    """How much came, and its SHA-256, without keeping it."""
    made, size = hashlib.sha256(), 0
    while piece := answer.read(MB):
        made.update(piece)
        size += len(piece)
    return size, made.hexdigest()


def film() -> Iterator[bytes]:
    for number in range(4 * SIZE // MB):
        yield hashlib.sha256(str(number).encode()).digest() * (MB // 128)


def basic(office: Office, name: str) -> dict[str, str]:
    told = b64encode(f"{office.town.login(name)}:{PASSWORD}".encode()).decode()
    return {"Authorization": f"Basic {told}", "X-Forwarded-Proto": "https"}


@pytest.fixture
def doors(office: Office) -> dict[str, Door]:
    """Where large files lie, by door: a film in a report, one in a form, one in a trial of that form."""
    project, sri, rina = f"/v1/projects/{office.project}", basic(office, "sri"), basic(office, "rina")
    phone = office.phone_url()
    assert post(phone, body(intake(office.schema(REPORT), instance="uuid:film")[1], SIZE))[0] == 201
    with office.store.read() as db:
        key = db.execute(select(submission.c.id)).scalar_one()
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in signed_in(office, "hadi").cookies.items())}
    kept, forms = f"{project}/forms/{REPORT}/submissions/uuid:film", f"{project}/forms"
    draft = f"{forms}/uji_film/draft"
    made = office.as_("rina").post(f"{forms}?publish=false&ignoreWarnings=true", from_markdown(SURVEY))
    put: Door = (f"{draft}/attachments/cara.mp4", {**rina, "Content-Type": "video/mp4"})
    assert ask(office, put, "POST", film()).status == 200
    trial = f"/v1/test/{made.json['draftToken']}{draft.replace('/v1', '')}"
    assert post(office.address + trial, body(answers_xml("uji_film", "1", {}, instance="uuid:coba"), SIZE))[0] == 201
    return {
        "a report, programs": (f"{kept}/attachments/{VIDEO}", sri),
        "a report, programs, its version": (f"{kept}/versions/uuid:film/attachments/{VIDEO}", sri),
        "a report, Briefcase": (f"{project}/view/attachments/{REPORT}/uuid:film/{VIDEO}", sri),
        "a report, pages": (f"/kiriman/{key}/berkas/{VIDEO}", cookies),
        "a trial, programs": (f"{draft}/submissions/uuid:coba/attachments/{VIDEO}", rina),
        "a trial, the phone": (f"{trial}/attachments/cara.mp4", {}),
    }


def test_every_door_hands_out_large_files_in_flat_memory(office: Office, doors: dict[str, Door]) -> None:
    whole = hashlib.sha256()
    for piece in film():
        whole.update(piece)
    films = whole.hexdigest()
    draft = f"/v1/projects/{office.project}/forms/uji_film"
    for name, door in doors.items():
        before = forget_peak()
        answer = ask(office, door)
        assert (answer.status, answer.getheader("Content-Length")) == (200, str(SIZE)), name
        size, digest = taken(answer)
        assert size == SIZE, name
        assert (digest == films) == (name == "a trial, the phone"), name
        assert peak() - before < SIZE // 4, name
    before = forget_peak()
    assert office.as_("rina").post(f"{draft}/draft/publish").json == {"success": True}
    assert peak() - before < SIZE // 4, "only lists are checked, so only they are read"
    phone = office.phone_url("Ponsel Tono", "tono")
    listed = offered(phone)["uji_film"]
    path = urlsplit(listed["downloadUrl"]).path.removesuffix(".xml") + "/media/cara.mp4"
    for door in ((path, {}), (f"{draft}/attachments/cara.mp4", basic(office, "sri"))):
        before = forget_peak()
        answer = ask(office, door)
        assert taken(answer) == (SIZE, films)
        tag = answer.getheader("ETag") or ""
        again = ask(office, door, If_None_Match=tag)
        assert (again.status, again.read(), again.getheader("ETag")) == (304, b"", tag)
        assert again.getheader("Cache-Control") == "private, no-cache"
        head = ask(office, door, "HEAD") if door[0] == path else answer
        assert (head.status, head.getheader("Content-Length"), head.read()) == (200, str(SIZE), b"")
        assert peak() - before < SIZE // 4


def test_a_recording_is_listened_to_from_the_middle(office: Office, doors: dict[str, Door]) -> None:
    door = doors["a report, pages"]
    whole = ask(office, door)
    assert whole.getheader("Cache-Control") == "no-store"
    start = whole.read(1000)
    whole.close()
    piece = ask(office, door, Range="bytes=100-199")
    assert (piece.status, piece.getheader("Content-Range")) == (206, f"bytes 100-199/{SIZE}")
    assert piece.read() == start[100:200]
    before = forget_peak()
    rest = ask(office, door, Range=f"bytes={MB}-")
    assert taken(rest)[0] == SIZE - MB
    assert peak() - before < 32 * MB
    beyond = ask(office, door, Range=f"bytes={SIZE}-")
    assert beyond.status == 416


def test_phones_that_ask_and_do_not_read_keep_nobody_waiting(office: Office, doors: dict[str, Door]) -> None:
    before = forget_peak()
    silent = [ask(office, doors["a report, programs"]) for _ in range(24)]
    assert {answer.status for answer in silent} == {200}
    assert offered(office.phone_url("Ponsel Tono", "tono"))
    assert peak() - before < 48 * MB
    for answer in silent:
        answer.close()
    assert offered(office.phone_url("Ponsel Dewi", "dewi"))


def test_a_card_with_films_comes_in_and_is_pulled_by_briefcase_in_flat_memory(office: Office, tmp_path: Path) -> None:
    schema, films = office.schema(REPORT), {}
    for number in range(2):
        folder = instance(tmp_path, f"kirim_{number}", intake(schema, instance=f"uuid:{number}")[1])
        with (folder / VIDEO).open("wb") as file:
            for piece in film():
                file.write(piece * 2)
            file.write(str(number).encode())
        films[f"uuid:{number}"] = (folder / VIDEO).stat().st_size
    assert min(films.values()) > 100 * MB
    taker = Intake(office.store, definitions_of(office.store))
    before = forget_peak()
    taken_in = list(import_collect(office.store, taker, office.viewer("sri"), office.project, tmp_path))
    assert [(one.code, one.files) for one in taken_in] == [("new", 1)] * 2
    assert peak() - before < 16 * MB
    for key, size in films.items():
        before = forget_peak()
        wanted = f"{REPORT}[@version=null and @uiVersion=null]/data[@key={key}]"
        told = office.as_("hadi").get(f"/v1/projects/{office.project}/view/downloadSubmission?formId={wanted}")
        assert told.status == 200, told.text
        (media,) = etree.fromstring(told.body).iter("{*}mediaFile")
        answer = ask(office, (urlsplit(media.findtext("{*}downloadUrl") or "").path, basic(office, "hadi")))
        made, came = hashlib.md5(usedforsecurity=False), 0
        while piece := answer.read(MB):
            made.update(piece)
            came += len(piece)
        assert (came, f"md5:{made.hexdigest()}") == (size, media.findtext("{*}hash"))
        assert peak() - before < 16 * MB
