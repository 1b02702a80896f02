"""Senders: threads with one kept connection each, posting prepared bodies and timing every answer."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

BOUNDARY = "alur-bench-boundary"


@dataclass(frozen=True, slots=True)
class Result:
    """Answers with 201 per second, the 50th and 95th percentile in milliseconds, and how many were refused."""

    rate: float
    p50: float
    p95: float
    refused: int


def body(xml: bytes) -> bytes:
    """The submission as Collect's one multipart part, under the boundary BOUNDARY."""
    part = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="xml_submission_file"; filename="submission.xml"\r\n'
        "Content-Type: text/xml\r\n\r\n"
    )
    return part.encode() + xml + f"\r\n--{BOUNDARY}--\r\n".encode()


def request(path: str, xml: bytes) -> bytes:
    """A whole HTTP request, ready for the wire."""
    content = body(xml)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-OpenRosa-Version: 1.0\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def post(port: int, requests: Sequence[bytes], senders: int) -> Result:
    """Sends all requests from so many senders at once."""
    times: list[float] = []
    refused: list[bytes] = []
    waiting = iter(requests)
    taking = threading.Lock()

    def send() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                with taking:
                    wanted = next(waiting, None)
                if wanted is None:
                    return
                begun = time.perf_counter()
                connection.sendall(wanted)
                answer = _answer(connection)
                times.append(time.perf_counter() - begun)
                if not answer.startswith(b"HTTP/1.1 201"):
                    refused.append(answer)

    threads = [threading.Thread(target=send) for _ in range(senders)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    if len(times) != len(requests):
        raise RuntimeError(f"{len(requests) - len(times)} requests got no answer")
    if refused:
        raise RuntimeError(f"{len(refused)} of {len(requests)} refused, the first:\n{refused[0].decode()}")
    times.sort()
    return Result(len(times) / took, times[len(times) // 2] * 1e3, times[int(len(times) * 0.95)] * 1e3, len(refused))


def _answer(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        got += _some(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += _some(connection)
    return head + b"\r\n\r\n" + body


def _some(connection: socket.socket) -> bytes:
    got = connection.recv(65536)
    if not got:
        raise ConnectionError("closed in the middle of an answer")
    return got
