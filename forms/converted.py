"""What became of a workbook, and findings as JSON: what crosses from the child that converts.

Apart from `forms.xlsform`, so that the server need not load the converter to read its answer.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from forms.findings import Finding, Place


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a workbook. `xform` is None when `findings` hold an error; `itemsets` is the text of
    `itemsets.csv` where the form needs one; `files` the cell that first names each file beside the form."""

    form_id: str
    title: str
    version: str
    xform: str | None
    itemsets: str | None
    findings: tuple[Finding, ...] = ()
    files: Mapping[str, Place] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.xform is not None

    def to_json(self) -> str:
        """As JSON text, to cross from the child process."""
        names = ("form_id", "title", "version", "xform", "itemsets")
        value: dict[str, object] = {name: getattr(self, name) for name in names}
        value["findings"] = [finding_to_json(item) for item in self.findings]
        value["files"] = {name: asdict(place) for name, place in self.files.items()}
        return json.dumps(value, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Converted":
        """The inverse of `to_json`."""
        value = json.loads(text)
        value["findings"] = tuple(finding_from_json(item) for item in value["findings"])
        value["files"] = {name: Place(**place) for name, place in value["files"].items()}
        return cls(**value)


def finding_to_json(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "level": finding.level,
        "place": asdict(finding.place) if finding.place else None,
        "args": {
            key: value if isinstance(value, str | int | float | None) else str(value)
            for key, value in finding.args.items()
        },
    }


def finding_from_json(value: Mapping[str, Any]) -> Finding:
    place = Place(**value["place"]) if value["place"] else None
    return Finding(value["code"], value["level"], place, value["args"])
