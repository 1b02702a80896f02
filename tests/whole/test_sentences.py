"""Every refusal, setting and finding has its sentence in Indonesian and in English."""

import re

import pytest

from server.locale import LANGUAGES, catalogue
from server.problems import KINDS
from server.settings import Settings
from tests.whole.pins import ROOT


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_to_refuse_has_a_sentence(language: str) -> None:
    told = catalogue(language)
    assert [code for code in KINDS if f"problem.{code}" not in told] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_says_what_is_allowed(language: str) -> None:
    told = catalogue(language)
    wanted = [f"cli.settings.ALUR_{name.upper()}" for name in Settings.__dataclass_fields__]
    assert [key for key in wanted if key not in told] == []


def codes_of_findings() -> set[str]:
    """Codes the sources write into findings: Finding("code", …) and the helpers' first argument."""
    found: set[str] = set()
    for path in [*(ROOT / "forms").rglob("*.py"), *(ROOT / "server").rglob("*.py")]:
        found |= set(re.findall(r"\bFinding\(\s*\"([\w.]+)\"", path.read_text("utf-8")))
    return found


def test_every_finding_the_sources_write_has_a_sentence_and_a_repair() -> None:
    told = catalogue("id")
    codes = codes_of_findings()
    assert codes
    assert sorted(code for code in codes if f"finding.{code}" not in told) == []
    assert sorted(code for code in codes if f"finding.{code}.repair" not in told) == []
