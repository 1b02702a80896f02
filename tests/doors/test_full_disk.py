"""A full disk: nothing is acknowledged, reading goes on, and it heals without a restart."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from server.store import cases, submissions
from tests.office import Client, Office, open_office, settle
from tests.sending import intake, send, url_path
from tests.world import Clock, Databases

SIZE = 24 * 2**20


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, as small as the office's data nearly fills."""
    place = tmp_path / "kecil"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], check=False)
    if done.returncode:
        pytest.skip("mounting needs rights this user lacks")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def office(small: Path, databases: Databases, clock: Clock) -> Iterator[Office]:
    database = databases.prepared("office", settle, "sqlite", small / "data")
    with open_office(database, clock) as made:
        yield made


def fill(place: Path) -> Path:
    filler = place / "penuh"
    handle = os.open(filler, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while os.write(handle, b"x" * 4096):
            pass
    os.close(handle)
    return filler


def test_a_full_disk_refuses_and_heals(office: Office, small: Path) -> None:
    url = office.phone_url()
    form = office.schema("abh_laporan_awal")
    assert send(url, intake(form)[1]).status == 201
    taken = 1
    filler = fill(small)
    for body in (intake(form)[1], b"bukan XML"):
        for files in ({}, {"a.jpg": os.urandom(600_000)}):
            answer = send(url, body, files)
            assert answer.status == 507
            assert etree.fromstring(answer.body).findtext("{*}message")
    assert Client(url).get(url_path(url) + "/formList").status == 200
    assert len(office.cases) == 1
    assert Client(office.address).get("/healthz").status == 200
    for pages in range(1, 25):
        # A little room, so that the disk fills up at another moment of the transaction each time.
        os.truncate(filler, filler.stat().st_size - pages * 4096)
        answer = send(url, intake(form)[1], {"a.jpg": os.urandom(3 * 4096)})
        assert answer.status in (201, 507), answer.text
        taken += answer.status == 201
        assert office.count(submissions.submission) == office.count(cases.case) == taken
        with contextlib.suppress(OSError), filler.open("ab", buffering=0) as out:
            while out.write(b"x" * 4096):
                pass
    filler.unlink()
    assert send(url, intake(form)[1]).status == 201
    assert office.count(cases.case) == taken + 1
    assert not list(small.glob("data/blobs/.new-*"))
