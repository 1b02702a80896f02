"""The list of forms, and the page of one form: its submissions, questions, versions, findings and uses."""

from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta
from urllib.parse import quote, urlencode

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from forms.expression import Expression
from forms.expression.tree import Name
from server.problems import Problem
from server.queries.form_head import FormHead, form_head
from server.queries.form_history import compare_versions
from server.queries.form_list import STATES, FormFilter, FormList, form_list
from server.queries.form_questions import QuestionTree, form_questions
from server.queries.form_submissions import (
    PLACES,
    REVIEWS,
    Column,
    Mark,
    SubmissionFilter,
    SubmissionTable,
    begin_of,
    form_submissions,
    ids_of,
)
from server.queries.form_uses import FormUses, form_uses
from server.queries.form_versions import (
    FormVersionRow,
    NeededFile,
    accepted_findings,
    form_versions,
    needed_files,
    xform_file,
)
from server.queries.masking import extent_of
from server.sop.wording import in_words, plain_name
from server.web import words
from server.web.cases import Chip
from server.web.files import download
from server.web.form_changes import Difference, differences
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import Complaint, FieldError, complaint, label, language, runtime, said, t

PARTS = ("kiriman", "pertanyaan", "versi", "temuan", "dipakai")
MOST_ID = 2**63
MOST_FILES = 60
"""So many files are taken in one upload."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list of forms; `errors` belong to the upload below it."""

    list: FormList
    chips: tuple[Chip, ...]
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class TablePart:
    """The submissions with the addresses of their parts. `hidden`: the filter as fields of a form that changes the
    columns, `csv` where the whole table can be fetched, `wider` when that cannot keep to the whole filter,
    `masked` when the viewer gets it without identities."""

    table: SubmissionTable
    chips: tuple[Chip, ...]
    newer: str | None
    older: str | None
    clear: str
    hidden: tuple[tuple[str, str], ...]
    csv: str
    wider: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """A warning in words, and under whose name the form was published in spite of it."""

    warning: Complaint
    by: str | None
    on: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a version changed in the one before it, both by name; `new` is None for the draft."""

    id: int
    old: str
    new: str | None
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """The page of one form: its head and the part that is shown."""

    head: FormHead
    part: str
    here: str
    table: TablePart | None = None
    questions: QuestionTree | None = None
    versions: tuple[FormVersionRow, ...] = ()
    findings: tuple[Accepted, ...] = ()
    uses: FormUses | None = None
    files: tuple[NeededFile, ...] = ()
    compared: Compared | None = None


# -- the list ----------------------------------------------------------------------------------


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _list_filter() -> FormFilter:
    state = request.args.get("keadaan", "")
    return FormFilter(
        q=request.args.get("q", "").strip()[:100],
        state=state if state in STATES else "",
        office=_number(request.args.get("kantor", "")),
        draft=request.args.get("draf") == "ada",
    )


def _list_address(wanted: FormFilter) -> str:
    pairs = {
        "q": wanted.q,
        "keadaan": wanted.state,
        "kantor": "" if wanted.office is None else str(wanted.office),
        "draf": "ada" if wanted.draft else "",
    }
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"/formulir?{query}" if query else "/formulir"


def upload_refused() -> tuple[FieldError, ...]:
    """What was wrong with an upload from this page, which leads back here."""
    said = {"kosong": t("publish.no_file"), "banyak": t("publish.too_many", n=MOST_FILES)}
    told = said.get(request.args.get("unggahan", ""))
    return (FieldError("berkas", told),) if told else ()


def show_forms() -> Response:
    wanted = _list_filter()
    found = form_list(runtime().store, viewer(), wanted)
    chips = []
    if wanted.q:
        chips.append(Chip(f"“{wanted.q}”", _list_address(replace(wanted, q=""))))
    if wanted.state:
        chips.append(Chip(t(f"forms.state.{wanted.state}"), _list_address(replace(wanted, state=""))))
    if wanted.office is not None:
        name = next((place.name for place in found.offices if place.id == wanted.office), str(wanted.office))
        chips.append(Chip(name, _list_address(replace(wanted, office=None))))
    if wanted.draft:
        chips.append(Chip(t("forms.with_draft"), _list_address(replace(wanted, draft=False))))
    return page("forms.html", page=ListPage(found, tuple(chips), upload_refused()))


# -- one form ----------------------------------------------------------------------------------


def _day(name: str) -> date | None:
    try:
        asked = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    # The first and the last year a date can have hold days that begin outside it in some zone.
    return asked if MINYEAR < asked.year < MAXYEAR else None


def _mark(name: str) -> Mark | None:
    at, _, key = request.args.get(name, "").partition("~")
    known = len(at) <= 30 and key.isdecimal() and len(key) < 20 and int(key) < MOST_ID
    return Mark(at, int(key)) if at and known else None


def _table_filter() -> SubmissionFilter:
    """The filter an address asks for; what it does not understand it leaves out."""
    asked = request.args
    review, place = asked.get("tinjauan", ""), asked.get("letak", "")
    columns = tuple(path[:500] for path in asked.getlist("kolom") if path)
    newer = _mark("sesudah")
    return SubmissionFilter(
        since=_day("dari"),
        until=_day("sampai"),
        review=review if review in REVIEWS else "",
        sender=_number(asked.get("pengirim", "")),
        version=asked["versi"][:500] if asked.get("versi") else None,
        place=place if place in PLACES else "",
        missing=asked.get("berkas") == "kurang",
        columns=columns or None,
        older=None if newer else _mark("sebelum"),
        newer=newer,
    )


def _pairs(wanted: SubmissionFilter, *, columns: bool = True) -> list[tuple[str, str]]:
    """The filter as an address and a form carry it; without the place in the list."""
    found = {
        "dari": wanted.since.isoformat() if wanted.since else "",
        "sampai": wanted.until.isoformat() if wanted.until else "",
        "tinjauan": wanted.review,
        "pengirim": "" if wanted.sender is None else str(wanted.sender),
        "versi": wanted.version or "",
        "letak": wanted.place,
        "berkas": "kurang" if wanted.missing else "",
    }
    pairs = [(name, value) for name, value in found.items() if value]
    return pairs + [("kolom", path) for path in wanted.columns or () if columns]


def form_address(head: FormHead, part: str = "", more: list[tuple[str, str]] | None = None) -> str:
    """The address of a form's page."""
    pairs = [("kantor", str(head.office.id))]
    if part:
        pairs.append(("bagian", part))
    return f"/formulir/{quote(head.code, safe='')}?{urlencode(pairs + (more or []))}"


def _table_part(head: FormHead) -> TablePart:
    found = form_submissions(runtime().store, viewer(), runtime().definitions, head, _table_filter())
    wanted = found.filter

    def beside(name: str, mark: Mark | None) -> str | None:
        return form_address(head, "", [*_pairs(wanted), (name, f"{mark.at}~{mark.id}")]) if mark else None

    return TablePart(
        table=found,
        chips=_table_chips(head, found),
        newer=beside("sesudah", found.newer),
        older=beside("sebelum", found.older),
        clear=form_address(head, "", _pairs(SubmissionFilter(columns=wanted.columns))),
        hidden=(("kantor", str(head.office.id)), *_pairs(wanted, columns=False)),
        csv=_csv(head, found),
        wider=bool(wanted.version or wanted.place or wanted.missing),
        masked=extent_of(runtime().store, viewer(), head.office.id) != "whole",
    )


def _table_chips(head: FormHead, found: SubmissionTable) -> tuple[Chip, ...]:
    wanted = found.filter
    sender = next((one.name for one in found.senders if one.id == wanted.sender), "–")
    on = [
        (wanted.since, replace(wanted, since=None), t("kiriman.from", day=_shown_day(head, wanted.since))),
        (wanted.until, replace(wanted, until=None), t("kiriman.to", day=_shown_day(head, wanted.until))),
        (wanted.review, replace(wanted, review=""), t(f"review.state.{wanted.review or 'received'}")),
        (wanted.sender, replace(wanted, sender=None), sender),
        (wanted.version, replace(wanted, version=None), t("shelf.version", v=wanted.version)),
        (wanted.place, replace(wanted, place=""), t(f"kiriman.places.{wanted.place or 'case'}")),
        (wanted.missing, replace(wanted, missing=False), t("kiriman.missing")),
    ]
    return tuple(Chip(text, form_address(head, "", _pairs(without))) for value, without, text in on if value)


def _shown_day(head: FormHead, value: date | None) -> str:
    return words.day(language(), value, head.office.zone)


def _csv(head: FormHead, found: SubmissionTable) -> str:
    """Where programs fetch the same rows; what their filter cannot say is left out."""
    wanted, terms = found.filter, []
    if wanted.since is not None:
        terms.append(f"__system/submissionDate ge {begin_of(wanted.since, head.office.zone)}")
    if wanted.until is not None:
        terms.append(f"__system/submissionDate lt {begin_of(wanted.until + timedelta(days=1), head.office.zone)}")
    if wanted.review:
        state = "null" if wanted.review == "received" else f"'{wanted.review}'"
        terms.append(f"__system/reviewState eq {state}")
    if wanted.sender is not None:
        ids = ids_of(found.senders, wanted.sender)
        terms.append(f"({' or '.join(f'__system/submitterId eq {one}' for one in ids)})")
    path = f"/v1/projects/{head.office.id}/forms/{quote(head.code, safe='')}/submissions.csv.zip"
    return f"{path}?{urlencode({'$filter': ' and '.join(terms)})}" if terms else path


def show_form(code: str) -> Response:
    part = request.args.get("bagian", PARTS[0])
    if part not in PARTS:
        raise Problem("request.not_found")
    office = request.args.get("kantor", "")
    head = form_head(runtime().store, viewer(), code, _number(office) if office else None)
    g.zone = head.office.zone
    return page("form.html", page=_part(head, part))


def _part(head: FormHead, part: str) -> FormPage:
    store, who, definitions = runtime().store, viewer(), runtime().definitions
    shown = FormPage(head, part, form_address(head))
    if part == "pertanyaan":
        return replace(shown, questions=form_questions(store, who, definitions, head))
    if part == "versi":
        versions = form_versions(store, who, head)
        return replace(
            shown, versions=versions, files=needed_files(store, who, head), compared=_compared(head, versions)
        )
    if part == "temuan":
        found = accepted_findings(store, who, head)
        return replace(shown, findings=tuple(Accepted(complaint(one.finding), one.by, one.on) for one in found))
    if part == "dipakai":
        return replace(shown, uses=form_uses(store, who, definitions, head))
    return replace(shown, table=_table_part(head))


def _compared(head: FormHead, versions: tuple[FormVersionRow, ...]) -> Compared | None:
    """The version an address asks to compare with the one published before it."""
    asked = _number(request.args.get("banding", ""))
    place = next((place for place, row in enumerate(versions) if row.id == asked), None)
    if place is None or place + 1 >= len(versions):
        return None
    new, old = versions[place], versions[place + 1]
    name = new.version if new.published_at else None
    found = compare_versions(runtime().store, viewer(), head.office.id, head.code, old.version, name)
    return Compared(new.id, old.version, name, differences(found.changes))


def get_xform(version_id: int) -> Response:
    """The form as phones download it."""
    found = xform_file(runtime().store, viewer(), version_id)
    return download(found.data, "application/xml", found.name)


def rule_text(expression: Expression | None, tree: QuestionTree) -> str:
    """A condition of a form in words: questions and answers by what they are called, signs for comparisons."""

    def choice(name: Name, value: str) -> str:
        return label(tree.choices.get(name.field, {}).get(value, {}), plain_name(value))

    return in_words(
        expression, said, lambda name: label(tree.asked.get(name.field, {}), plain_name(name.field)), choice
    )


def column_label(column: Column) -> str:
    """What a column is called: the label of its question, its name when it has none."""
    return label(column.labels, column.name)


GLOBALS = {
    "column_label": column_label,
    "rule_text": rule_text,
    "form_reviews": REVIEWS,
    "form_places": PLACES,
    "form_states": STATES,
}


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/formulir", "forms", show_forms)
    blueprint.add_url_rule("/formulir/xform/<int:version_id>", "xform", get_xform)
    blueprint.add_url_rule("/formulir/<path:code>", "form", show_form)
