"""Answers given on the web or by a program, filled into the form they belong to as a phone would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from forms import answering
from forms.answering import Answered, Given, Lists, Wrong
from forms.entities import EntityAct
from forms.findings import Finding
from forms.questionnaire import Questionnaire
from forms.schema import Labels, Schema
from forms.submission import typed
from forms.values import Value
from server.cases.entity_merge import WORKFLOW
from server.cases.linking import CASE_QUESTION, case_list
from server.problems import Problem
from server.queries.case_reading import CaseFile
from server.queries.definitions import Definitions, FormVersion, find_form
from server.store.entities import EntityRow, read_entity

HERE: Given = {"tampil": "semua"}
"""What a form asks only to find its case in a list (ruling 22): answered by where it is filled, and no fact."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form filled for a case. `day`: the day of the act as the form says it; `act`: what it writes into the case's
    row on the phones, None for nothing; `base`: the form version."""

    base: FormVersion
    questionnaire: Questionnaire
    answered: Answered
    day: date | None
    act: EntityAct | None

    @property
    def answers(self) -> dict[str, Value]:
        """The relevant answers, those left out that only find the case."""
        left_out = {CASE_QUESTION, *HERE}
        return {name: value for name, value in self.answered.answers.items() if name not in left_out}


def fill(
    db: Connection,
    definitions: Definitions,
    file: CaseFile,
    form_id: str,
    given: Mapping[str, object],
    now: datetime,
    day: date | None = None,
) -> Filled:
    """The form in force, with these answers, for this case; what is wrong with them is in `answered.errors`.

    `day`: the day of the act where something else than the form says it (a signed paper). Raises
    `submission.form_unknown` and, for an answer that is neither text nor a list of texts, `request.bad_type`.
    """
    row = find_form(db, file.project_id, form_id)
    if row is None or row.current_version_id is None:
        raise Problem("submission.form_unknown", form=form_id)
    version = definitions.form_version(row.current_version_id)
    questionnaire = definitions.questionnaire(version.id)
    local = now.astimezone(definitions.calendar(db, file.project_id, file.sop.id).tz)
    entity = read_entity(db, file.id)
    use = file.sop.sop.form(form_id)
    dated = use.event_date if use else None
    case = {**HERE, CASE_QUESTION: file.id, **({dated: day.isoformat()} if dated and day else {})}
    answered = answering.answer(
        questionnaire,
        {name: _text(name, value) for name, value in given.items() if name not in case},
        case,
        today=local.date(),
        now=local,
        lists=_lists(db, definitions, file, questionnaire, version, entity),
    )
    said = answered.answers.get(dated) if dated else None
    said_day = said.astimezone(local.tzinfo).date() if isinstance(said, datetime) else said
    return Filled(
        version,
        questionnaire,
        answered,
        day or (said_day if isinstance(said_day, date) else None),
        _act(file, entity, answered),
    )


def _text(name: str, value: object) -> str | Sequence[str]:
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Problem("request.bad_type", field=name, value=str(value)[:100], expected="text")
    return str(value)


def _lists(
    db: Connection,
    definitions: Definitions,
    file: CaseFile,
    questionnaire: Questionnaire,
    version: FormVersion,
    entity: EntityRow | None,
) -> Lists:
    """The files the form chooses from: the office's as they stand now, and of its cases this one alone."""
    blobs = definitions.files_of(db, file.project_id, version.id)
    found: dict[str, Sequence[Mapping[str, str]]] = {
        name: definitions.list_rows(blobs[name]) for name in questionnaire.files.values() if name in blobs
    }
    if entity is not None:
        known = {"name": entity.id, "label": entity.label, "__version": str(entity.version)}
        found[f"{case_list(file.sop.sop.sop_id)}.csv"] = ({**entity.data, **entity.workflow, **known},)
    return found


def _act(file: CaseFile, entity: EntityRow | None, answered: Answered) -> EntityAct | None:
    """What the form saves of its answers (`save_to`), as a submission says it; workflow columns are the server's."""
    data = {name: value for name, value in answered.saves.items() if name not in WORKFLOW}
    if entity is None or not data:
        return None
    return EntityAct(
        list=case_list(file.sop.sop.sop_id),
        id=file.id,
        create=False,
        update=True,
        label=None,
        base_version=entity.version,
        trunk_version=None,
        branch_id=None,
        data=data,
    )


def finish(filled: Filled) -> Filled:
    """The form if nothing is wrong with it. Raises `case.answers_wrong` with a finding for every question."""
    if filled.answered.errors:
        raise Problem("case.answers_wrong", findings=tuple(finding(one, filled) for one in filled.answered.errors))
    return filled


def finding(wrong: Wrong, filled: Filled) -> Finding:
    """What is wrong with one answer, under `finding.answer.<code>`; `_said` where the form has words of its own."""
    field = filled.base.schema.by_name(wrong.field)
    args: dict[str, object] = {
        "field": wrong.field,
        "label": (field.labels if field else {}) or wrong.field,
        "found": wrong.value,
        "message": wrong.messages,
    }
    return Finding(f"answer.{wrong.code}{'_said' if wrong.messages else ''}", args=args)


def typed_answers(schema: Schema, given: Mapping[str, object]) -> dict[str, object]:
    """Some answers of a form by the types of their questions, to try them out. Raises `request.bad_value` and
    `request.bad_type`, which name the question."""
    return {str(name): _typed(schema, str(name), value) for name, value in given.items()}


def _typed(schema: Schema, name: str, value: object) -> object:
    field = schema.by_name(name)
    if field is None:
        raise Problem("request.bad_value", field=name, value=str(value)[:100], reason="-")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Problem("request.bad_type", field=name, value=str(value)[:100], expected=field.type)
    chosen = str(value).split() if field.select_multiple else [str(value)] if str(value) else []
    if field.choices and not {choice for choice, _ in field.choices}.issuperset(chosen):
        raise Problem("request.bad_value", field=name, value=str(value)[:100], reason="-")
    read = typed(str(value), field.type)
    if read is None:
        raise Problem("request.bad_value", field=name, value=str(value)[:100], reason=field.type)
    return read


def question_labels(filled: Filled, name: str) -> Labels:
    """What a question is called, for those that have no place on the page (rows, files)."""
    field = filled.base.schema.by_name(name)
    return field.labels if field else {}
