"""Two cases beside each other: the same person or not, merged and parted; and a case moved to another service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from server.access import Viewer
from server.actions.merge_cases import merge, unmerge
from server.actions.move_case import move, undo_move
from server.actions.proposals import dismiss
from server.problems import Problem
from server.queries.case_page import Answer, CasePage, case_project
from server.queries.case_page.values import CaseFileItem
from server.queries.definitions import Store
from server.queries.lineage import case_named
from server.queries.proposals import Proposal
from server.web.case import one_case, refused
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import FieldError, problem_text, runtime, t

COMPARED = (
    "nama_lengkap",
    "inisial",
    "nik",
    "jk",
    "tgl_lahir",
    "usia_saat_kejadian",
    "usia",
    "usia_perkiraan",
    "alamat",
    "kelurahan",
    "kecamatan",
    "tempat_kejadian",
    "tgl_kejadian",
    "ciri_fisik",
    "ciri_khusus",
)
"""What people are known by, in the order it is compared (domain.md section 3)."""
MOST_PHOTOS = 4

Act = Callable[[Store, Viewer | None, int, str, Mapping[str, object]], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One detail of both; None where a case does not know it."""

    name: str
    older: Answer | None
    younger: Answer | None

    @property
    def is_same(self) -> bool:
        return self.older is not None and self.younger is not None and self.older.sent == self.younger.sent


@dataclass(frozen=True, slots=True)
class PairView:
    """Two cases, the older first; `here` is the one the page was opened from. `proposal`: why they were proposed."""

    here: CasePage
    older: CasePage
    younger: CasePage
    rows: tuple[Row, ...]
    proposal: Proposal | None
    errors: tuple[FieldError, ...] = ()
    reason: str = ""
    act: str = ""

    def photos(self, case: CasePage) -> tuple[CaseFileItem, ...]:
        """The newest pictures of the client that have arrived: faces where a form asks for them, else other photos."""
        there = {(one.submission_id, one.name): one for one in case.files if one.size is not None and not one.hidden}
        told = [(answer.portrait, form.submission_id, answer.sent) for form in case.answers for answer in form.answers]
        best = max((rank for rank, submission_id, name in told if (submission_id, name) in there), default=0)
        wanted = [(key, name) for rank, key, name in told if rank and rank == best and (key, name) in there]
        return tuple(there[one] for one in dict.fromkeys(wanted))[:MOST_PHOTOS]  # type: ignore[index]

    def hides_photos(self, case: CasePage) -> bool:
        """Whether there are pictures of the client that this reader does not get."""
        return any(answer.portrait and answer.hidden for form in case.answers for answer in form.answers)


def _known(case: CasePage) -> dict[str, Answer]:
    """The newest answer to each question."""
    found: dict[str, Answer] = {}
    for form in case.answers:
        for answer in form.answers:
            if answer.value and answer.name in COMPARED:
                found.setdefault(answer.name, answer)
    return found


def _pair(here: str, other: str) -> PairView:
    mine, theirs = one_case(here), one_case(other)
    older, younger = sorted((mine, theirs), key=lambda case: (case.opened_on, case.number))
    left, right = _known(older), _known(younger)
    rows = [Row(name, left.get(name), right.get(name)) for name in COMPARED if name in left or name in right]
    pair = {older.id, younger.id}
    proposed = (one for one in mine.family.proposals if {one.older.id, one.younger.id} == pair)
    return PairView(mine, older, younger, tuple(rows), next(proposed, None))


def show_pair(case_id: str) -> Response:
    project_id, present = case_project(runtime().store, viewer(), case_id)
    named = " ".join(request.args.get("dengan", "").split())[:100]
    other = case_named(runtime().store, viewer(), project_id, named) if named else None
    if other is None or other == present:
        wrong = FieldError("dengan", t("pair.unknown", n=named or "–"))
        return page("case_find.html", 400 if named else 200, errors=(wrong,) if named else (), id=present, asked=named)
    return page("case_pair.html", pair=_pair(present, other))


def _decide(case_id: str, act: str) -> Response:
    """Merges the two cases, or notes that they are two people's; a refusal keeps what was typed."""
    store, form = runtime().store, request.form
    project_id, present = case_project(store, viewer(), case_id)
    other = case_named(store, viewer(), project_id, form.get("with", ""))
    if other is None:
        raise Problem("request.not_found")
    reason = form.get("reason", "")
    try:
        if act == "merge":
            shown = merge(store, viewer(), project_id, present, {"with": other, "reason": reason})
        else:
            dismiss(store, viewer(), project_id, form.get("task", ""), reason)
            shown = present
    except Problem as problem:
        if problem.kind.status in (403, 404):
            raise
        found = _pair(present, other)
        wrong = (FieldError(f"{act}-reason", problem_text(problem)),)
        told = PairView(
            found.here, found.older, found.younger, found.rows, found.proposal, wrong, reason=reason, act=act
        )
        return page("case_pair.html", problem.kind.status, pair=told)
    return redirect(f"/kasus/{shown}?selesai={act}", 303)


def do_merge(case_id: str) -> Response:
    return _decide(case_id, "merge")


def do_dismiss(case_id: str) -> Response:
    return _decide(case_id, "dismiss")


def _lead(case_id: str, name: str, act: Act) -> Response:
    """An act after which another case is shown."""
    project_id, present = case_project(runtime().store, viewer(), case_id)
    body = {key: request.form[key].strip() for key in ("with", "toSop", "reason") if key in request.form}
    try:
        shown = act(runtime().store, viewer(), project_id, present, body)
    except Problem as problem:
        if problem.kind.status in (403, 404):
            raise
        return refused(present, name, problem)
    return redirect(f"/kasus/{shown}?selesai={name}", 303)


def do_unmerge(case_id: str) -> Response:
    return _lead(case_id, "unmerge", unmerge)


def do_move(case_id: str) -> Response:
    return _lead(case_id, "move", move)


def do_undo_move(case_id: str) -> Response:
    return _lead(case_id, "undo_move", undo_move)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/kasus/<case_id>/banding", "case_pair", show_pair)
    acts = {"merge": do_merge, "dismiss": do_dismiss, "unmerge": do_unmerge, "move": do_move, "undo_move": do_undo_move}
    for name, view in acts.items():
        blueprint.add_url_rule(f"/kasus/<case_id>/{name}", f"case_{name}", view, methods=["POST"])
