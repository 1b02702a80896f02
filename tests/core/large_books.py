"""SOPs larger than any office writes: long chains of decisions, and decisions over many questions."""

import random
from collections.abc import Mapping

from forms.schema import Schema
from forms.sop import Sop
from tests.core.damaged_books import form
from tests.core.sop_books import ROLES, SETTINGS, read_sheets


def chain(steps: int) -> tuple[Sop, Mapping[str, Schema]]:
    """So many steps one after the other, each with two rules over an age and a choice: three rows a step."""
    forms = [f"f{number}" for number in range(steps)]
    asked = {name: form(name, ("usia", "int", ()), (f"x_{name}", "select", ("a", "b", "c"))) for name in forms}
    rows, routes = [], []
    for number, name in enumerate(forms, 1):
        rows.append({"name": f"s{number:02}", "form": name, "role": "peksos", "source": number})
        onward = f"s{number + 1:02}" if number < steps else "close"
        young, choice = f"${{{name}#usia}} < 60", f"${{x_{name}}} = 'a'"
        both = {"from": f"s{number:02}", "close_reason": "selesai"}
        routes.append({"name": f"r{number}a", "when": f"{young} or {choice}", "to": onward, **both})
        routes.append({"name": f"r{number}b", "when": f"not({young} or {choice})", "to": "close", **both})
    return _sop(forms, rows, routes), asked


def wide(fields: int, rules: int) -> tuple[Sop, Mapping[str, Schema]]:
    """One decision over so many questions, with rules that each read three of them, drawn by lot."""
    lot = random.Random(fields * 1_000 + rules)
    asked = {
        "f1": form("f1", *((f"q{number}", "select", ("a", "b", "c")) for number in range(fields))),
        "f2": form("f2"),
    }
    routes = [{"name": "z", "from": "s02", "when": "", "to": "close", "close_reason": "selesai"}]
    for number in range(rules):
        read = lot.sample(range(fields), 3)
        rule = " and ".join(f"${{q{at}}} = '{lot.choice('abc')}'" for at in read)
        to = "s02" if number % 2 else "close"
        routes.append({"name": f"r{number}", "from": "s01", "when": rule, "to": to, "close_reason": "selesai"})
    rows = [{"name": f"s0{n}", "form": f"f{n}", "role": "peksos", "source": n} for n in (1, 2)]
    return _sop(["f1", "f2"], rows, routes), asked


def _sop(forms: list[str], steps: list[dict], routes: list[dict]) -> Sop:
    sop, findings = read_sheets(
        {
            "settings": [SETTINGS],
            "roles": ROLES,
            "forms": [{"form_id": name, "opens_case": "yes" if name == forms[0] else ""} for name in forms],
            "steps": steps,
            "routes": routes,
        }
    )
    assert sop is not None, findings
    return sop
