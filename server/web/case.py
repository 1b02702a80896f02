"""The page of one case, with the acts people may do there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from server.actions.case_event import Scan, record
from server.problems import Problem
from server.queries.case_page import CasePage, Decided, case_page, case_project
from server.web.case_acts import ACTS, ANSWER, answers_of
from server.web.frame import page
from server.web.guard import ONCE, viewer
from server.web.render import FieldError, complaint, problem_text, runtime, t

TABS = ("history", "answers", "files", "papers", "records", "flow", "decisions")
BY_STEP = frozenset({"decision", "confirm", "assign", "extend", "skip", "withdraw"})
"""Acts whose form stands at each open step."""
LED_HERE = frozenset({*ACTS, "linked", "merge", "unmerge", "dismiss", "move", "undo_move", "relinked"})
"""Acts after which the page says that they are done; some are done on pages of their own."""


@dataclass(frozen=True, slots=True)
class OneCase:
    """The case page: the case, the open tab, and what went wrong with an act.

    `act` is the one that was refused, `typed` what was typed for it.
    """

    case: CasePage
    tab: str
    errors: tuple[FieldError, ...] = ()
    done: str = ""
    act: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def recent(self) -> tuple[Decided, ...]:
        """The decisions that brought the case where it is: the last two that stand."""
        return tuple(item for item in self.case.decisions if item.decision.superseded_by is None)[:2]

    def is_act(self, act: str, step: str = "") -> bool:
        """Whether this act (of this step) is the one that was refused."""
        return self.act == act and (not step or self.typed.get("step", "") == step)

    def was(self, act: str, name: str, step: str = "") -> str:
        """What was typed in a field of the act that was refused."""
        return self.typed.get(name, "") if self.is_act(act, step) else ""

    def wrong(self, act: str, name: str, step: str = "") -> tuple[FieldError, ...]:
        """What is wrong with one field."""
        key = self.key(act, name, step)
        return tuple(error for error in self.errors if error.field == key)

    def key(self, act: str, name: str, step: str = "") -> str:
        """The id of a field: one step's fields are told from another's where several steps are open."""
        others = {now.step.name for now in self.case.now[1:]} if act in BY_STEP else frozenset()
        return f"{act}-{step}-{name}" if step in others else f"{act}-{name}"


def one_case(case_id: str, given: Mapping[str, Mapping[str, object]] | None = None, reason: str = "") -> CasePage:
    """The case of a page; its office's zone is that of the page. given: answers so far, by step; reason: why it is
    wanted whole."""
    found = case_page(runtime().store, viewer(), runtime().definitions, case_id, request.remote_addr, given, reason)
    g.zone = found.zone
    return found


def _tab() -> str:
    wanted = request.args.get("bagian", TABS[0])
    return wanted if wanted in TABS else TABS[0]


def show_case(case_id: str) -> Response:
    found = one_case(case_id)
    if found.id != case_id:
        return redirect(f"/kasus/{found.id}")
    done = request.args.get("selesai", "")
    return page("case.html", page=OneCase(found, _tab(), done=done if done in LED_HERE else ""))


def do_act(case_id: str, act: str) -> Response:
    """Records one act and shows the case as it is then; a refusal keeps what was typed."""
    if act not in ACTS:
        raise Problem("request.not_found")
    project_id, present = case_project(runtime().store, viewer(), case_id)
    try:
        body = {"type": act, **ACTS[act](request.form)}
        record(runtime().store, viewer(), project_id, present, body, _scan())
    except Problem as problem:
        if problem.kind.status in (403, 404):
            raise
        return refused(present, act, problem)
    kept = f"&bagian={_tab()}" if "bagian" in request.args else ""
    return redirect(f"/kasus/{present}?selesai={act}{kept}", 303)


def do_reveal(case_id: str) -> Response:
    """Shows the case whole, once, after the reason was noted in the log of readings."""
    _, present = case_project(runtime().store, viewer(), case_id)
    reason = " ".join(request.form.get("alasan", "").split())[:200]
    if not reason:
        wrong = (FieldError("alasan-buka", t("reveal.missing")),)
        return page("case.html", 400, page=OneCase(one_case(present), _tab(), wrong))
    return page("case.html", page=OneCase(one_case(present, reason=reason), _tab()))


def do_ask(case_id: str) -> Response:
    """The case with the questions that these answers lead to; nothing is recorded."""
    _, present = case_project(runtime().store, viewer(), case_id)
    found = one_case(present, {request.form.get("step", ""): answers_of(request.form)})
    return page("case.html", page=OneCase(found, _tab(), act="decision", typed=_typed()))


def _scan() -> Scan | None:
    """The picture of a signed paper, where one was chosen."""
    sent = request.files.get("scan")
    return Scan(sent.mimetype, sent.read()) if sent is not None and sent.filename else None


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name not in ("csrf_token", ONCE)}


def refused(case_id: str, act: str, problem: Problem) -> Response:
    """The case with what was typed for an act, and why it was refused."""
    typed = _typed()
    step = typed.get("step", "")
    found = one_case(case_id, {step: answers_of(request.form)} if act == "decision" else None)
    blank = OneCase(found, _tab(), act=act, typed=typed)
    wrong = tuple(FieldError(blank.key(act, name, step), text) for name, text in _wrong(problem))
    return page("case.html", problem.kind.status, page=replace(blank, errors=wrong))


def _wrong(problem: Problem) -> list[tuple[str, str]]:
    """The fields a refusal is about, each with its sentence."""
    if not problem.findings:
        return [(_field_of(problem), problem_text(problem))]
    return [(f"{ANSWER}{one.args.get('field')}", complaint(one).text) for one in problem.findings]


_FIELDS: Mapping[str, str] = {
    "case.search_required": "search",
    "case.unknown_survivor": "case",
    "case.decider_missing": "decidedBy",
    "case.decider_unknown": "decidedBy",
    "case.bad_due": "due",
    "case.no_fact_conflict": "reason",
    "case.bad_scan": "scan",
    "case.paper_by_hand": "number",
    "case.skip_where": "to",
}
"""The field a refusal is about, where its code alone says so."""


def _field_of(problem: Problem) -> str:
    named = problem.args_.get("field")
    return _FIELDS.get(problem.code) or (str(named) if named else "reason")


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/kasus/<case_id>", "case", show_case)
    blueprint.add_url_rule("/kasus/<case_id>/pertanyaan", "case_ask", do_ask, methods=["POST"])
    blueprint.add_url_rule("/kasus/<case_id>/buka", "case_reveal", do_reveal, methods=["POST"])
    blueprint.add_url_rule("/kasus/<case_id>/<act>", "case_act", do_act, methods=["POST"])
