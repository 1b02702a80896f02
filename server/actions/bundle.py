"""What is uploaded to be published together, and what was made and found of it (`bundle_prepare`)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from forms import xform as form_xml
from forms.compare import Change
from forms.converted import Converted
from forms.findings import Finding, has_errors
from forms.office import Office
from forms.schema import Schema
from forms.sop import Sop
from server.queries.publishing import FileChange


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as sent: `name` is data and never a path on our side; `folder` groups a bundle's files, so that each
    of its SOPs may call its workbook `sop.xlsx`. `sent`: the bytes as they came, where `data` is made of them."""

    name: str
    data: bytes
    folder: str = ""
    sent: bytes | None = None

    @property
    def path(self) -> str:
        """What tells this file from the others of its bundle, and what findings call it."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def as_sent(self) -> bytes:
        return self.data if self.sent is None else self.sent

    @property
    def is_xform(self) -> bool:
        """Whether it is a form written as XForm XML, and no list that a form chooses from."""
        return self.name.lower().endswith(".xml") and form_xml.is_xform(self.data)


@dataclass(frozen=True, slots=True)
class FormDraft:
    """A converted form: what the author sent, what phones will download, and what it needs beside it."""

    upload: Upload
    converted: Converted
    schema: Schema


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything read and made from the uploads of one office, with all findings (`args['file']` names the file).

    `ticks`: warnings accepted with an earlier version, by `warning_key`, with who (`by`) and when (`on`).
    `differences`: by file, what a form changes of the version in force.
    """

    uploads: tuple[Upload, ...]
    office_code: str | None
    office: tuple[Upload, Office] | None
    sops: tuple[tuple[Upload, Sop], ...]
    forms: tuple[FormDraft, ...]
    media: tuple[Upload, ...]
    changes: tuple[FileChange, ...]
    findings: tuple[Finding, ...]
    ticks: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    differences: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether an error forbids publishing."""
        return has_errors(self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(item for item in self.findings if item.level == "warning")

    @property
    def unaccepted(self) -> tuple[Finding, ...]:
        """The warnings nobody has put their name under yet; one that says something new needs a new tick."""
        return tuple(item for item in self.warnings if warning_key(item) not in self.ticks)


def warning_key(finding: Finding) -> str:
    """What a tick under a warning stands for: its code, sheet, column and everything it says.

    Rows that merely moved keep their tick; a warning about other steps, answers or names needs a new one.
    """
    place = finding.place
    where = (place.sheet, place.column) if place else ("", "")
    said = sorted((name, str(value)) for name, value in finding.args.items() if name not in ("file", "nearest"))
    text = json.dumps([finding.code, where, said], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
