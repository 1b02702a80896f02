"""Findings in words, the same for the command line, programs and pages."""

from forms.findings import Finding
from server.locale import knows, say


def words(finding: Finding, language: str) -> tuple[str, str]:
    """What is wrong and what to do; the code itself where the catalogue has no sentence."""
    args = {**({"value": finding.place.value} if finding.place else {}), **finding.args}
    key = f"finding.{finding.code}"
    wrong = say(language, key, **args) if knows(key) else finding.code
    repair = say(language, f"{key}.repair", **args) if knows(f"{key}.repair") else ""
    return wrong, repair


def line(finding: Finding, language: str) -> str:
    """One line: `file: sheet!cell: what is wrong. What to do.`"""
    where = (finding.args.get("file"), finding.place.address if finding.place else None)
    told = " ".join(part for part in words(finding, language) if part)
    return ": ".join([*(str(part) for part in where if part), told])


def as_json(finding: Finding, language: str) -> dict[str, object]:
    """A finding as programs read it."""
    place = finding.place
    wrong, repair = words(finding, language)
    return {
        "code": finding.code,
        "level": finding.level,
        "file": finding.args.get("file"),
        "sheet": place.sheet if place else None,
        "row": place.row if place else None,
        "column": place.column if place else None,
        "cell": place.cell if place else None,
        "address": place.address if place else None,
        "value": place.value if place else None,
        "message": wrong,
        "repair": repair,
    }
