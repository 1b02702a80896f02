"""What the codes of a case mean to people: steps, roles, forms, persons, choices."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, Row

from forms.schema import Labels, Schema
from forms.sop import Sop
from reports import letters
from server.queries.case_page.values import StepName
from server.queries.definitions import Definitions
from server.queries.list_labels import Choices, choices_of, plain_choices


class Book:
    """Looks up what codes mean to people: steps, roles, forms, persons, and which submission an instance is."""

    def __init__(
        self,
        db: Connection,
        program: Sop,
        definitions: Definitions,
        sent: Mapping[str, Row],
        people: Mapping[int, str],
        sheets: Collection[str],
    ) -> None:
        self._db = db
        self._choices: dict[int | None, Choices] = {}
        self.program = program
        self.definitions = definitions
        self.sent = sent
        self.people = people
        self.sheets = sheets

    def step(self, name: str) -> StepName:
        known = self.program.step(name)
        if known is None:
            return StepName(name, {}, "")
        return StepName(name, known.labels, known.source, known.source_text)

    def role_labels(self, name: str | None) -> Labels:
        return next((role.labels for role in self.program.roles if role.name == name), {})

    def form_title(self, form_id: str) -> str:
        for row in self.sent.values():
            if row.version_id is not None:
                version = self.definitions.form_version(row.version_id)
                if version.xml_form_id == form_id:
                    return version.title
        use = self.program.form(form_id)
        return next(iter(use.labels.values()), form_id) if use else form_id

    def schema(self, instance_id: str | None) -> Schema | None:
        row = self.sent.get(instance_id or "")
        if row is None or row.version_id is None:
            return None
        return self.definitions.form_version(row.version_id).schema

    def choices(self, instance_id: str | None) -> Choices:
        """The choices of the form version an instance was sent under."""
        row = self.sent.get(instance_id or "")
        version_id = row.version_id if row else None
        if version_id is None or row is None:
            return plain_choices
        if version_id not in self._choices:
            self._choices[version_id] = choices_of(self._db, self.definitions, row.project_id, version_id)
        return self._choices[version_id]

    def submission_of(self, instance_id: str | None) -> int | None:
        row = self.sent.get(instance_id or "")
        return row.id if row else None

    def person(self, value: str | int | None) -> str | None:
        if value is None or value == "":
            return None
        text = str(value)
        return self.people.get(int(text), text) if text.isdecimal() else text

    def paper_labels(self, name: str) -> Labels:
        """What the SOP calls a document."""
        return next((paper.labels for paper in self.program.documents if paper.name == name), {})

    def is_drawn(self, name: str) -> bool:
        """Whether the program can write a document: the office has a sheet for it, or it comes with the program."""
        return name in self.sheets or letters.serving(name) is not None

    def is_automatic(self, name: str) -> bool:
        """Whether a step is done by itself: nobody acts there."""
        known = self.program.step(name)
        return known is not None and known.kind == "auto"
