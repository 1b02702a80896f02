"""The list of cases."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from server.actions.hand_over import hand_over
from server.problems import Problem
from server.queries.case_finder import DUES, NOBODY, STATUSES, CaseFilter
from server.queries.case_list import CaseList, case_list
from server.web import officers
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import FieldError, problem_text, runtime, t


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
    back: str = ""
    done: str = ""
    errors: tuple[FieldError, ...] = ()


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
    return page("cases.html", page=_list(read_filter(request.args), officers.told(request.args.get("selesai", ""))))


def _list(asked: CaseFilter, done: str = "", errors: tuple[FieldError, ...] = ()) -> ListPage:
    found = case_list(runtime().store, viewer(), runtime().definitions, asked)
    wanted = found.filter
    first = (wanted.page - 1) * found.page_size + 1
    return ListPage(
        list=found,
        chips=_chips(found),
        earlier=address(replace(wanted, page=wanted.page - 1)) if wanted.page > 1 else None,
        later=address(replace(wanted, page=wanted.page + 1)) if found.more else None,
        first=first if found.total else 0,
        last=first + len(found.rows) - 1,
        back=address(wanted),
        done=done,
        errors=errors,
    )


def do_hand_over() -> Response:
    """Gives the chosen cases to another officer and goes back to the list."""
    asked = urlsplit(request.form.get("kembali", "")).query
    wanted = read_filter(MultiDict(parse_qsl(asked)))
    offices_here = case_list(runtime().store, viewer(), runtime().definitions, wanted)
    project = wanted.office or (offices_here.offices[0].id if len(offices_here.offices) == 1 else None)
    if project is None:
        raise Problem("request.not_found")
    chosen = request.form.getlist("kasus")
    if not chosen:
        return page("cases.html", 400, page=_list(wanted, errors=(FieldError("kasus", t("officers.none_picked")),)))
    try:
        made = hand_over(
            runtime().store,
            viewer(),
            project,
            to=request.form.get("kepada", ""),
            reason=request.form.get("alasan", ""),
            cases=chosen,
        )
    except Problem as problem:
        field = "alasan" if problem.code == "case.reason_required" else "kepada"
        errors = (FieldError(field, problem_text(problem)),)
        return page("cases.html", problem.kind.status, page=_list(wanted, errors=errors))
    done = urlencode({"selesai": "queued" if made.job else str(made.cases)})
    back = address(wanted)
    return redirect(f"{back}{'&' if '?' in back else '?'}{done}", 303)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/kasus", "cases", show_cases)
    blueprint.add_url_rule("/kasus/serah-terima", "hand_over", do_hand_over, methods=["POST"])
