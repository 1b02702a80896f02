"""Published SOPs and forms, and the page on which new ones are checked and published."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from forms.findings import Finding, has_errors
from server.actions.bundle import Bundle, Change, Upload
from server.actions.publish import check_bundle, publish_bundle
from server.actions.uploads import KeptFile, keep_uploads, kept_uploads
from server.problems import Problem
from server.queries.publish_page import Shelf, form_shelf, sop_shelf, workbook_file
from server.web.files import download
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import Complaint, FieldError, complaint, problem_text, runtime, t

ONE_HOUR = 3_600
MOST_FILES = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """The list of SOPs or of forms."""

    kind: str
    shelf: Shelf
    errors: tuple[FieldError, ...] = ()
    published: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The findings of one sheet of one file."""

    file: str
    sheet: str
    findings: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What publishing one file would do, and how many cases go on under the older version."""

    change: Change
    running: int


@dataclass(frozen=True, slots=True)
class PublishPage:
    """What was found in the uploads, and what publishing them would do. `token` carries the files on."""

    blocked: bool
    wrong: tuple[Sheet, ...]
    warnings: tuple[Sheet, ...]
    notes: tuple[Sheet, ...]
    effects: tuple[Effect, ...]
    token: str
    button: str
    errors: tuple[FieldError, ...] = ()


def _shelf(kind: str) -> Shelf:
    return (sop_shelf if kind == "sop" else form_shelf)(runtime().store, viewer())


def show_sops() -> Response:
    return page("shelf.html", page=ShelfPage("sop", _shelf("sop"), published="terbit" in request.args))


def show_forms() -> Response:
    return page("shelf.html", page=ShelfPage("form", _shelf("form"), published="terbit" in request.args))


def get_workbook(kind: str, version_id: int) -> Response:
    found = workbook_file(runtime().store, viewer(), kind, version_id)
    return download(found.data, XLSX, found.name)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or b"", salt=f"publish:{viewer().id}")


def _project(shelf: Shelf) -> int | None:
    """The office chosen; None lets the workbooks name it, which only somebody with all offices may."""
    chosen = request.form.get("kantor", "")
    if chosen.isdecimal():
        return int(chosen)
    return None if viewer().may("form.publish", None) or not shelf.offices else shelf.offices[0].id


def _grouped(findings: Iterable[Finding], level: str) -> tuple[Sheet, ...]:
    groups: dict[tuple[str, str], list[Complaint]] = {}
    for finding in findings:
        if finding.level == level:
            sheet = finding.place.sheet if finding.place else ""
            groups.setdefault((str(finding.args.get("file", "")), sheet), []).append(complaint(finding))
    return tuple(Sheet(file, sheet, tuple(found)) for (file, sheet), found in groups.items())


def _effects(project_id: int | None, bundle: Bundle) -> tuple[Effect, ...]:
    running = {
        item.code: item.count for item in _shelf("sop").items if project_id is None or item.office.id == project_id
    }
    return tuple(
        Effect(change, running.get(change.id, 0) if change.kind == "sop" and change.change == "update" else 0)
        for change in bundle.changes
    )


def _button(effects: Iterable[Effect]) -> str:
    """What the button will do, in words."""
    active = [effect.change for effect in effects if effect.change.change != "same"]
    sops = [change for change in active if change.kind == "sop"]
    forms = sum(change.kind == "form" for change in active)
    parts = [t("publish.sop_part", title=change.title, version=change.version) for change in sops]
    if forms:
        parts.append(t("publish.forms_part", n=forms))
    if any(change.kind == "office" for change in active):
        parts.append(t("publish.office_part"))
    return t("publish.button", what=t("case.and").join(parts)) if parts else t("publish.button_nothing")


def _page(project_id: int | None, bundle: Bundle, token: str, errors: tuple[FieldError, ...] = ()) -> Response:
    effects = _effects(project_id, bundle)
    shown = PublishPage(
        blocked=bundle.blocked,
        wrong=_grouped(bundle.findings, "error"),
        warnings=_grouped(bundle.findings, "warning"),
        notes=_grouped(bundle.findings, "note"),
        effects=effects,
        token=token,
        button=_button(effects),
        errors=errors,
    )
    return page("publish.html", 400 if errors or has_errors(bundle.findings) else 200, page=shown)


def do_check() -> Response:
    """Checks the uploads and shows what publishing them would do; publishes nothing."""
    kind = "form" if request.form.get("dari") == "form" else "sop"
    shelf = _shelf(kind)
    files = [file for file in request.files.getlist("berkas") if file.filename]
    if not files or len(files) > MOST_FILES:
        wrong = (FieldError("berkas", t("publish.no_file") if not files else t("publish.too_many", n=MOST_FILES)),)
        return page("shelf.html", 400, page=ShelfPage(kind, shelf, wrong))
    names = [(file.filename or "").replace("\\", "/").rpartition("/")[2] for file in files]
    uploads = [Upload(name, file.read()) for name, file in zip(names, files, strict=True)]
    project_id = _project(shelf)
    bundle = check_bundle(runtime().store, viewer(), project_id, uploads)
    kept = keep_uploads(runtime().store, viewer(), project_id, uploads)
    token = _signer().dumps([project_id, [[file.name, file.sha256] for file in kept]])
    return _page(project_id, bundle, str(token))


def do_publish() -> Response:
    """Publishes what was shown before; warnings need a tick and the name of the one who publishes."""
    token = request.form.get("token", "")
    try:
        project_id, files = _signer().loads(token, max_age=ONE_HOUR)
    except BadSignature:
        raise Problem("access.csrf") from None
    uploads = kept_uploads(runtime().store, viewer(), project_id, [KeptFile(name, sha) for name, sha in files])
    accepted = request.form.get("terima") == "ya"
    named = request.form.get("nama", "").strip().casefold() == viewer().name.strip().casefold()
    try:
        publish_bundle(runtime().store, viewer(), project_id, uploads, accept_warnings=accepted and named)
    except Problem as problem:
        if problem.code not in ("bundle.invalid", "form.warnings"):
            raise
        bundle = check_bundle(runtime().store, viewer(), project_id, uploads)
        errors: tuple[FieldError, ...] = ()
        if problem.code == "form.warnings":
            field, text = ("terima", "publish.tick_missing") if not accepted else ("nama", "publish.name_differs")
            errors = (FieldError(field, t(text, name=viewer().name)),)
        elif not bundle.blocked:
            errors = (FieldError("token", problem_text(problem)),)
        return _page(project_id, bundle, token, errors)
    return page("published.html", page=publish_result(uploads))


@dataclass(frozen=True, slots=True)
class Result:
    """What went live."""

    files: tuple[str, ...]


def publish_result(uploads: Iterable[Upload]) -> Result:
    """The files that were published, by name."""
    return Result(tuple(upload.name for upload in uploads))


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/sop", "sops", show_sops)
    blueprint.add_url_rule("/formulir", "forms", show_forms)
    blueprint.add_url_rule("/buku-kerja/<kind>/<int:version_id>", "workbook", get_workbook)
    blueprint.add_url_rule("/terbitkan", "check", do_check, methods=["POST"])
    blueprint.add_url_rule("/terbitkan/ya", "publish", do_publish, methods=["POST"])
