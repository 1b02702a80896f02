"""What a literal reading is: an SOP's printed steps and conditions as tables, nothing interpreted.

A case begins with step 1; a step that names nobody has no role; a condition is the printed one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from forms.findings import Finding
from forms.schema import Field, Schema
from forms.sop import Sop
from server.sop.check import check
from tests.core.sop_books import SETTINGS, read_sheets, table

Question = tuple[str, str, tuple[str, ...]]
"""Name, type, choices."""


@dataclass(frozen=True, eq=False)
class Literal:
    """`steps`, `routes` as tables; `asked` {form: questions}, all of which may be left blank as on paper."""

    sop_id: str
    steps: str
    routes: str
    asked: Mapping[str, tuple[Question, ...]]
    roles: tuple[str, ...] = ("peksos",)

    def sop(self) -> Sop:
        rows = table(self.steps)
        forms = list(dict.fromkeys(row["form"] for row in rows if row["form"]))
        sop, findings = read_sheets(
            {
                "settings": [SETTINGS | {"sop_id": self.sop_id}],
                "roles": [{"name": role} for role in self.roles],
                "forms": [{"form_id": name, "opens_case": "yes" if name == forms[0] else "no"} for name in forms],
                "steps": rows,
                "routes": table(self.routes),
            }
        )
        assert sop is not None, findings
        return sop

    def schemas(self) -> dict[str, Schema]:
        forms = dict.fromkeys(step.form for step in self.sop().steps if step.form)
        return {name: _schema(name, self.asked.get(name, ())) for name in forms}

    def findings(self) -> tuple[Finding, ...]:
        return _findings(self)


@cache
def _findings(literal: Literal) -> tuple[Finding, ...]:
    return check(literal.sop(), literal.schemas())


def _schema(form_id: str, questions: tuple[Question, ...]) -> Schema:
    fields = (
        Field(f"/{name}", name, "field", kind, choices=tuple((choice, {}) for choice in choices))
        for name, kind, choices in questions
    )
    return Schema(form_id, "1", form_id, tuple(fields))


YES_NO = ("ya", "tidak")


def yes_no(*names: str) -> tuple[Question, ...]:
    return tuple((name, "select", YES_NO) for name in names)
