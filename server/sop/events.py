"""What happened to a case, as the fold reads it. Events never change once written.

What each type carries beside `step` and `answers` (all days ISO text; DESIGN section 3):

- `submission`, `submission_edit`: form, answers; an edit has the `instance_id` of its original and a higher
  `revision`. A further form that opens cases is another report (rulings 16, 33).
- `review`: {state}; `rejected` takes a submission out until it is edited.
- `decision`: an act on the web, or one taken on paper and entered by another (ruling 30):
  {decidedBy?, decidedOn?, recordedBy?, scan?}.
- `confirm`: {ok, reason} about a step (ruling 11), or {about: "age", ok, reason} about every decision taken so far
  on an uncertain age (ruling 34).
- `override`: {to: [step, `close` or `end_branch`], reason, closeReason?} with a step: another target for its
  decision or another step instead of it; without a step: one more step. {due, reason} without `to`: the open
  visit of the step is due at the end of that day.
- `assign`: {assignee, step?}, by the workbook's `assign_by` with {by: question, value}; `pause`, `resume`: {reason};
  `close`: {closeReason, reason, case?, search?} with a reason of `forms.sop.CLOSE_REASONS`; `reopen`: step;
  `task`: {text, assignee, due}; `task_done`: {task};
  `note`: {text}.
- `conflict`: {key, acted, pinned: decision, cause, resolution?, reason?}: a late fact changes a decision; written
  by `server.sop.settle`. `resolve`: step, {resolution: accept | keep, reason}.
- `document`: step, {document, visit, action: issued | received | voided, reason?}; no action means issued.
- `record`: {record: id, kind: referral | stay, state, on, …words}: an entry of a referral or a stay (ruling 44).
- `choose`: {chosen: [{name, value, version, form?, question?}], text, reason}, answers by question: of what two phones
  said differently, what holds from here on.
- `merge`: on the case that stays {from: id, number, reason}; on the other {into: id, number, reason, case: own id}:
  it closes with `digabung`. The events of the other case are read with the survivor's, each with `case` set.
- `move`: {toSop, toCase, reason}: closes with `pindah_layanan`. `start_at`: {steps, fromCase?, fromSop?,
  fromNumber?, openedOn?, importedAs?}, answers = facts: a case that begins elsewhere than at its intake
  (rulings 29, 43); what it began with corrected later where it came from: {corrects: event id, number}, answers.
- `migrate`: {from, to: SOP versions, map: {old step: new step}, reason}: what was received before it names the
  steps of the older version.
- `merge`, `move` and `migrate` are undone by a later event of the same type with {undoes: event id}: both are as
  if they had never been.
- `timer`: {kind: wait | escalation | alert, visit?, planned: moment, to?: role}: time itself drove something;
  written by `server.sop.timers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from forms.values import Answers, Value

TYPES = frozenset(
    [
        "submission",
        "submission_edit",
        "review",
        "decision",
        "confirm",
        "override",
        "assign",
        "pause",
        "resume",
        "close",
        "reopen",
        "resolve",
        "conflict",
        "choose",
        "task",
        "task_done",
        "note",
        "document",
        "record",
        "move",
        "merge",
        "migrate",
        "start_at",
        "timer",
    ]
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one case.

    `effective` is the local day (or local moment, for steps measured in minutes) of the act;
    `received_at` the UTC moment the server first kept it; `instance_id` the submission's root
    instance id; `revision` grows with each edit of that instance. `case`: the case it was written for, where
    that is not the one being folded (it was merged into it).
    """

    id: str
    type: str
    effective: date | datetime
    received_at: datetime
    actor: str | None = None
    instance_id: str | None = None
    revision: int = 0
    form: str | None = None
    step: str | None = None
    answers: Answers = field(default_factory=dict)
    data: Mapping[str, Value] = field(default_factory=dict)
    case: str | None = None
