"""What the page of a case holds: what is next and why, what happened, what was answered, what was issued."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.schema import Labels
from forms.sop import Sop
from server.queries.dues import Due
from server.sop.state import CaseState, Conflict, Decision, Notice, Waiting


@dataclass(frozen=True, slots=True)
class StepName:
    """A step as people know it: its code, labels by language, number and words in the printed SOP."""

    name: str
    labels: Labels
    source: str
    source_text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One stop of the stepper. `state`: done, now or next (possible, not certain)."""

    step: StepName
    state: str
    day: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class Onward:
    """One way a step may go on: to a step (or `close`, `end_branch`), under the rule as written ('' = always)."""

    to: StepName | None
    target: str
    when: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an approval's form, answered on the web. `type` as `forms.schema.Field.type`."""

    name: str
    labels: Labels
    type: str
    choices: tuple[tuple[str, Labels], ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Now:
    """What waits: an open step with everything a person needs to do it.

    `papers` are issued by themselves when the step is done, those `by_hand` somebody writes.
    """

    step: StepName
    visit: int
    kind: str
    form_id: str | None
    form_title: str | None
    role: str | None
    role_labels: Labels
    assignee: str | None
    due: Due
    not_before: str | None
    waits_for: str | None
    may_confirm: bool
    may_decide: bool
    may_override: bool
    questions: tuple[Question, ...]
    onward: tuple[Onward, ...]
    papers: tuple[Labels, ...]
    by_hand: tuple[Labels, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the labels a reader needs; `decision` is the engine's own record."""

    step: StepName
    to: tuple[StepName, ...]
    routes: tuple[Labels, ...]
    decision: Decision
    by: str | None
    what_if: tuple[tuple[tuple[tuple[str, str], ...], tuple[StepName, ...]], ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the history. `text` is what a person wrote (reason, note); `submission_id` leads to a form,
    `to` is whom work was given to."""

    at: str
    day: str
    type: str
    who: str | None
    step: StepName | None
    form_title: str | None
    submission_id: int | None
    text: str
    files: int
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in the words of its form; `level` indents rows of repeats, `value` '' means left blank."""

    label: Labels
    name: str
    value: str
    choices: tuple[Labels, ...]
    kind: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """The latest answers of one submission."""

    title: str
    form_id: str
    submission_id: int | None
    day: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class CaseFileItem:
    """A file that came with a submission; `size` None while it has not arrived."""

    name: str
    type: str | None
    size: int | None
    submission_id: int
    form_title: str
    received_at: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued document; `ready` when its PDF can be fetched."""

    id: int
    title: str
    number: str | None
    dated: str
    status: str
    ready: bool
    check_code: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody work can be given to."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class FreeTask:
    """Work beside the steps (ruling 39); `late` while it is open and its day has passed."""

    id: str
    text: str
    assignee: str | None
    due: str | None
    done_on: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything of one case, in the order the page shows it."""

    id: str
    number: str
    label: str
    project_id: int
    office: str
    zone: str
    sop_id: str
    sop_title: str
    sop_version: str
    sop_version_id: int
    status: str
    close_reason: str | None
    opened_on: str
    closed_on: str | None
    due: Due
    clock_started: bool
    paused: bool
    manager: str | None
    marks: tuple[Mark, ...]
    now: tuple[Now, ...]
    decisions: tuple[Decided, ...]
    conflicts: tuple[tuple[Conflict, StepName], ...]
    waiting: tuple[tuple[Waiting, str, int | None], ...]
    notices: tuple[Notice, ...]
    tasks: tuple[FreeTask, ...]
    history: tuple[Happening, ...]
    vocabulary: Mapping[str, Mapping[str, Labels]]
    answers: tuple[FormAnswers, ...]
    files: tuple[CaseFileItem, ...]
    papers: tuple[Paper, ...]
    steps: tuple[StepName, ...]
    close_reasons: tuple[str, ...]
    officers: tuple[Person, ...]
    may_act: bool
    may_override: bool
    may_assign: bool
    may_close: bool
    may_reopen: bool
    sop: Sop
    state: CaseState
