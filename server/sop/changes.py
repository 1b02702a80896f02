"""What differs between two states of a case, for index rows, papers and notices."""

from dataclasses import dataclass

from server.sop.state import CaseState, Conflict, Decision, Notice, Paper, Visit, Waiting


@dataclass(frozen=True, slots=True)
class Changes:
    """`opened`, `done`, `withdrawn`: visits that are so now and were not; `changed`: the same state, other
    details (due, assignee, confirmation); `gone`: visits the new state no longer has. `papers`: documents
    newly called for, or no longer held; `void_papers`: those whose visit is gone.
    """

    opened: tuple[Visit, ...] = ()
    done: tuple[Visit, ...] = ()
    withdrawn: tuple[Visit, ...] = ()
    changed: tuple[Visit, ...] = ()
    gone: tuple[Visit, ...] = ()
    decisions: tuple[Decision, ...] = ()
    papers: tuple[Paper, ...] = ()
    void_papers: tuple[Paper, ...] = ()
    notices: tuple[Notice, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    placed: tuple[Waiting, ...] = ()
    closed: bool = False
    reopened: bool = False

    @property
    def rows(self) -> tuple[Visit, ...]:
        """Every visit whose index row must be written anew."""
        return (*self.opened, *self.done, *self.withdrawn, *self.changed)


def differences(old: CaseState | None, new: CaseState) -> Changes:
    """What the new state has that the old one had not. `old` None: a case that has just been opened."""
    before = {visit.key: visit for visit in old.visits} if old else {}
    after = {visit.key for visit in new.visits}
    moved: dict[str, list[Visit]] = {"open": [], "done": [], "withdrawn": [], "same": []}
    for visit in new.visits:
        was = before.get(visit.key)
        if was is None or was.state != visit.state:
            moved[visit.state].append(visit)
        elif was != visit:
            moved["same"].append(visit)
    decided = {d.key: (d.to, d.kind) for d in old.current_decisions} if old else {}
    papers = {paper.key for paper in old.papers if not paper.held} if old else set()
    kept = {paper.key for paper in new.papers}
    noticed = set(old.notices) if old else set()
    fought = {(c.step, c.visit, c.event_id) for c in old.conflicts} if old else set()
    waited = {(w.instance_id, w.form) for w in old.waiting} if old else set()
    waits = {(w.instance_id, w.form) for w in new.waiting}
    was_closed = old is not None and old.status == "closed"
    return Changes(
        opened=tuple(moved["open"]),
        done=tuple(moved["done"]),
        withdrawn=tuple(moved["withdrawn"]),
        changed=tuple(moved["same"]),
        gone=tuple(visit for key, visit in before.items() if key not in after),
        decisions=tuple(d for d in new.current_decisions if decided.get(d.key) != (d.to, d.kind)),
        papers=tuple(paper for paper in new.papers if paper.key not in papers and not paper.held),
        void_papers=tuple(paper for paper in old.papers if paper.key not in kept) if old else (),
        notices=tuple(notice for notice in new.notices if notice not in noticed),
        conflicts=tuple(c for c in new.conflicts if (c.step, c.visit, c.event_id) not in fought),
        waiting=tuple(w for w in new.waiting if (w.instance_id, w.form) not in waited),
        placed=tuple(w for w in old.waiting if (w.instance_id, w.form) not in waits) if old else (),
        closed=new.status == "closed" and not was_closed,
        reopened=new.status == "open" and was_closed,
    )
