"""Forms: definitions, fields, files, versions, drafts and publishing."""

import mimetypes
from collections.abc import Mapping, Sequence
from functools import wraps
from urllib.parse import unquote

from flask import Response, request

from forms import xform as xform_xml
from forms.answer_tables import Layout
from forms.odata import Service
from forms.old_excel import is_old
from forms.schema import Field
from forms.uploads import MEDIA_TYPES
from forms.xlsform_checks import NO_VERSION
from server.actions import drafts
from server.actions import forms as form_actions
from server.actions.bundle import Bundle, Upload
from server.actions.bundle_changes import next_version
from server.actions.publish import check_bundle, write_bundle
from server.actions.publish_draft import KNOWN_LATER, publish_draft
from server.actions.republish import earlier_version, is_in_force_again
from server.api.answers import answer, body_chunks, etagged, extended, flag, json_body, language, success, text_of
from server.api.door import Route, View, runtime, viewer
from server.handing_out import File, disposition, stream
from server.locale import form_changes
from server.problems import Problem
from server.queries import form_history, forms_api
from server.queries.forms_api import FormRow, MediaRow

MAX_WORKBOOK = 20 * 1024 * 1024


def form_json(row: FormRow) -> dict[str, object]:
    """A form as ODK Central writes it."""
    shown: dict[str, object] = {
        "projectId": row.project_id,
        "xmlFormId": row.xml_form_id,
        "name": row.name,
        "version": row.version,
        "hash": row.md5,
        "sha": row.sha1,
        "sha256": row.sha256,
        "keyId": None,
        "state": row.state,
        "draftToken": row.draft_token if viewer().may("form.publish", row.project_id) else None,
        "enketoId": None,
        "enketoOnceId": None,
        "publishedAt": row.published_at,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "webformsEnabled": False,
        "entityRelated": row.entities,
        "excelContentType": MEDIA_TYPES[row.excel] if row.excel else None,
        "createdBy": {"id": row.created_by, "type": "user", "displayName": row.created_by_name},
    }
    if row.submissions is not None:
        shown["submissions"] = row.submissions
        shown["lastSubmission"] = row.last_submission
        shown["publicLinks"] = row.public_links
        counts: Mapping[str, int] = row.reviews or {}
        shown["reviewStates"] = {name: counts.get(name, 0) for name in ("received", "hasIssues", "edited")}
    return shown


def _version(version: str | None) -> str | None:
    return "" if version == NO_VERSION else version


def forms(project_id: int) -> Response:
    # Forms are closed, never deleted (decision 27).
    rows = [] if flag("deleted") else forms_api.forms(runtime().store, viewer(), project_id, extended=extended())
    return answer([form_json(row) for row in rows])


def one_form(project_id: int, form_id: str, version: str | None = None) -> Response:
    row = forms_api.one_form(runtime().store, viewer(), project_id, form_id, _version(version), extended=extended())
    return answer(form_json(row))


def one_draft(project_id: int, form_id: str) -> Response:
    return answer(form_json(forms_api.one_form(runtime().store, viewer(), project_id, form_id, draft=True)))


def versions(project_id: int, form_id: str) -> Response:
    joined = extended()
    rows = forms_api.versions(runtime().store, viewer(), project_id, form_id, extended=joined)
    told = [(form_json(row), row.publish_notes) for row in rows]
    return answer([{**one, "publishNotes": notes} if joined else one for one, notes in told])


def _xml(text: str) -> Response:
    return etagged(Response(text, content_type="application/xml; charset=utf-8"))


def xform(project_id: int, form_id: str, version: str | None = None) -> Response:
    """The form as phones download it; `?uploaded=true`: the file it came as, where that was XML too."""
    if flag("uploaded"):
        return workbook(project_id, form_id, version, endings=("xml",))
    return _xml(forms_api.xform(runtime().store, viewer(), project_id, form_id, _version(version)))


def draft_xform(project_id: int, form_id: str) -> Response:
    return _xml(forms_api.xform(runtime().store, viewer(), project_id, form_id, draft=True))


def workbook(
    project_id: int,
    form_id: str,
    version: str | None = None,
    *,
    draft: bool = False,
    endings: Sequence[str] = ("xlsx", "xlsm"),
) -> Response:
    """The file a version was made of, byte for byte; none under another kind's address, as in ODK Central."""
    file, ending = forms_api.uploaded(runtime().store, viewer(), project_id, form_id, _version(version), draft=draft)
    if ending not in endings:
        raise Problem("request.not_found")
    response = stream(file, MEDIA_TYPES[ending])
    response.headers["Content-Disposition"] = disposition("attachment", f"{form_id}.{ending}")
    return response


def old_workbook(project_id: int, form_id: str, version: str | None = None) -> Response:
    return workbook(project_id, form_id, version, endings=("xls",))


def _fields(found: tuple[Field, ...]) -> Response:
    # The very names of the feed, so that programs find each field there.
    ways = Service("", Layout(found)).ways if flag("odata") else {item.path: item.path[1:].split("/") for item in found}
    return answer(
        [
            {
                "path": f"/{'/'.join(ways[item.path])}",
                "name": ways[item.path][-1],
                "type": item.type if item.kind == "field" else _structure(item),
                "binary": True if item.binary else None,
                "selectMultiple": True if item.select_multiple else None,
            }
            for item in found
        ]
    )


def _structure(item: Field) -> str:
    return "repeat" if item.kind == "repeat" else "structure"


def fields(project_id: int, form_id: str, version: str | None = None) -> Response:
    return _fields(forms_api.schema(runtime().store, viewer(), project_id, form_id, _version(version)).fields)


def draft_fields(project_id: int, form_id: str) -> Response:
    return _fields(forms_api.schema(runtime().store, viewer(), project_id, form_id, draft=True).fields)


def _media_json(row: MediaRow) -> dict[str, object]:
    return {
        "name": row.name,
        "type": row.type,
        "exists": row.exists,
        "blobExists": row.blob is not None,
        "datasetExists": row.entity_list is not None,
        "hash": row.md5,
        "size": row.size,
        "updatedAt": row.updated_at,
    }


def attachments(project_id: int, form_id: str, version: str | None = None) -> Response:
    rows = forms_api.media(runtime().store, viewer(), project_id, form_id, _version(version))
    return answer([_media_json(row) for row in rows])


def draft_attachments(project_id: int, form_id: str) -> Response:
    rows = forms_api.media(runtime().store, viewer(), project_id, form_id, draft=True)
    return answer([_media_json(row) for row in rows])


def draft_attachment(project_id: int, form_id: str, name: str) -> Response:
    return _file(name, forms_api.media_file(runtime().store, viewer(), project_id, form_id, name, draft=True))


def attachment(project_id: int, form_id: str, name: str, version: str | None = None) -> Response:
    return _file(name, forms_api.media_file(runtime().store, viewer(), project_id, form_id, name, _version(version)))


def _file(name: str, found: File) -> Response:
    kind = "text/csv" if name.endswith(".csv") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = stream(found, kind, weak=True)
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def _body() -> bytes:
    request.max_content_length = MAX_WORKBOOK
    return request.get_data()


def _uploaded(project_id: int, form_id: str | None, *, draft: bool) -> Bundle:
    """The workbook in the body, checked. Raises `form.*`."""
    data = _body()
    if not data:
        raise Problem("request.missing", field="body")
    fallback = unquote(request.headers.get("X-XlsForm-FormId-Fallback", "")) or form_id or "formulir"
    stem = fallback.rpartition(".")[0] if fallback.lower().endswith((".xlsx", ".xls", ".xml")) else fallback
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        upload = Upload(f"{stem}.xml", data)
        if not upload.is_xform:
            raise Problem("form.invalid", findings=xform_xml.read(data, stem).findings)
    elif data.startswith(b"PK") or is_old(data):
        upload = Upload(f"{stem}.xlsx", data)
    else:
        raise Problem("form.not_xlsx")
    return _checked(project_id, [upload], draft=draft)


def _checked(project_id: int, uploads: Sequence[Upload], *, draft: bool) -> Bundle:
    """A bundle of one form without errors. Raises `form.*`."""
    bundle = check_bundle(runtime().store, viewer(), project_id, uploads)
    # A draft may wait for its files and for another version; both are told when it is published.
    errors = [f for f in bundle.findings if f.level == "error" and not (draft and f.code in KNOWN_LATER)]
    if any(finding.code == "form.version_taken" for finding in errors):
        taken = next(finding for finding in errors if finding.code == "form.version_taken")
        raise Problem("form.version_taken", findings=bundle.findings, **taken.args)
    if errors and all(finding.code == "form.retyped" for finding in errors):
        raise Problem("form.retyped", findings=bundle.findings, **errors[0].args)
    if errors or len(bundle.forms) != 1:
        raise Problem("form.invalid", findings=bundle.findings)
    if bundle.warnings and not flag("ignoreWarnings"):
        raise Problem("form.warnings", findings=bundle.findings)
    return bundle


def create_form(project_id: int) -> Response:
    publish = flag("publish")
    bundle = _uploaded(project_id, None, draft=not publish)
    form_id = bundle.forms[0].schema.form_id
    known = forms_api.forms(runtime().store, viewer(), project_id)
    if any(row.xml_form_id == form_id for row in known):
        raise Problem("form.id_taken", form=form_id, fields=["projectId", "xmlFormId"], values=[project_id, form_id])
    write_bundle(runtime().store, viewer(), project_id, bundle, draft=not publish)
    return one_form(project_id, form_id)


def create_draft(project_id: int, form_id: str) -> Response:
    """A new draft of the workbook in the body; of the published version when there is no body."""
    forms_api.one_form(runtime().store, viewer(), project_id, form_id)
    if not _body():
        drafts.copy_published(runtime().store, viewer(), project_id, form_id)
        return success()
    bundle = _uploaded(project_id, form_id, draft=True)
    got = bundle.forms[0].schema.form_id
    if got != form_id:
        raise Problem("form.id_differs", got=got, expected=form_id)
    write_bundle(runtime().store, viewer(), project_id, bundle, draft=True)
    return success()


def put_draft_attachment(project_id: int, form_id: str, name: str) -> Response:
    form_actions.put_draft_file(runtime().store, viewer(), project_id, form_id, name, body_chunks())
    return success()


def change_draft_attachment(project_id: int, form_id: str, name: str) -> Response:
    """`dataset: true` makes the file the entity list of its name; `false` takes the list off it."""
    linked = json_body().get("dataset")
    if not isinstance(linked, bool):
        raise Problem("request.bad_type", field="dataset", value=str(linked)[:100], expected="boolean")
    change = drafts.link_draft_file if linked else drafts.clear_draft_file
    change(runtime().store, viewer(), project_id, form_id, name)
    rows = forms_api.media(runtime().store, viewer(), project_id, form_id, draft=True)
    return answer(next(_media_json(row) for row in rows if row.name == name))


def clear_draft_attachment(project_id: int, form_id: str, name: str) -> Response:
    drafts.clear_draft_file(runtime().store, viewer(), project_id, form_id, name)
    return success()


def drop_draft(project_id: int, form_id: str) -> Response:
    drafts.drop_draft(runtime().store, viewer(), project_id, form_id)
    return success()


def draft_workbook(project_id: int, form_id: str) -> Response:
    return workbook(project_id, form_id, draft=True)


def draft_old_workbook(project_id: int, form_id: str) -> Response:
    return workbook(project_id, form_id, draft=True, endings=("xls",))


def compare_versions(project_id: int, form_id: str, version: str, other: str | None = None) -> Response:
    """What changed from one published version to another, or to the draft."""
    new = _version(other)
    found = form_history.compare_versions(runtime().store, viewer(), project_id, form_id, _version(version) or "", new)
    changes = [form_changes.as_json(change, language()) for change in found.changes]
    return answer({"xmlFormId": form_id, "from": found.old, "to": found.new, "changes": changes})


def republish(project_id: int, form_id: str, version: str) -> Response:
    """Publishes an earlier version again, as `?version=` or the next after the one in force; once, however often it is
    asked."""
    new = request.args.get("version") or None
    now = forms_api.one_form(runtime().store, viewer(), project_id, form_id)
    asked = (runtime().store, viewer(), project_id, form_id, _version(version) or "")
    if new in (None, now.version) and is_in_force_again(*asked):
        return one_form(project_id, form_id)
    uploads = earlier_version(*asked, new)
    bundle = _checked(project_id, uploads, draft=False)
    if all(change.change == "same" for change in bundle.changes):
        raise Problem("form.version_taken", form=form_id, version=new, next=next_version(new or ""))
    write_bundle(runtime().store, viewer(), project_id, bundle, draft=False)
    return one_form(project_id, form_id)


def publish(project_id: int, form_id: str) -> Response:
    publish_draft(runtime().store, viewer(), project_id, form_id, version=request.args.get("version"))
    return success()


def change_form(project_id: int, form_id: str) -> Response:
    state = text_of(json_body(), "state")
    form_actions.set_state(runtime().store, viewer(), project_id, form_id, state or "")
    return one_form(project_id, form_id)


def _or_version(view: View, ending: str) -> View:
    """A version may end as a file does (`Survei 2019.xlsx`): it is meant where none is called by what stands before."""

    @wraps(view)
    def found(project_id: int, form_id: str, version: str) -> Response:
        try:
            return view(project_id, form_id, version)
        except Problem as problem:
            if problem.code != "request.not_found":
                raise
            return one_form(project_id, form_id, version + ending)

    return found


_FORMS = "/v1/projects/<int:project_id>/forms"
_FORM = f"{_FORMS}/<form_id>"
_DRAFT = f"{_FORM}/draft"
_VERSION = f"{_FORM}/versions/<version>"

ROUTES = (
    Route("GET", _FORMS, forms, "form.read"),
    Route("POST", _FORMS, create_form, "form.publish"),
    Route("GET", _FORM, one_form, "form.read"),
    Route("PATCH", _FORM, change_form, "form.publish"),
    Route("GET", f"{_FORM}.xml", xform, "form.read"),
    Route("GET", f"{_FORM}.xlsx", workbook, "form.read"),
    Route("GET", f"{_FORM}.xls", old_workbook, "form.read"),
    Route("GET", f"{_FORM}/fields", fields, "form.read"),
    Route("GET", f"{_FORM}/attachments", attachments, "form.read"),
    Route("GET", f"{_FORM}/attachments/<name>", attachment, "form.read"),
    Route("GET", f"{_FORM}/versions", versions, "form.read"),
    Route("GET", _VERSION, one_form, "form.read"),
    Route("GET", f"{_VERSION}.xml", _or_version(xform, ".xml"), "form.read"),
    Route("GET", f"{_VERSION}.xlsx", _or_version(workbook, ".xlsx"), "form.read"),
    Route("GET", f"{_VERSION}.xls", _or_version(old_workbook, ".xls"), "form.read"),
    Route("GET", f"{_VERSION}/fields", fields, "form.read"),
    Route("GET", f"{_VERSION}/attachments", attachments, "form.read"),
    Route("GET", f"{_VERSION}/attachments/<name>", attachment, "form.read"),
    Route("GET", f"{_VERSION}/compare/<other>", compare_versions, "form.read"),
    Route("GET", f"{_VERSION}/compare-draft", compare_versions, "form.read"),
    Route("POST", f"{_VERSION}/publish", republish, "form.publish"),
    Route("GET", _DRAFT, one_draft, "form.read"),
    Route("POST", _DRAFT, create_draft, "form.publish"),
    Route("GET", f"{_DRAFT}.xml", draft_xform, "form.read"),
    Route("GET", f"{_DRAFT}/fields", draft_fields, "form.read"),
    Route("GET", f"{_DRAFT}/attachments", draft_attachments, "form.read"),
    Route("DELETE", _DRAFT, drop_draft, "form.publish"),
    Route("GET", f"{_DRAFT}.xlsx", draft_workbook, "form.read"),
    Route("GET", f"{_DRAFT}.xls", draft_old_workbook, "form.read"),
    Route("GET", f"{_DRAFT}/attachments/<name>", draft_attachment, "form.read"),
    Route("POST", f"{_DRAFT}/attachments/<name>", put_draft_attachment, "form.publish"),
    Route("PATCH", f"{_DRAFT}/attachments/<name>", change_draft_attachment, "form.publish"),
    Route("DELETE", f"{_DRAFT}/attachments/<name>", clear_draft_attachment, "form.publish"),
    Route("POST", f"{_DRAFT}/publish", publish, "form.publish"),
)
