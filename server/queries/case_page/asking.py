"""The forms of open steps that are answered on the page: those of decisions whole, of short ones what decides."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from forms import values
from forms.schema import Schema
from forms.sop import Sop, Step
from server.cases import privacy
from server.cases.linking import PLUMBING
from server.cases.privacy import Sight
from server.queries.answerable import questions_of
from server.queries.case_page.values import Asked
from server.queries.case_reading import CaseFile, read_case
from server.queries.definitions import Definitions, find_form
from server.queries.what_if import asked_by_rules
from server.sop.state import CaseState, Visit

SHORT = 8
"""Required questions up to which a form that is no decision is answered here: a longer one is filled on a phone."""

Given = Mapping[str, Mapping[str, object]]
"""Step -> the answers to its form so far."""


class Asking:
    """Asks the forms of one case's open steps; its events are read when the first form asks."""

    def __init__(
        self,
        db: Connection,
        definitions: Definitions,
        program: Sop,
        place: tuple[int, str],
        given: Given,
        now: datetime,
        sight: Sight,
    ) -> None:
        self._db = db
        self._definitions = definitions
        self._program = program
        self._project_id, self._case_id = place
        self._given = given
        self._now = now
        self._sight = sight
        self._file: CaseFile | None = None

    def forms(self, state: CaseState, held: frozenset[str]) -> dict[str, Asked]:
        """The forms somebody with these roles may answer here, by step."""
        found: dict[str, Asked] = {}
        for visit in state.visits:
            step = self._program.step(visit.step)
            if visit.state == "open" and step is not None and self._may(step, visit, held):
                asked = self._asked(step)
                if asked is not None:
                    found[visit.step] = asked
        return found

    @staticmethod
    def _may(step: Step, visit: Visit, held: frozenset[str]) -> bool:
        deciders = {step.role, *step.assign_to, *(step.recorded_by if step.kind == "approval" else ())}
        return bool(visit.form) and not visit.waits_for and not visit.lacks and bool(held & deciders)

    def _asked(self, step: Step) -> Asked | None:
        # A phone that fills the form a case begins with opens another case: one that moved here is begun on the page.
        begins = any(use.form_id == step.form for use in self._program.intakes)
        whole = begins or step.kind in ("approval", "manual")
        row = find_form(self._db, self._project_id, step.form)
        if row is None or row.current_version_id is None:
            return None
        schema = self._definitions.form_version(row.current_version_id).schema
        if not whole and _always_asked(schema) > SHORT:
            return None
        given = self._given.get(step.name) or (self._carried(schema) if begins else {})
        found = questions_of(self._db, self._definitions, self._case(), step.name, given, self._now)
        if whole:
            return Asked(found.title, tuple(q for q in found.questions if not q.phone_only), True, found.on_phones)
        read = {item.name for item in asked_by_rules(self._program, schema, step.form)}
        wanted = tuple(
            question
            for question in found.questions
            if (question.required or question.name in read) and not (question.readonly or question.phone_only)
        )
        if found.on_phones or not 0 < sum(question.required for question in wanted) <= SHORT:
            return None
        return Asked(found.title, wanted, False, ())

    def _carried(self, schema: Schema) -> Mapping[str, object]:
        """What the case brought along and this person sees as it is, to begin its first form with."""
        state = self._case().state
        facts = values.from_json(dict(state.facts)) if state else {}
        assert isinstance(facts, Mapping)
        found = {}
        for field in schema.questions():
            written = "" if field.repeat or field.calculated else values.text(facts.get(field.name))
            if written and privacy.on_page(privacy.seen_as(field, self._sight), written, self._sight) == written:
                found[field.name] = written
        return found

    def _case(self) -> CaseFile:
        if self._file is None:
            self._file = read_case(self._db, self._definitions, self._project_id, self._case_id)
            assert self._file is not None
        return self._file


def _always_asked(schema: Schema) -> int:
    """Required questions, those in rows and those asked only after certain answers left out."""
    hidden = tuple(f"{item.path}/" for item in schema.fields if item.kind != "field" and item.relevant)
    asked = (item for item in schema.questions() if not (item.relevant or item.repeat or item.path.startswith(hidden)))
    return sum(item.required and item.name not in PLUMBING for item in asked)
