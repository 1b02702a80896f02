"""The list of cases and the page of one case, with the acts people may do there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from server.actions.case_event import record
from server.problems import Problem
from server.queries.case_finder import DUES, NOBODY, STATUSES, CaseFilter
from server.queries.case_list import CaseList, case_list
from server.queries.case_page import CasePage, Decided, case_page, case_project
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import FieldError, problem_text, runtime, t

Reader = Callable[[Mapping[str, str]], dict[str, object]]

TABS = ("history", "answers", "files", "papers", "decisions")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list with the addresses of its parts."""

    list: CaseList
    chips: tuple[Chip, ...]
    earlier: str | None
    later: str | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class OneCase:
    """The case page: the case, the open tab, and what went wrong with an act."""

    case: CasePage
    tab: str
    errors: tuple[FieldError, ...] = ()
    done: str = ""
    typed: str = ""
    act: str = ""

    @property
    def recent(self) -> tuple[Decided, ...]:
        """The decisions that brought the case where it is: the last two that stand."""
        return tuple(item for item in self.case.decisions if item.decision.superseded_by is None)[:2]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def read_filter(args: MultiDict[str, str]) -> CaseFilter:
    """The filter an address asks for; what it does not understand it leaves out."""
    status, due = args.get("status", "open"), args.get("tenggat", "")
    manager = NOBODY if args.get("petugas") == "tanpa" else _number(args.get("petugas", ""))
    return CaseFilter(
        q=args.get("q", "").strip()[:100],
        office=_number(args.get("kantor", "")),
        sop=args.get("sop", "")[:64],
        status=status if status in STATUSES else "open",
        due=due if due in DUES else "",
        step=args.get("tahap", "")[:64],
        mine=args.get("milik") == "saya",
        manager=manager,
        page=_number(args.get("hal", "")) or 1,
    )


def address(wanted: CaseFilter) -> str:
    """The address of a list with this filter."""
    manager = "tanpa" if wanted.manager == NOBODY else "" if wanted.manager is None else str(wanted.manager)
    pairs = {
        "q": wanted.q,
        "kantor": "" if wanted.office is None else str(wanted.office),
        "sop": wanted.sop,
        "status": "" if wanted.status == "open" else wanted.status,
        "tenggat": wanted.due,
        "tahap": wanted.step,
        "milik": "saya" if wanted.mine else "",
        "petugas": manager,
        "hal": "" if wanted.page == 1 else str(wanted.page),
    }
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"/kasus?{query}" if query else "/kasus"


def _chips(found: CaseList) -> tuple[Chip, ...]:
    wanted = replace(found.filter, page=1)
    chips = []
    if wanted.q:
        chips.append(Chip(f"“{wanted.q}”", address(replace(wanted, q=""))))
    if wanted.mine:
        chips.append(Chip(t("cases.mine"), address(replace(wanted, mine=False))))
    if wanted.manager is not None:
        name = next((row.manager for row in found.rows if row.manager), None) or t("cases.officer")
        text = t("home.unassigned") if wanted.manager == NOBODY else name
        chips.append(Chip(text, address(replace(wanted, manager=None))))
    if wanted.due:
        chips.append(Chip(t(f"cases.dues.{wanted.due}"), address(replace(wanted, due=""))))
    if wanted.sop:
        title = next((choice.label for choice in found.sops if choice.value == wanted.sop), wanted.sop)
        chips.append(Chip(title, address(replace(wanted, sop="", step=""))))
    return tuple(chips)


def show_cases() -> Response:
    found = case_list(runtime().store, viewer(), runtime().definitions, read_filter(request.args))
    wanted = found.filter
    first = (wanted.page - 1) * found.page_size + 1
    shown = ListPage(
        list=found,
        chips=_chips(found),
        earlier=address(replace(wanted, page=wanted.page - 1)) if wanted.page > 1 else None,
        later=address(replace(wanted, page=wanted.page + 1)) if found.more else None,
        first=first if found.total else 0,
        last=first + len(found.rows) - 1,
    )
    return page("cases.html", page=shown)


def _one(case_id: str) -> CasePage:
    found = case_page(runtime().store, viewer(), runtime().definitions, case_id, request.remote_addr)
    g.zone = found.zone
    return found


def _tab() -> str:
    wanted = request.args.get("bagian", TABS[0])
    return wanted if wanted in TABS else TABS[0]


def show_case(case_id: str) -> Response:
    found = _one(case_id)
    if found.id != case_id:
        return redirect(f"/kasus/{found.id}")
    done = request.args.get("selesai", "")
    return page("case.html", page=OneCase(found, _tab(), done=done if done in (*ACTS, "linked") else ""))


def _decision(form: Mapping[str, str]) -> dict[str, object]:
    answers = {
        name.removeprefix("isian."): value for name, value in form.items() if name.startswith("isian.") and value
    }
    body: dict[str, object] = {"step": form.get("step", ""), "answers": answers}
    if form.get("decidedBy", "").strip():
        body |= {"decidedBy": form["decidedBy"].strip(), "decidedOn": form.get("decidedOn", "")}
    return body


def _confirm(form: Mapping[str, str]) -> dict[str, object]:
    return {"step": form.get("step", ""), "ok": form.get("ok") == "ya", "reason": form.get("reason", "")}


def _fields(*names: str) -> Reader:
    def read(form: Mapping[str, str]) -> dict[str, object]:
        return {name: form.get(name, "").strip() for name in names if form.get(name, "").strip()}

    return read


ACTS: dict[str, Reader] = {
    "decision": _decision,
    "confirm": _confirm,
    "override": _fields("step", "to", "reason"),
    "assign": _fields("step", "assignee", "reason"),
    "pause": _fields("reason"),
    "resume": _fields("reason"),
    "close": _fields("closeReason", "reason"),
    "reopen": _fields("step", "reason"),
    "resolve": _fields("step", "resolution", "reason"),
    "note": _fields("text"),
    "task": _fields("text", "assignee", "due"),
    "task_done": _fields("task"),
}


def do_act(case_id: str, act: str) -> Response:
    """Records one act and shows the case as it is then; a refusal keeps what was typed."""
    if act not in ACTS:
        raise Problem("request.not_found")
    project_id, present = case_project(runtime().store, viewer(), case_id)
    body = {"type": act, **ACTS[act](request.form)}
    try:
        record(runtime().store, viewer(), project_id, present, body)
    except Problem as problem:
        if problem.kind.status in (403, 404):
            raise
        found = _one(present)
        wrong = (FieldError(f"{act}-{_field_of(problem)}", problem_text(problem)),)
        typed = request.form.get("text") or request.form.get("reason", "")
        return page("case.html", problem.kind.status, page=OneCase(found, _tab(), wrong, typed=typed, act=act))
    return redirect(f"/kasus/{present}?selesai={act}", 303)


def _field_of(problem: Problem) -> str:
    if problem.code == "case.reason_required":
        return "reason"
    return str(problem.args_.get("field", "reason"))


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/kasus", "cases", show_cases)
    blueprint.add_url_rule("/kasus/<case_id>", "case", show_case)
    blueprint.add_url_rule("/kasus/<case_id>/<act>", "case_act", do_act, methods=["POST"])
