"""What the trial of a draft SOP on past cases found, for its page and for programs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from forms.schema import Labels, pick_label
from server.access import Viewer, require
from server.problems import Problem
from server.queries.job_view import JobView, job_view, latest_jobs
from server.queries.past_cases import Wanted, count_cases
from server.queries.scope import OfficeRow, offices, within
from server.sop.simulate import Tally, tally_from_json
from server.store.blobs import Stored
from server.store.cases import case
from server.store.database import Store
from server.store.projects import sop, sop_version

KIND = "simulate"
ACT = "sop.publish"
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A case to open: its number only."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A step (or `close`, `end_branch`), or a form, as people know it."""

    name: str
    labels: Labels
    source: str


@dataclass(frozen=True, slots=True)
class RouteRow:
    """What became of the decisions that took one route (or several together) of a step.

    `rules`: (name, rule as written, labels) of the routes, empty where no rule held; `counts` and `examples` by
    verdict (`server.sop.simulate`); `targets`: where those that turn elsewhere go, the most frequent first.
    """

    step: Stop
    rules: tuple[tuple[str, str, Labels], ...]
    to: tuple[Stop, ...]
    total: int
    changed: int
    counts: Mapping[str, int]
    targets: tuple[tuple[tuple[Stop, ...], int], ...]
    examples: Mapping[str, tuple[Example, ...]]


@dataclass(frozen=True, slots=True)
class Result:
    """The sums of a trial. `rows`: the ones with differences first; `dues`: (days later, how many; None: appears or
    vanishes); `closes`: (before, after, how many); `unplaced`: (form, how many would wait)."""

    cases: int
    changed: int
    moved: int
    verdicts: Mapping[str, int]
    rows: tuple[RouteRow, ...]
    dues: tuple[tuple[int | None, int], ...]
    closes: tuple[tuple[str, str, int], ...]
    unplaced: tuple[tuple[Stop, int], ...]
    examples: Mapping[str, tuple[Example, ...]]
    versions: tuple[tuple[str, int], ...]

    @property
    def is_same(self) -> bool:
        """Whether no case differs in anything."""
        return not (self.changed or self.moved or self.unplaced)


@dataclass(frozen=True, slots=True)
class SopOf:
    """An SOP of one office, with the version in force."""

    sop_id: str
    title: str
    version: str | None
    version_id: int | None
    office: OfficeRow


@dataclass(frozen=True, slots=True)
class TryPage:
    """Where a draft is tried: the SOP, on how many cases, and the last trials."""

    sop: SopOf
    cases: int
    jobs: tuple[JobView, ...]


@dataclass(frozen=True, slots=True)
class TriedPage:
    """One trial: how far it is, and once done what it found."""

    sop: SopOf
    job: JobView
    result: Result | None


def sop_of(store: Store, viewer: Viewer, sop_id: str, project_id: int | None, act: str) -> SopOf:
    """The SOP with this code in an office where the viewer may do the act; of several the first, unless one is named.

    Raises `request.not_found`.
    """
    with store.read() as db:
        places = {place.id: place for place in offices(db, viewer, act) if project_id in (None, place.id)}
        query = (
            select(sop.c.project_id, sop.c.sop_id, sop.c.title, sop.c.current_version_id, sop_version.c.version)
            .outerjoin(sop_version, sop_version.c.id == sop.c.current_version_id)
            .where(sop.c.sop_id == sop_id, within(sop.c.project_id, places.values()))
            .order_by(sop.c.project_id)
        )
        row = db.execute(query).first()
    if row is None:
        raise Problem("request.not_found")
    return SopOf(row.sop_id, row.title, row.version, row.current_version_id, places[row.project_id])


def try_page(store: Store, viewer: Viewer, sop_id: str, project_id: int | None = None) -> TryPage:
    """The page a draft is uploaded on. Raises as `sop_of`."""
    found = sop_of(store, viewer, sop_id, project_id, ACT)
    office = found.office.id
    jobs = latest_jobs(store, viewer, office, KIND, ACT, about={"sop_id": sop_id}, most=MOST_SHOWN)
    return TryPage(found, count_cases(store, Wanted(office, sop_id)), jobs)


def tried_page(store: Store, viewer: Viewer, sop_id: str, project_id: int | None, job_id: int) -> TriedPage:
    """A trial of a draft of this SOP. Raises as `sop_of` and `job_view`."""
    found = sop_of(store, viewer, sop_id, project_id, ACT)
    job = job_view(store, viewer, found.office.id, job_id, KIND, ACT)
    if job.args.get("sop_id") != sop_id:
        raise Problem("request.not_found")
    return TriedPage(found, job, result_of(store, viewer, found.office.id, job.result) if job.result else None)


def result_workbook(store: Store, viewer: Viewer, sop_id: str, project_id: int | None, job_id: int) -> Stored:
    """The workbook a trial made. Raises `request.not_found` while there is none."""
    found = tried_page(store, viewer, sop_id, project_id, job_id)
    if not found.job.result.get("xlsx"):
        raise Problem("request.not_found")
    return store.blobs.stored(str(found.job.result["xlsx"]))


def result_of(store: Store, viewer: Viewer | None, project_id: int, kept: Mapping) -> Result:
    """The result of a trial as kept (`server.actions.simulate`), its examples as cases this viewer may see."""
    viewer = require(viewer, ACT, project_id)
    tally = tally_from_json(kept["tally"])
    known = _numbers(store, viewer, project_id, tally)

    def examples(ids: Mapping[str, Iterable[str]]) -> dict[str, tuple[Example, ...]]:
        return {name: tuple(Example(one, known[one]) for one in kept if one in known) for name, kept in ids.items()}

    def stop(name: str) -> Stop:
        told = kept["steps"].get(name, {})
        return Stop(name, told.get("labels", {}), told.get("source", ""))

    rows = []
    for (step, routes), row in tally.rows.items():
        rules = [(name, kept["routes"].get(name, {})) for name in routes.split()]
        rows.append(
            RouteRow(
                step=stop(step),
                rules=tuple((name, rule.get("when", ""), rule.get("labels", {})) for name, rule in rules),
                to=tuple(stop(name) for name in dict.fromkeys(rule["to"] for _, rule in rules if rule)),
                total=row.total,
                changed=row.changed,
                counts=dict(row.counts),
                targets=tuple(
                    (tuple(stop(name) for name in names.split()), count) for names, count in row.targets.most_common()
                ),
                examples=examples(row.examples),
            )
        )
    return Result(
        cases=tally.cases,
        changed=tally.changed,
        moved=tally.moved,
        verdicts={name: tally.count(name) for name in ("same", "elsewhere", "no_rule", "ruled", "unreached", "new")},
        rows=tuple(sorted(rows, key=lambda row: (-row.changed, row.step.name))),
        dues=tuple(sorted(tally.dues.items(), key=lambda item: (item[0] is None, item[0] or 0))),
        closes=tuple((before, after, count) for (before, after), count in tally.closes.most_common()),
        unplaced=tuple(
            (Stop(form, kept["forms"].get(form, {}), ""), count) for form, count in tally.unplaced.most_common()
        ),
        examples=examples(tally.examples),
        versions=tuple(sorted(kept["versions"].items())),
    )


def _numbers(store: Store, viewer: Viewer, project_id: int, tally: Tally) -> dict[str, str]:
    """The numbers of the cases kept as examples; none for somebody who may not see cases."""
    if not viewer.may("case.read", project_id):
        return {}
    kept = [*tally.examples.values(), *(ids for row in tally.rows.values() for ids in row.examples.values())]
    wanted = sorted({case_id for ids in kept for case_id in ids})
    found: dict[str, str] = {}
    with store.read() as db:
        for start in range(0, len(wanted), 500):
            some = case.c.id.in_(wanted[start : start + 500])
            query = select(case.c.id, case.c.number).where(case.c.project_id == project_id, some)
            found |= {row.id: row.number for row in db.execute(query)}
    return found


def as_json(found: Result, language: str) -> dict[str, object]:
    """The result as programs read it; labels in this language."""
    return {
        "cases": found.cases,
        "changed": found.changed,
        "moved": found.moved,
        "same": found.is_same,
        "verdicts": dict(found.verdicts),
        "decisions": [_row_json(row, language) for row in found.rows],
        "dueDays": [{"days": days, "deadlines": count} for days, count in found.dues],
        "closes": [{"before": before, "after": after, "cases": count} for before, after, count in found.closes],
        "unplaced": [{"form": form.name, "cases": count} for form, count in found.unplaced],
        "examples": examples_json(found.examples),
        "versions": dict(found.versions),
    }


def _row_json(row: RouteRow, language: str) -> dict[str, object]:
    return {
        "step": row.step.name,
        "label": pick_label(row.step.labels, language) or row.step.name,
        "source": row.step.source,
        "routes": [{"name": name, "when": when} for name, when, _ in row.rules],
        "to": [stop.name for stop in row.to],
        "decisions": row.total,
        "different": row.changed,
        "counts": dict(row.counts),
        "elsewhere": [{"to": [stop.name for stop in to], "cases": count} for to, count in row.targets],
        "examples": examples_json(row.examples),
    }


def examples_json(kept: Mapping[str, tuple[Example, ...]]) -> dict[str, object]:
    """Cases to open, by what they are examples of."""
    return {verdict: [{"id": one.id, "number": one.number} for one in found] for verdict, found in kept.items()}
