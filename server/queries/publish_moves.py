"""What publishing a newer SOP would do to its running cases, tried on all of them before anything is published.

The trial puts every open case into one of the three classes of `server.sop.migration`; publishing may then move all
that can move, or leave them under their version.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from forms.findings import Finding
from forms.sop import Sop
from server.access import Viewer, require
from server.queries.definitions import definitions_of
from server.queries.migration import ACT
from server.queries.move_trial import Checked, Gone, Judge, Progress, gone_steps, stops_of, tally, told
from server.queries.past_cases import Wanted, count_cases, past_cases
from server.queries.simulation import Stop
from server.sop.clock import Calendar
from server.sop.migration import CLASS_SAME, CONFLICT, FUTURE_ONLY, proposed
from server.store.cases import case
from server.store.database import Store

STAY, MOVE_SAME, MOVE_ALL = "none", "same", "all"
CHOICES: Mapping[str, tuple[str, ...]] = {STAY: (), MOVE_SAME: (CLASS_SAME,), MOVE_ALL: (CLASS_SAME, FUTURE_ONLY)}
"""What may become of running cases: all stay, those move for which nothing changes, all that can move."""


@dataclass(frozen=True, slots=True)
class Moves:
    """The trial of one SOP of a bundle on its running cases. `names`: steps that are gone with what they became;
    `must`: forms of the bundle no longer serve the older version, so that its cases have to move."""

    sop_id: str
    file: str
    title: str
    version: str
    checked: Checked
    gone: tuple[Gone, ...]
    steps: tuple[Stop, ...]
    names: Mapping[str, str]
    must: bool

    @property
    def total(self) -> int:
        return sum(self.checked.counts.values())

    @property
    def movable(self) -> int:
        return self.total - self.checked.counts[CONFLICT]

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen: all of them when the forms want it, only what moves a case at all."""
        if self.must:
            return (MOVE_ALL,)
        same, later = self.checked.counts[CLASS_SAME], self.checked.counts[FUTURE_ONLY]
        return (STAY, *([MOVE_SAME] if same else []), *([MOVE_ALL] if later else []))

    def moved(self, choice: str) -> int:
        """How many cases this choice moves."""
        return sum(self.checked.counts[kind] for kind in CHOICES[choice])


def try_moves(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    draft: Sop,
    calendar: Calendar,
    step_map: Mapping[str, str] | None,
    progress: Progress = lambda done, total: None,
) -> dict[str, object]:
    """Tries a draft SOP on all running cases of its service; writes nothing. Gives what `moves_of` reads.

    step_map: counterparts for steps that are gone; None takes those that seem right.
    """
    require(viewer, ACT, project_id)
    definitions = definitions_of(store)
    wanted = Wanted(project_id, draft.sop_id, open_only=True)
    inside = (case.c.project_id == project_id, case.c.sop_id == draft.sop_id, case.c.status == "open")
    with store.read() as db:
        ids = db.execute(select(case.c.sop_version_id).where(*inside).distinct()).scalars().all()
    olds = [definitions.sop_version(version_id).sop for version_id in sorted(ids)]
    if step_map is None:
        step_map = {name: new for old in olds for name, new in proposed(old, draft).items()}
    names = {old: new for old, new in step_map.items() if draft.step(new)}
    judge = Judge(definitions, project_id, draft, calendar)
    sums = tally(store, judge, past_cases(store, wanted), count_cases(store, wanted), names, progress)
    known = {stop.name: stop for item in (*olds, draft) for stop in stops_of(item)}
    return {
        **sums.to_json(),
        "map": names,
        "gone": [[gone.step.name, gone.proposed] for gone in gone_steps(olds, draft)],
        "steps": [step.name for step in draft.steps],
        "labels": {stop.name: [dict(stop.labels), stop.source] for stop in known.values()},
    }


def moves_of(
    store: Store, viewer: Viewer | None, kept: Mapping[str, Mapping], findings: Iterable[Finding]
) -> tuple[Moves, ...]:
    """The trials a check kept, by SOP, with cases this viewer may see."""
    wanting = wanted_to_move(findings)
    found = []
    for sop_id, one in kept.items():
        labels = {name: Stop(name, said, source) for name, (said, source) in one["labels"].items()}
        found.append(
            Moves(
                sop_id,
                one["file"],
                one["title"],
                one["version"],
                told(store, viewer, one["project"], one, labels),
                tuple(Gone(labels[name], to) for name, to in one["gone"]),
                tuple(labels[name] for name in one["steps"]),
                one["map"],
                sop_id in wanting,
            )
        )
    return tuple(found)


def wanted_to_move(findings: Iterable[Finding]) -> frozenset[str]:
    """The SOPs whose running cases a form about to be published no longer serves (E21)."""
    return frozenset(str(one.args["sop"]) for one in findings if one.code == "sop.E21" and one.level == "error")


def remaining_errors(findings: Sequence[Finding], moved: Collection[str]) -> tuple[Finding, ...]:
    """The errors that forbid publishing when all running cases of these SOPs move in the same act."""
    return tuple(
        one
        for one in findings
        if one.level == "error" and not (one.code == "sop.E21" and str(one.args["sop"]) in moved)
    )


def conflicts(kept: Mapping) -> int:
    """How many cases of a trial cannot move."""
    return int(kept["counts"].get(CONFLICT, 0))


def counterparts(kept: Mapping) -> dict[str, str]:
    """The steps that are gone, with what they became, as a trial took them."""
    return {str(old): str(new) for old, new in kept["map"].items()}
