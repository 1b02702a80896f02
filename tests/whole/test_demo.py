"""The demo is a proof as well: months of cases, each form through the phones' own door, and nothing refused."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.access import OPERATOR
from server.actions.publish import publish_folders
from server.cli import main as alur
from server.store import Store
from tests.demo.__main__ import MovingClock, main, write_stories
from tests.demo.offices import OFFICES
from tests.demo.stories import Edit, Story, Web
from tests.office import OFFICES as WORKBOOKS
from tests.office import SECRET, XLSFORMS
from tests.world import Database, Databases, watched


@pytest.mark.slow
def test_the_demo_office_works_for_months_without_a_refusal(
    office_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA", str(office_database.data))
    monkeypatch.setenv("ALUR_SECRET_KEY", SECRET)
    if office_database.url:
        monkeypatch.setenv("ALUR_DATABASE_URL", office_database.url)
    asked = ["--cases", "21", "--months", "8", "--seed", "11"]
    verdict = main(asked)
    told = capsys.readouterr().out
    assert verdict == 0, told
    assert "ditutup: terminasi" in told
    assert "cacat program: 0" in told
    assert main(asked) == 0
    assert "sudah ada" in capsys.readouterr().out
    # The SOP in force, tried on everything that happened under it, makes no difference.
    book = XLSFORMS / "abh" / "sop.xlsx"
    assert alur(["simulate", str(book), "--json", "--project", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["cases"] >= 4
    assert found["same"], found


@pytest.fixture
def offices_database(databases: Databases, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with the workbooks of all four offices published, and nobody in it."""
    made = databases.prepared("offices", _publish_all, "sqlite", tmp_path / "offices")
    yield from watched(databases, made, request)


def _publish_all(store: Store) -> None:
    publish_folders(store, OPERATOR, sorted(file.parent for file in WORKBOOKS.glob("*/kantor.xlsx")))


@pytest.mark.slow
def test_all_four_offices_work_side_by_side_without_a_refusal(
    offices_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA", str(offices_database.data))
    monkeypatch.setenv("ALUR_SECRET_KEY", SECRET)
    verdict = main(["--cases", "14", "--months", "5", "--seed", "5"])
    told = capsys.readouterr().out
    assert verdict == 0, told
    assert "cacat program: 0" in told
    for office in OFFICES:
        assert office.name in told
        assert all(office.login(login) in told for login, _, _ in office.people)


def _written(seed: int) -> list[Story]:
    chance, clock = random.Random(seed), MovingClock(datetime.now(UTC) - timedelta(days=270))
    return [one for office in OFFICES for one in write_stories(chance, office, list(office.services), clock, 180)]


def test_the_demo_shows_what_happens_in_an_office_and_not_only_the_straight_way() -> None:
    asked = {"abh": 60, "tuna_sosial": 40, "tuna_susila": 25, "anjal_terlantar": 25, "gelandangan": 30}
    stories = [story for seed in range(10) for story in _written(seed)]
    clients = Counter[str]()
    for story in stories:
        clients[story.service.sop_id] += len(story.people)
    assert clients == {sop: 10 * count for sop, count in asked.items()}
    assert max(len(story.people) for story in stories) > 4, "raids bring several people in one letter"
    whats = [act.what for story in stories for act in story.acts]
    kinds = {str(what.body["type"]) for what in whats if isinstance(what, Web)}
    assert kinds == {"decision", "confirm", "override", "close", "merge", "return", "give"}
    assert any(isinstance(what, Edit) for what in whats)
    reasons = {what.body.get("closeReason") for what in whats if isinstance(what, Web)}
    assert {"bukan_sasaran", "hilang_kontak", "melarikan_diri", "pindah", "ditarik"} <= reasons


def test_without_an_office_the_demo_says_what_is_missing(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA", str(database.data))
    monkeypatch.setenv("ALUR_SECRET_KEY", SECRET)
    if database.url:
        monkeypatch.setenv("ALUR_DATABASE_URL", database.url)
    assert alur(["demo"]) == 1
    assert "Dinas Sosial Kota Pasuruan" in capsys.readouterr().err
