"""How a page is made: language, words, findings, and the frame around every page."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, g, make_response, render_template, request
from werkzeug.wrappers import Response

from forms.findings import Finding
from forms.schema import pick_label
from server.access import Viewer
from server.locale import LANGUAGES, findings, knows, say
from server.problems import Problem
from server.web import words
from server.web.runtime import Runtime

LANGUAGE_COOKIE = "bahasa"
ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation; `count` is shown beside it when not 0."""

    key: str
    href: str
    icon: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page. `address`: where a page that answers a form can be asked for again, '' when it may be
    by its own address."""

    language: str
    other_languages: tuple[tuple[str, str], ...]
    viewer: Viewer | None
    office: str
    links: tuple[Link, ...]
    lan_warning: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One entry of an error summary: the id of the field, and the sentence."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """A finding in words: address in the workbook, what is wrong, what to do."""

    level: str
    address: str
    text: str
    repair: str
    value: str | None


def runtime() -> Runtime:
    """What `server.app` wired."""
    return current_app.extensions["alur.web"]


def language() -> str:
    """The language of this answer: asked for in the address, then the cookie, then the account, then the office's."""
    asked = request.args.get("bahasa", "")
    if asked in LANGUAGES:
        return asked
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    if kept in LANGUAGES:
        return kept
    viewer = g.get("viewer")
    return viewer.language if viewer is not None else runtime().language


def zone() -> str:
    """The zone moments are shown in: the office's of this page."""
    return g.get("zone", ZONE)


def t(key: str, /, **args: object) -> str:
    """A sentence of the pages in the reader's language."""
    return say(language(), f"web.{key}", **args)


def problem_text(problem: Problem, *places: str) -> str:
    """The refusal as a sentence, of the first of these `places` in the catalogue that has its own for it; a code
    without any is answered by its status."""
    for place in (*places, "problem"):
        if knows(key := f"{place}.{problem.code}"):
            return say(language(), key, **problem.args_)
    status = problem.kind.status
    return t(f"error.{status if knows(f'web.error.{status}.text') else 400}.text")


def complaint(finding: Finding) -> Complaint:
    """A finding as people read it."""
    place = finding.place
    wrong, repair = findings.words(finding, language())
    return Complaint(finding.level, place.address if place else "", wrong, repair, place.value if place else None)


def said(code: str, /, **args: object) -> str:
    """A code of the store or the engine (`waiting.no_intake`) as a sentence; the code itself if there is none."""
    for key in (code, f"web.{code}"):
        if knows(key):
            return say(language(), key, **args)
    return code.rpartition(".")[2].replace("_", " ")


def _day(value: str | None, *, weekday: bool = False) -> str:
    return words.day(language(), value, zone(), weekday=weekday)


def _moment(value: str | None) -> str:
    return words.moment(language(), value, zone())


def label(labels: Mapping[str, str], name: str) -> str:
    """The label in the reader's language, else any, else the code itself."""
    return pick_label(labels, language()) or name


GLOBALS = {
    "label": label,
    "t": t,
    "day": _day,
    "moment": _moment,
    "due_text": lambda due: words.due_text(language(), due),
    "due_kind": words.due_kind,
    "number": lambda value: words.number(language(), value),
    "file_size": lambda size: words.file_size(language(), size),
    "counted": lambda count: words.counted(language(), count),
    "said": said,
    "knows": knows,
    "month_name": lambda year, month: words.month(language(), year, month),
}


def page(template: str, frame: Frame, status: int = 200, /, **parts: object) -> Response:
    """A whole page. `parts` are frozen values the template names."""
    answer = make_response(render_template(template, frame=frame, **parts), status)
    asked = request.args.get("bahasa", "")
    if asked in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            asked,
            max_age=31_536_000,
            secure=runtime().secure_cookies,
            httponly=True,
            samesite="Lax",
        )
    return answer
