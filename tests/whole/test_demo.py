"""The demo is a proof as well: months of cases, each form through the phones' own door, and nothing refused."""

import json

import pytest

from server.cli import main as alur
from server.store import Store
from tests.demo.__main__ import main
from tests.office import XLSFORMS
from tests.world import Database


@pytest.mark.slow
def test_the_demo_office_works_for_months_without_a_refusal(
    office_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA", str(office_database.data))
    monkeypatch.setenv("ALUR_SECRET_KEY", "rahasia-untuk-uji-coba-saja-1234567890")
    if office_database.url:
        monkeypatch.setenv("ALUR_DATABASE_URL", office_database.url)
    asked = ["--cases", "4", "--months", "5", "--seed", "11"]
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


def test_without_an_office_the_demo_says_what_is_missing(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA", str(database.data))
    monkeypatch.setenv("ALUR_SECRET_KEY", "rahasia-untuk-uji-coba-saja-1234567890")
    if database.url:
        monkeypatch.setenv("ALUR_DATABASE_URL", database.url)
    assert alur(["demo"]) == 1
    assert "Dinas Sosial Kota Pasuruan" in capsys.readouterr().err
