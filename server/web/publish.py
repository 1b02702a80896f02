"""Published SOPs, the templates to start from, and the pages on which uploads are checked and published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from forms.findings import Finding
from forms.uploads import XLSX
from server.actions import simulate
from server.actions.bundle import Upload
from server.actions.publishing import ask_again, ask_check, ask_publish, call_off, kept_uploads
from server.actions.republish import earlier_version
from server.problems import Problem
from server.queries.form_history import version_place
from server.queries.publish_moves import STAY
from server.queries.publish_page import Item, Shelf, WorkbookFile, sop_shelf, workbook_file
from server.queries.publishing import FileChange, KeptFile, Publishing, Warned, annotated_file, publishing
from server.queries.sop_template import new_form, new_sop, sop_in_force
from server.web.files import download
from server.web.form_changes import Difference, differences
from server.web.forms import MOST_FILES, upload_refused
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import Complaint, FieldError, complaint, language, runtime, t

# Where the browser keeps what was typed under a check that was refused, until the next page.
REFUSED = "terbitkan"


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """The list of SOPs."""

    shelf: Shelf
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The findings of one sheet of one file."""

    file: str
    sheet: str
    findings: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A warning to put one's name under. `by`: who did so with an earlier version (None: nobody)."""

    key: str
    file: str
    warning: Complaint
    by: str | None
    ticked: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What publishing one file would do, and how many cases go on under the older version."""

    change: FileChange
    running: int


@dataclass(frozen=True, slots=True)
class Differences:
    """What one form changes of the version in force."""

    file: str
    title: str
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class PublishPage:
    """What was found in the uploads, and what publishing them would do."""

    found: Publishing
    wrong: tuple[Sheet, ...]
    ticks: tuple[Tick, ...]
    notes: tuple[Sheet, ...]
    effects: tuple[Effect, ...]
    button: str
    only_forms: bool
    differences: tuple[Differences, ...] = ()
    name: str = ""
    errors: tuple[FieldError, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    @property
    def workbooks(self) -> tuple[tuple[int, KeptFile], ...]:
        """The workbooks, by their number, that come back with something in their cells: one that cannot be opened
        has none."""
        noted = {str(one.args.get("file", "")) for one in self.found.findings if one.place}
        return tuple(
            (number, file)
            for number, file in enumerate(self.found.files)
            if file.is_workbook and (file.path in noted or file.path in self.found.trials)
        )


def _shelf() -> Shelf:
    return sop_shelf(runtime().store, viewer())


def show_sops() -> Response:
    return page("shelf.html", page=ShelfPage(_shelf(), upload_refused()))


def get_workbook(kind: str, version_id: int) -> Response:
    found = workbook_file(runtime().store, viewer(), kind, version_id)
    return download(found.file, found.type, found.name)


def _file(found: WorkbookFile) -> Response:
    return download(found.data, XLSX, found.name)


def _office() -> int | None:
    chosen = request.args.get("kantor", "")
    if chosen.isdecimal() and len(chosen) <= 10:
        return int(chosen)
    places = _shelf().offices
    return places[0].id if len(places) == 1 else None


def get_sop_template() -> Response:
    """An empty SOP workbook with the code asked for."""
    return _file(new_sop(runtime().store, viewer(), _office(), request.args.get("kode") or None, language()))


def get_form_template(kind: str) -> Response:
    """An XLSForm to start from."""
    kinds = {"awal": "intake", "lanjutan": "follow_up"}
    if kind not in kinds:
        raise Problem("request.not_found")
    return _file(new_form(kinds[kind], request.args.get("kode") or None, language()))


def get_sop_as_template(code: str) -> Response:
    """An SOP in force as a workbook in the template's form."""
    return _file(sop_in_force(runtime().store, viewer(), _office(), code, language()))


def _project(shelf: Shelf) -> int | None:
    """The office chosen; None lets the workbooks name it, which only somebody with all offices may."""
    chosen = request.form.get("kantor", "")
    if chosen.isdecimal() and len(chosen) < 10:
        return int(chosen)
    return None if viewer().may("form.publish", None) or not shelf.offices else shelf.offices[0].id


def _uploads() -> list[Upload]:
    """The files as sent: a browser names those of a folder by their path. No two files are called the same."""
    found: list[Upload] = []
    for file in request.files.getlist("berkas"):
        if not file.filename:
            continue
        folder, _, name = file.filename.replace("\\", "/").strip("/").rpartition("/")
        folder = folder.rpartition("/")[2]
        stem, dot, ending = name.rpartition(".")
        number, free = 2, name
        while any((one.folder, one.name) == (folder, free) for one in found):
            free = f"{stem} ({number}){dot}{ending}"
            number += 1
        found.append(Upload(free, file.read(), "" if folder == "media" else folder))
    return found


def do_upload() -> Response:
    """Keeps the uploads and asks for their check; publishes nothing."""
    shelf = _shelf()
    if not shelf.offices and not viewer().may("form.publish", None):
        raise Problem("access.denied")
    uploads = _uploads()
    if not uploads or len(uploads) > MOST_FILES:
        place = "/formulir" if request.form.get("dari") == "form" else "/sop"
        return redirect(f"{place}?unggahan={'banyak' if uploads else 'kosong'}#unggah", 303)
    job_id = ask_check(runtime().store, viewer(), _project(shelf), uploads, language())
    return redirect(f"/terbitkan/{job_id}", 303)


def show_check(job_id: int) -> Response:
    """How far the check is, what it found, or what was published."""
    found = publishing(runtime().store, viewer(), job_id)
    if found.published:
        return page("published.html", page=found)
    if found.state != "done":
        return page("checking.html", page=found)
    return _result(found, _typed(found))


@dataclass(frozen=True, slots=True)
class Typed:
    """What was ticked and typed under a check when publishing it was refused."""

    ticks: frozenset[str] = frozenset()
    name: str = ""
    errors: tuple[FieldError, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def _typed(found: Publishing) -> Typed:
    """What the page this check was sent from a moment ago was refused for, told once. An answer that redirects leaves
    nothing in the browser's history that would be sent again on the way back."""
    kept = session.pop(REFUSED, None)
    if not kept or kept["check"] != found.id:
        return Typed()
    ticked = frozenset(one.key for number, one in enumerate(found.warned) if number in kept["ticks"])
    choices, reason = kept["choices"], kept["reason"]
    return Typed(ticked, kept["name"], _refusals(found, ticked, kept["name"], choices, reason), choices, reason)


def _refusals(
    found: Publishing, ticked: frozenset[str], name: str, choices: Mapping[str, str], reason: str
) -> tuple[FieldError, ...]:
    """Why this cannot be published: a warning without a tick, another name than that of who ticks, or cases that
    would move while nobody says why."""
    if any(choice != STAY for choice in choices.values()) and not reason.strip():
        return (FieldError("alasan", t("migration.reason_missing")),)
    wanted = [warned for warned in found.warned if warned.by is None]
    missing = [warned for warned in wanted if warned.key not in ticked]
    if missing:
        return (FieldError(f"terima-{missing[0].key}", t("publish.ticks_missing", n=len(missing))),)
    if wanted and name.strip().casefold() != viewer().name.strip().casefold():
        return (FieldError("nama", t("publish.name_differs", name=viewer().name)),)
    return ()


def _result(found: Publishing, typed: Typed) -> Response:
    effects = _effects(found)
    shown = PublishPage(
        found,
        wrong=_grouped(found.errors, "error"),
        ticks=tuple(_tick(warned, typed.ticks) for warned in found.warned),
        notes=_grouped(found.findings, "note"),
        effects=effects,
        button=_button(effects),
        only_forms=all(effect.change.kind == "form" for effect in effects),
        differences=_differences(found),
        name=typed.name,
        errors=typed.errors,
        choices={one.sop_id: one.choices[0] for one in found.moves} | dict(typed.choices),
        reason=typed.reason,
    )
    return page("publish.html", page=shown)


def _differences(found: Publishing) -> tuple[Differences, ...]:
    titles = {change.file: change.title for change in found.changes}
    return tuple(
        Differences(file, titles.get(file, file), differences(changes))
        for file, changes in found.differences.items()
        if changes
    )


def _tick(warned: Warned, ticked: frozenset[str]) -> Tick:
    file = str(warned.finding.args.get("file", ""))
    return Tick(warned.key, file, complaint(warned.finding), warned.by, warned.key in ticked)


def _grouped(findings: Iterable[Finding], level: str) -> tuple[Sheet, ...]:
    groups: dict[tuple[str, str], list[Complaint]] = {}
    for finding in findings:
        if finding.level == level:
            sheet = finding.place.sheet if finding.place else ""
            groups.setdefault((str(finding.args.get("file", "")), sheet), []).append(complaint(finding))
    return tuple(Sheet(file, sheet, tuple(found)) for (file, sheet), found in groups.items())


def _effects(found: Publishing) -> tuple[Effect, ...]:
    items = _shelf().items
    running = {item.code: item.count for item in items if found.project_id in (None, item.office.id)}
    return tuple(
        Effect(change, running.get(change.id, 0) if change.kind == "sop" and change.change == "update" else 0)
        for change in found.changes
    )


def _button(effects: Iterable[Effect]) -> str:
    """What the button will do, in words; blank when everything is in force already."""
    active = [effect.change for effect in effects if effect.change.change != "same"]
    sops = [change for change in active if change.kind == "sop"]
    forms = sum(change.kind == "form" for change in active)
    parts = [t("publish.sop_part", title=change.title, version=change.version) for change in sops]
    if forms:
        parts.append(t("publish.forms_part", n=forms))
    if any(change.kind == "office" for change in active):
        parts.append(t("publish.office_part"))
    if media := sum(change.kind not in ("sop", "form", "office") for change in active):
        parts.append(t("publish.media_part", n=media))
    return t("publish.button", what=t("case.and").join(parts)) if parts else ""


def do_publish(job_id: int) -> Response:
    """Asks for the publication of what was checked; every warning needs a tick and the name of who ticks."""
    found = publishing(runtime().store, viewer(), job_id)
    if found.state != "done" or found.published:
        return redirect(f"/terbitkan/{job_id}", 303)
    maps = _counterparts(found)
    if any(maps[one.sop_id] != one.names for one in found.moves):
        # Other counterparts than those the numbers on the page were made with: new numbers first.
        return redirect(f"/terbitkan/{ask_again(runtime().store, viewer(), job_id, maps)}", 303)
    ticked, name = frozenset(request.form.getlist("terima")), request.form.get("nama", "")[:100]
    choices, reason = _choices(found), request.form.get("alasan", "")[:500]
    if _refusals(found, ticked, name, choices, reason):
        ticks = [number for number, one in enumerate(found.warned) if one.key in ticked]
        session[REFUSED] = {"check": job_id, "ticks": ticks, "name": name, "choices": choices, "reason": reason}
        return redirect(f"/terbitkan/{job_id}", 303)
    draft = request.form.get("draf") == "ya"
    asked = ask_publish(
        runtime().store, viewer(), job_id, ticked, draft=draft, choices={} if draft else choices, reason=reason
    )
    return redirect(f"/terbitkan/{asked}", 303)


def _choices(found: Publishing) -> dict[str, str]:
    """What becomes of the running cases of each SOP, as chosen: fields `pindah.<sop>`."""
    said = {one.sop_id: request.form.get(f"pindah.{one.sop_id}", one.choices[0]) for one in found.moves}
    return {one.sop_id: said[one.sop_id] if said[one.sop_id] in one.choices else one.choices[0] for one in found.moves}


def _counterparts(found: Publishing) -> dict[str, dict[str, str]]:
    """The counterparts of steps that are gone, by SOP: fields `padanan.<sop>.<older step>`."""
    maps: dict[str, dict[str, str]] = {}
    for one in found.moves:
        gone = [item.step.name for item in one.gone]
        said = {name: request.form.get(f"padanan.{one.sop_id}.{name}", one.names.get(name, "")) for name in gone}
        maps[one.sop_id] = {**one.names, **said} if gone else dict(one.names)
        maps[one.sop_id] = {old: new for old, new in maps[one.sop_id].items() if new}
    return maps


def do_try(job_id: int, number: int) -> Response:
    """Tries an uploaded SOP on the past cases of the one in force, just as it was sent."""
    found = publishing(runtime().store, viewer(), job_id)
    file = found.files[number] if number < len(found.files) else None
    change = next((one for one in found.changes if file and (one.kind, one.file) == ("sop", file.path)), None)
    item = next((one for one in _shelf().items if change and _same(found, change, one)), None)
    if file is None or change is None or item is None:
        raise Problem("request.not_found")
    kept = kept_uploads(runtime().store, viewer(), item.office.id, [file])
    trial = simulate.ask(runtime().store, viewer(), item.office.id, change.id, file.name, kept[0].data, language())
    return redirect(f"/sop/{change.id}/coba/{trial}?kantor={item.office.id}", 303)


def _same(found: Publishing, change: FileChange, item: Item) -> bool:
    """Whether a published SOP is the one a file would change."""
    return item.code == change.id and found.project_id in (None, item.office.id)


def do_republish(version_id: int) -> Response:
    """Checks an earlier version of a form under a new version; publishing it is the next page's button."""
    project_id, form_id, version = version_place(runtime().store, viewer(), version_id)
    uploads = earlier_version(runtime().store, viewer(), project_id, form_id, version)
    return redirect(f"/terbitkan/{ask_check(runtime().store, viewer(), project_id, uploads, language())}", 303)


def do_call_off(job_id: int) -> Response:
    call_off(runtime().store, viewer(), job_id)
    return redirect(f"/terbitkan/{job_id}", 303)


def get_annotated(job_id: int, number: int) -> Response:
    """A workbook of the check with its findings in the cells."""
    return _file(annotated_file(runtime().store, viewer(), job_id, number, language()))


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/sop", "sops", show_sops)
    blueprint.add_url_rule("/buku-kerja/<kind>/<int:version_id>", "workbook", get_workbook)
    blueprint.add_url_rule("/templat/sop", "sop_template", get_sop_template)
    blueprint.add_url_rule("/templat/sop/<code>", "sop_as_template", get_sop_as_template)
    blueprint.add_url_rule("/templat/formulir/<kind>", "form_template", get_form_template)
    blueprint.add_url_rule("/terbitkan", "upload", do_upload, methods=["POST"])
    blueprint.add_url_rule("/formulir/versi/<int:version_id>/lagi", "republish", do_republish, methods=["POST"])
    blueprint.add_url_rule("/terbitkan/<int:job_id>", "check", show_check)
    blueprint.add_url_rule("/terbitkan/<int:job_id>/ya", "publish", do_publish, methods=["POST"])
    trial = "/terbitkan/<int:job_id>/coba/<int:number>"
    blueprint.add_url_rule(trial, "publish_try", do_try, methods=["POST"])
    blueprint.add_url_rule("/terbitkan/<int:job_id>/batal", "publish_call_off", do_call_off, methods=["POST"])
    blueprint.add_url_rule("/terbitkan/<int:job_id>/berkas/<int:number>", "annotated", get_annotated)
