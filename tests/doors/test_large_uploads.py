"""Very large submissions: streamed to disk in flat memory, with and without a length, also many at once."""

import http.client
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from server.store.submissions import attachment, submission
from tests.office import Office
from tests.sending import BOUNDARY, intake, multipart, send

MB = 2**20
HEADERS = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
VIDEO = "kunjungan é 😂.mp4"


def body(xml: bytes, size: int) -> Iterator[bytes]:
    """A form with one video of so many bytes, made while it is sent."""
    whole = multipart(xml, {VIDEO: b"@"})
    head, _, tail = whole.partition(b"@")
    yield head
    block = os.urandom(MB // 4)
    for _ in range(size // len(block)):
        yield block
    yield tail


def post(url: str, chunks: Iterator[bytes], length: int | None = None) -> tuple[int, bytes]:
    """Sends it chunked, or with its length."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    headers = {**HEADERS, **({"Content-Length": str(length)} if length else {})}
    try:
        connection.request("POST", f"{parts.path}/submission", chunks, headers, encode_chunked=length is None)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def peak() -> int:
    """The most memory this process has held since the last `forget_peak`, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


def forget_peak() -> int:
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def test_95_megabytes_without_a_length_cost_no_memory_and_one_byte_too_many_is_said(office: Office) -> None:
    schema, url = office.schema("abh_laporan_awal"), office.phone_url()
    assert send(url, intake(schema)[1]).status == 201
    before = forget_peak()
    assert post(url, body(intake(schema)[1], 95 * MB))[0] == 201
    assert peak() - before < 32 * MB
    with office.store.read() as db:
        (video,) = db.execute(attachment.select().where(attachment.c.blob.is_not(None))).all()
    assert (video.name, video.size, video.expected) == (VIDEO, 95 * MB, 0)
    assert office.store.blobs.path(video.blob).stat().st_size == 95 * MB
    xml = intake(schema)[1]
    for length in (None, sum(map(len, body(xml, 101 * MB)))):
        status, text = post(url, body(xml, 101 * MB), length)
        assert status == 413
        assert b"OpenRosaResponse" in text
        assert b"melebihi 100 MB" in text
    assert office.count(submission) == 2


def test_sixteen_phones_send_the_same_form_and_its_files_at_once(office: Office) -> None:
    schema, url = office.schema("abh_laporan_awal"), office.phone_url()
    _, xml = intake(schema)
    files = [{f"foto {n % 4}.jpg": b"\xff\xd8\xff" + bytes([n % 4]), "kosong.csv": b""} for n in range(16)]
    with ThreadPoolExecutor(16) as phones:
        answers = list(phones.map(lambda some: send(url, xml, some), files))
    assert [answer.status for answer in answers] == [201] * 16
    assert office.count(submission) == 1
    with office.store.read() as db:
        kept = {row.name: row.size for row in db.execute(attachment.select()) if row.blob}
    assert kept == {**{f"foto {n}.jpg": 4 for n in range(4)}, "kosong.csv": 0}
