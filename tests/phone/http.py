"""HTTP as Collect speaks it: OpenRosa headers, md5 hashes, multipart submissions split by size."""

import gzip
import http.client
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from mimetypes import guess_type

from lxml import etree

DEFAULT_LIMIT = 10_000_000
"""Bytes of one POST when the server announces nothing."""
MOST_FILES = 100
USER_AGENT = "org.odk.collect.android/v2025.4.0 Dalvik/2.1.0 (Linux; U; Android 14; Alur test)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> str:
        """The text of an OpenRosaResponse; blank when there is none that Collect would read."""
        if b"OpenRosaResponse" not in self.body:
            return ""
        try:
            return etree.fromstring(self.body).findtext("{*}message") or ""
        except etree.XMLSyntaxError:
            return ""


def request(
    method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, timeout: float = 60
) -> Answer:
    """One request with Collect's headers. Raises OSError when the server cannot be reached."""
    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    sent = {
        "X-OpenRosa-Version": "1.0",
        "Date": formatdate(usegmt=True),
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "gzip",
        **(headers or {}),
    }
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body or None, sent)
        response = connection.getresponse()
        data = response.read()
        received = {name.lower(): value for name, value in response.getheaders()}
        if received.get("content-encoding") == "gzip":
            data = gzip.decompress(data)
        return Answer(response.status, received, data)
    finally:
        connection.close()


def submissions(name: str, xml: bytes, files: Mapping[str, bytes], limit: int) -> Iterator[tuple[bytes, str]]:
    """Bodies and content types of the POSTs for one instance: every one repeats the XML, all but the last say so."""
    waiting = list(files.items())
    while True:
        taken: list[tuple[str, bytes]] = []
        size = len(xml)
        while waiting and len(taken) < MOST_FILES and (not taken or size + len(waiting[0][1]) <= limit):
            taken.append(waiting.pop(0))
            size += len(taken[-1][1])
        yield _multipart(name, xml, taken, more=bool(waiting))
        if not waiting:
            return


def _multipart(name: str, xml: bytes, files: list[tuple[str, bytes]], more: bool) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [_part("xml_submission_file", name, "text/xml", xml)]
    parts += [_part(file, file, guess_type(file)[0] or "application/octet-stream", data) for file, data in files]
    if more:
        parts.append(b'Content-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n')
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"
    return body, f"multipart/form-data; boundary={boundary}"


def _part(name: str, filename: str, kind: str, data: bytes) -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
    return head.encode() + data + b"\r\n"
