"""Findings in words, the same for the command line, programs and pages."""

from collections.abc import Mapping

from forms.findings import Finding
from forms.schema import pick_label
from server.locale import knows, say
from server.locale.form_changes import kind

# What the checker writes in a list of answers, and the word for it.
_SIGNS = {"∅": "finding.blank", "✱": "finding.all", "…": "finding.other"}


def words(finding: Finding, language: str) -> tuple[str, str]:
    """What is wrong and what to do; the code itself where the catalogue has no sentence.

    A finding whose arguments name a `problem` has a sentence of its own where the catalogue has one.
    """
    args = {**({"value": finding.place.value} if finding.place else {}), **finding.args}
    args = _said(args, language)
    if finding.code == "form.retyped":
        args |= {name: kind(str(args[name]), language) for name in ("was", "now")}
    key = f"finding.{finding.code}"
    if knows(f"{key}.{finding.args.get('problem')}"):
        key = f"{key}.{finding.args['problem']}"
    wrong = say(language, key, **args) if knows(key) else finding.code
    repair = f"{key}.repair"
    if not args.get("nearest") and knows(f"{repair}_unlike"):
        repair = f"{repair}_unlike"
    return wrong, say(language, repair, **args) if knows(repair) else ""


def _said(args: Mapping[str, object], language: str) -> dict[str, object]:
    """The arguments with the checker's signs and kinds as words, and labels in the language."""
    said = {name: pick_label(value, language) if isinstance(value, Mapping) else value for name, value in args.items()}
    if isinstance(said.get("where"), str):
        for sign, key in _SIGNS.items():
            said["where"] = str(said["where"]).replace(sign, say(language, key))
    if knows(f"expression.{said.get('problem')}"):
        said["reason"] = say(language, f"expression.{said['problem']}", **{**said, "column": said.get("at")})
    if knows(f"finding.what.{said.get('what')}"):
        said["what"] = say(language, f"finding.what.{said['what']}")
    return said


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
        "field": finding.args.get("field"),
        "sheet": place.sheet if place else None,
        "row": place.row if place else None,
        "column": place.column if place else None,
        "cell": place.cell if place else None,
        "address": place.address if place else None,
        "value": place.value if place else None,
        "message": wrong,
        "repair": repair,
    }
