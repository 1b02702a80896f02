"""What happened to a case, as the fold reads it. Events never change once written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from forms.values import Answers, Value

# Types of DESIGN section 3. `submission` carries form and answers; a later revision of the same
# instance is `submission_edit` with the same `root`; `review` data: {state}; `decision` (an act on
# the web or on paper): step, answers, data {decidedBy?, decidedOn?}; `confirm` data {ok, reason};
# `override`: step, data {to: [step], reason}; `close`: data {closeReason}; `reopen`: step;
# `assign`: data {assignee, step?}; `pause`/`resume`: data {reason}; `resolve`: step,
# data {resolution: accept|keep}; `conflict`: step, visit, data {pinned: decision}; `task`,
# `task_done`, `note`, `document`, `move`, `merge`, `migrate`, `start_at`, `timer`.
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
        "task",
        "task_done",
        "note",
        "document",
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
    instance id; `revision` grows with each edit of that instance.
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
