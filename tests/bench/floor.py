"""The floor: the least a durable form server in Python can do.

Bare Flask on waitress, two processes on one socket, multipart parsed, one row inserted into SQLite (WAL, FULL) behind a
file lock, 201. No parsing, no linking, no routing, no audit. `python -m tests.bench.floor FOLDER PORT` serves it.
"""

import fcntl
import os
import socket
import sqlite3
import sys
import threading
from pathlib import Path

import waitress
from flask import Flask, Response, request

PROCESSES = 2
THREADS = 8


def application(folder: Path) -> Flask:
    """The app; it opens its database on first use, so after the fork."""
    app = Flask("floor")
    local = threading.local()
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
    queue = threading.Lock()

    def database() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = connect(folder)
        return local.connection

    @app.get("/healthz")
    def healthz() -> Response:
        return Response(status=200)

    @app.post("/submission")
    def submission() -> Response:
        body = request.files["xml_submission_file"].read()
        connection = database()
        with queue:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO submission (xml) VALUES (?)", (body,))
                connection.execute("COMMIT")
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)
        return Response(status=201)

    return app


def connect(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "floor.sqlite", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def serve(folder: Path, port: int) -> None:
    connection = connect(folder)
    connection.execute("CREATE TABLE submission (id INTEGER PRIMARY KEY, xml BLOB NOT NULL)")
    connection.close()
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(1024)
    for _ in range(PROCESSES - 1):
        if os.fork() == 0:
            break
    # Each process gets its own lock file handle: flock counts per open file.
    waitress.serve(
        application(folder), sockets=[listening], threads=THREADS, connection_limit=2000, asyncore_use_poll=True
    )


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
