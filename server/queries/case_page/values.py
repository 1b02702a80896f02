"""What the page of a case holds: what is next and why, what happened, what was answered, what was issued."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from forms.answering import Group, Question
from forms.schema import Labels
from forms.sop import Sop
from server.cases.privacy import Sight
from server.queries.dues import Due
from server.queries.fact_conflicts import FactConflict
from server.queries.lineage import Relative
from server.queries.proposals import Proposal
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
class Asked:
    """A step's form answered on the page: the questions shown now, with the answers so far. `whole`: every question
    of the form; else those it requires and those the SOP's rules read. `on_phones`: what keeps it from being
    finished here."""

    title: str
    questions: tuple[Question, ...]
    whole: bool
    on_phones: tuple[Labels, ...]

    @property
    def parts(self) -> tuple["Part", ...]:
        """The questions group by group."""
        runs = groupby(self.questions, key=lambda item: item.group.name if item.group else "")
        return tuple(Part(found[0].group, found) for found in (tuple(run) for _, run in runs))


@dataclass(frozen=True, slots=True)
class Part:
    """Questions that stand together under the heading of their group, if it has one."""

    group: Group | None
    questions: tuple[Question, ...]

    @property
    def aside(self) -> bool:
        """Whether nothing of it is needed, said or to be read: it may stay folded."""
        return not any(item.required or item.note or item.value for item in self.questions)


@dataclass(frozen=True, slots=True)
class Missing:
    """A document without which a step does not finish. `direction`: in (somebody brings it) or out; `drawn`: the
    program can write it."""

    name: str
    labels: Labels
    direction: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class Now:
    """What waits: an open step with everything a person needs to do it.

    `papers` are issued by themselves when the step is done, where their rule wants them; those `offered` when somebody
    asks; those `by_hand` somebody writes; `lacks` are missing
    although the form has come. `may_decide`: the viewer may end it here, `may_record`: may enter what another
    decided on paper. `escalated_to`: the role that was told that its limit comes near; `extended`, `refused`: why.
    `begins`: its form begins a case, so a phone that filled it would open another one (a case that moved here).
    """

    step: StepName
    visit: int
    kind: str
    form_id: str | None
    form_title: str | None
    role: str | None
    role_labels: Labels
    assignee: str | None
    opened_on: str
    due: Due
    not_before: str | None
    waits_for: str | None
    may_confirm: bool
    may_decide: bool
    may_record: bool
    may_override: bool
    asked: Asked | None
    onward: tuple[Onward, ...]
    papers: tuple[Labels, ...]
    offered: tuple[Labels, ...]
    by_hand: tuple[Labels, ...]
    lacks: tuple[Missing, ...]
    escalated_on: str | None
    escalated_to: Labels
    extended: str | None
    refused: str | None
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the labels a reader needs; `decision` is the engine's own record, `recorded_by` who entered it
    for the one who took it on paper."""

    step: StepName
    to: tuple[StepName, ...]
    routes: tuple[Labels, ...]
    decision: Decision
    by: str | None
    recorded_by: str | None
    what_if: tuple[tuple[tuple[tuple[str, str], ...], tuple[StepName, ...]], ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the history. `text` is what a person wrote (reason, note); `submission_id` leads to a form,
    `to` is whom work was given to, `state` what a record became (`referral_sent`), `paper` the document an act was
    about, `scan` the id of the act that came with the picture of a signed paper, `targets` where a decision led."""

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
    state: str = ""
    paper: Labels | None = None
    scan: str | None = None
    targets: tuple[StepName, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in the words of its form; `level` indents rows of repeats, `value` '' means left blank. `hidden`:
    `value` is what may be shown of `sent`, which no page writes; `portrait`: how likely a picture shows the client."""

    label: Labels
    name: str
    value: str
    choices: tuple[Labels, ...]
    kind: str
    level: int = 0
    hidden: bool = False
    sent: str = ""
    portrait: int = 0


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
    """A file that came with a submission; `size` None while it has not arrived; `hidden`: it opens to a reason."""

    name: str
    type: str | None
    size: int | None
    submission_id: int
    form_title: str
    received_at: str | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued document; `ready` when its PDF can be fetched. `document`, `step`, `visit`: the row of the SOP's
    documents it was issued for. `review`: a supervisor is asked to look at it; `void_reason`: why it was voided."""

    id: int
    title: str
    number: str | None
    dated: str
    status: str
    ready: bool
    check_code: str
    document: str
    step: str
    visit: int
    review: bool
    void_reason: str | None
    correction: int


@dataclass(frozen=True, slots=True)
class Attention:
    """What the program put in front of a person about this case. `reason` is a catalogue code with `args`; `mine`:
    it is this viewer's to end."""

    id: str
    kind: str
    reason: str
    args: Mapping[str, object]
    mine: bool


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
class Clocks:
    """Both clocks of a case. `service`: working days used of the published time, None before its clock started;
    `done`: the service is finished; `open_days`: days since it was opened (or until it was closed)."""

    service: int | None
    done: bool
    open_days: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A finished step that reached the office long after its day (ruling 35); both are ISO days."""

    step: StepName
    claimed: str
    recorded: str
    days: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report of the case: the one that opened it (`first`) and every further one."""

    day: str
    form_title: str
    submission_id: int | None
    first: bool


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """One dated state of a record; `words` what was written with it, by name."""

    state: str
    on: str
    by: str | None
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """A referral or a shelter stay, its states in the order of their days."""

    id: str
    kind: str
    state: str
    title: str
    entries: tuple[RecordEntry, ...]


@dataclass(frozen=True, slots=True)
class OwedPaper:
    """A document a step calls for that is not issued. `held`: why it may not be issued yet."""

    name: str
    labels: Labels
    step: StepName
    visit: int
    on: str
    held: str | None
    drawn: bool


@dataclass(frozen=True, slots=True)
class Service:
    """Another service of the office a case can move to."""

    sop_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Family:
    """The cases that belong to this one, and those that may be about the same person."""

    relatives: tuple[Relative, ...]
    proposals: tuple[Proposal, ...]
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything of one case, in the order the page shows it, as much of it as its reader gets (`sight`)."""

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
    clocks: Clocks
    paused: bool
    held_close: str | None
    uncertain: bool
    manager: str | None
    marks: tuple[Mark, ...]
    now: tuple[Now, ...]
    decisions: tuple[Decided, ...]
    conflicts: tuple[tuple[Conflict, StepName], ...]
    differing: tuple[FactConflict, ...]
    waiting: tuple[tuple[Waiting, str, int | None], ...]
    notices: tuple[Notice, ...]
    tasks: tuple[FreeTask, ...]
    history: tuple[Happening, ...]
    vocabulary: Mapping[str, Mapping[str, Labels]]
    answers: tuple[FormAnswers, ...]
    files: tuple[CaseFileItem, ...]
    papers: tuple[Paper, ...]
    owed: tuple[OwedPaper, ...]
    offered: tuple[OwedPaper, ...]
    records: tuple[RecordView, ...]
    reports: tuple[ReportLine, ...]
    gaps: tuple[Gap, ...]
    family: Family
    attention: tuple[Attention, ...]
    emergency: tuple[StepName, ...]
    steps: tuple[StepName, ...]
    officers: tuple[Person, ...]
    may_act: bool
    may_override: bool
    may_assign: bool
    may_confirm_age: bool
    may_choose: bool
    may_close: bool
    may_reopen: bool
    sop: Sop
    state: CaseState
    sight: Sight

    @property
    def hides(self) -> bool:
        """Whether a reason would show more."""
        hidden = (one.hidden for form in self.answers for one in form.answers)
        return self.sight in ("listed", "figures") or any(hidden) or any(one.hidden for one in self.files)
