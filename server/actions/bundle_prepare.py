"""A bundle of workbooks read, converted and checked as one program, before anything is published.

Nothing is written here. The heavy parts run in children with limits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from forms import correction_form, letter_sheet, offline
from forms import media as form_media
from forms import schema as form_schema
from forms import xform as form_xml
from forms.converted import Converted
from forms.findings import Finding, Place, has_errors
from forms.office import Office
from forms.schema import Schema
from forms.sop import FormUse, Sop
from server.actions.bundle import Bundle, FormDraft, Upload
from server.actions.bundle_changes import changes, differences
from server.actions.bundle_checks import Changed, Rules, gone_fields, retyped_fields, running_findings
from server.actions.bundle_existing import DRAWN, NOTHING, Existing, find_project, published_schemas, read_existing
from server.actions.bundle_reading import Reader
from server.cases.linking import case_list
from server.cases.sharing import names_somebody
from server.limits.books import as_xlsx, convert_forms
from server.limits.odk_validate import validate_xforms
from server.queries.definitions import Definitions, find_form
from server.sop.check import check, letter_sheets, named_by_none, unheld_roles
from server.sop.clock import Calendar, calendar_of
from server.sop.trials import run_tests

# What a check does, in this order: read the workbooks, convert the forms, try them as a phone would, check the rules.
STAGES = 4


# The zone of an SOP checked before its office has a workbook.
DEFAULT_ZONE = "Asia/Jakarta"


def prepare(
    uploads: Sequence[Upload],
    sources: tuple[Connection, Definitions] | None,
    project_id: int | None,
    begin: Callable[[int], None] = lambda stage: None,
) -> Bundle:
    """Reads, converts and checks the uploads together with what `project_id` (or the office they name) has.

    Without `sources` (a database and its definitions) they are checked for themselves. `begin` is told each of the
    STAGES by its number, from 0, as it begins.
    """
    begin(0)
    uploads = [_readable(upload) for upload in uploads]
    reader = Reader()
    for upload in uploads:
        reader.read(upload)
    reader.refuse_doubles(uploads)
    code = reader.office_code()
    existing = NOTHING
    if sources is not None:
        db, definitions = sources
        existing = read_existing(db, definitions, project_id or find_project(db, code))
    sops = tuple(item for _, item in reader.sops) or existing.sops
    forms = _convert(reader, sops, begin)
    begin(3)
    office = reader.office[1] if reader.office else existing.office
    _check_files(reader, forms, existing, office, sops)
    _check_media(reader, forms, existing, sources)
    _check_reserved(reader, forms, sops)
    _check_office(reader, office, new=sources is not None and existing.project_id is None)
    _check_sops(reader, forms, existing, office)
    _check_types(reader, forms, existing, sources)
    return Bundle(
        tuple(uploads),
        code,
        reader.office,
        tuple(reader.sops),
        tuple(forms),
        tuple(reader.media),
        tuple(changes(sources[0] if sources else None, reader, forms, existing)),
        tuple(reader.findings),
        existing.ticks,
        differences(reader, forms, existing),
    )


def _readable(upload: Upload) -> Upload:
    """The upload with a workbook of old Excel as one of today."""
    data = as_xlsx(upload.data)
    return upload if data is upload.data else replace(upload, data=data, sent=upload.data)


def _convert(reader: Reader, sops: Sequence[Sop], begin: Callable[[int], None]) -> list[FormDraft]:
    """Converts all forms in one child and validates them in one run of ODK Validate."""
    if not reader.forms:
        return []
    begin(1)
    books = [upload for upload in reader.forms if not upload.is_xform]
    converted_books = iter(convert_forms([(upload.data, upload.name) for upload in books]))
    first = [
        form_xml.read(upload.data, upload.name) if upload.is_xform else next(converted_books) for upload in reader.forms
    ]
    made = [
        (upload, _with_prediction(upload, converted, sops))
        for upload, converted in zip(reader.forms, first, strict=True)
    ]
    again = iter(convert_forms([(data, u.name) for u, data in made if data is not None], generated=True))
    drafts = []
    for (upload, data), converted in zip(made, first, strict=True):
        final = next(again) if data is not None else converted
        reader.add(upload.path, converted.findings)
        if data is not None and has_errors(final.findings):
            reader.add(upload.path, final.findings)
        if final.xform is not None and not has_errors(final.findings):
            drafts.append(FormDraft(upload, final, form_schema.read(final.xform)))
        else:
            reader.broken.add(converted.form_id)
    begin(2)
    tried = [(d.converted.xform or "", None if d.upload.is_xform else d.upload.data) for d in drafts]
    verdicts = validate_xforms(tried)
    for draft, findings in zip(drafts, verdicts, strict=True):
        reader.add(draft.upload.path, findings)
    return drafts


def _with_prediction(upload: Upload, converted: Converted, sops: Sequence[Sop]) -> bytes | None:
    """The intake's workbook with the rows that let follow-ups work before the first sync; None for other forms."""
    if converted.xform is None or has_errors(converted.findings) or upload.is_xform:
        return None
    for item in sops:
        use = item.form(converted.form_id)
        if use is None or not use.opens_case:
            continue
        schema = form_schema.read(converted.xform)
        declared = [entity for entity in schema.entities if entity.list == case_list(item.sop_id) and entity.create]
        if not declared:
            return None
        asked = frozenset(question.name for question in schema.questions())
        inside = declared[0].path.rpartition("/")[2]
        return offline.with_rows(upload.data, offline.predicted(item, converted.form_id, asked), inside)
    return None


def _check_files(
    reader: Reader, forms: Sequence[FormDraft], existing: Existing, office: Office | None, sops: Sequence[Sop]
) -> None:
    """Every file a form names must be deliverable: an entity list, shared media of the office, or an upload."""
    known = existing.lists | existing.shared | {upload.name for upload in reader.media}
    known |= {f"{entity.list}.csv" for draft in forms for entity in draft.schema.entities}
    known |= {f"{name}.csv" for name in existing.lists} | {f"{case_list(item.sop_id)}.csv" for item in sops}
    if office is not None:
        known |= set(office.media())
    for draft in forms:
        for file in draft.schema.files:
            carried = file.name in {f.name for f in getattr(existing.forms.get(draft.schema.form_id), "files", ())}
            if file.name not in known and file.kind != "itemsets" and not carried:
                reader.add(draft.upload.path, [missing_file(draft.converted, file.name, file.kind)])
    named = {file.name for draft in forms for file in draft.schema.files}
    for upload in reader.media if len(forms) == len(reader.forms) else ():
        if upload.name not in named:
            reader.add(upload.path, [Finding("bundle.unused_file", "warning", None, {"name": upload.name})])


def missing_file(form: Converted, name: str, kind: str) -> Finding:
    """That nobody has a file the form names. Without a list no phone opens the form; without a picture, a sound or a
    film it is filled all the same."""
    place = form.files.get(name, Place("survey"))
    if kind in ("image", "audio", "video"):
        return Finding("form.shown_missing", "warning", place, {"name": name})
    return Finding("form.media_missing", "error", place, {"name": name})


def _check_reserved(reader: Reader, forms: Sequence[FormDraft], sops: Sequence[Sop]) -> None:
    """Neither a form nor a list may have the name of what the server makes for returned reports (ruling 51)."""
    taken = {correction_form.form_id(item.sop_id) for item in sops}
    for draft in forms:
        lists = {entity.list for entity in draft.schema.entities} | {
            file.name.removesuffix(".csv") for file in draft.schema.files
        }
        names = [name for name in (draft.schema.form_id,) if name in taken]
        for name in (*names, *({correction_form.LIST} & lists)):
            reader.add(draft.upload.path, [Finding("bundle.reserved", "error", Place("settings"), {"name": name})])


def _check_media(
    reader: Reader, forms: Sequence[FormDraft], existing: Existing, sources: tuple[Connection, Definitions] | None
) -> None:
    """Every list that phones get with the forms must open there, and hold what the forms read in it: those uploaded
    now, and those that stay from the version in force or are shared by the office."""
    uploads = {upload.name: upload for upload in reader.media}
    said: dict[str, list[Finding]] = {}
    for draft in forms:
        kept = _kept_files(draft, existing, sources)
        for name, need in form_media.needs(draft.converted.xform or "").items():
            upload = uploads.get(name)
            data = upload.data if upload else kept(name)
            if data is not None:
                found = said.setdefault(upload.path if upload else draft.upload.path, [])
                found += [item for item in form_media.check(name, data, need) if item not in found]
    for path, found in said.items():
        reader.add(path, found)


def _kept_files(
    draft: FormDraft, existing: Existing, sources: tuple[Connection, Definitions] | None
) -> Callable[[str], bytes | None]:
    """The files this form goes on using, by name."""
    if sources is None or existing.project_id is None:
        return lambda name: None
    db, definitions = sources
    found = find_form(db, existing.project_id, draft.schema.form_id)
    files = definitions.files_of(db, existing.project_id, found.current_version_id if found else None)
    return lambda name: definitions.file_bytes(files[name]) if name in files else None


def _check_office(reader: Reader, office: Office | None, *, new: bool) -> None:
    """An SOP goes to the office it names: another one than chosen, or one nobody knows, wants a person's word."""
    for upload, item in reader.sops:
        place = item.row.place("office")
        if office is not None and item.office != office.id:
            more = {"office": item.office, "other": office.id, "title": item.title}
            reader.add(upload.path, [Finding("bundle.other_office", "warning", place, more)])
        elif office is None and new:
            reader.add(upload.path, [Finding("bundle.new_office", "warning", place, {"office": item.office})])


def _check_sops(reader: Reader, forms: Sequence[FormDraft], existing: Existing, office: Office | None) -> None:
    schemas = {**existing.forms, **{draft.schema.form_id: draft.schema for draft in forms}}
    rules = []
    for upload, item in reader.sops:
        missing = [use for use in item.forms if use.form_id not in schemas]
        if missing and all(use.form_id in reader.broken for use in missing):
            # Its rules read answers of these forms: what is wrong there is told first.
            names = ", ".join(use.form_id for use in missing)
            reader.add(
                upload.path, [Finding("bundle.forms_first", "note", None, {"name": item.sop_id, "forms": names})]
            )
            continue
        if missing and not schemas:
            reader.add(upload.path, [_no_form(use) for use in missing])
            continue
        sheets = letter_sheets(reader.books[upload.path])
        rules.append(Rules(upload.path, item, {**DRAWN, **sheets}))
        found = check(item, schemas, rules[-1].letters)
        reader.add(upload.path, found)
        reader.add(upload.path, letter_sheet.read(reader.books[upload.path], item)[1])
        if existing.roles is not None:
            reader.add(upload.path, unheld_roles(item, existing.roles))
        if office is not None:
            known = partial(names_somebody, office, existing.logins)
            reader.add(upload.path, named_by_none(item, schemas, known))
        if has_errors(found):
            # Its rows in `tests` would only repeat the same error in other words.
            continue
        calendar = calendar_of(office, item) if office else Calendar(DEFAULT_ZONE)
        reader.add(upload.path, run_tests(item, calendar, schemas))
    mine = {item.sop_id for _, item in reader.sops}
    for item in existing.sops:
        if item.sop_id in mine:
            continue
        name = f"{item.sop_id} {item.version}"
        rules.append(Rules(name, item, {**DRAWN, **existing.letters[item.sop_id]}))
        if any(item.form(draft.schema.form_id) for draft in forms):
            # A form renamed or changed alone must still serve the SOP in force (checked as one bundle).
            found = check(item, schemas, rules[-1].letters)
            reader.add(name, [f for f in found if f.level == "error"])
    _check_changed(reader, forms, existing, rules, schemas)


def _no_form(use: FormUse) -> Finding:
    return Finding("sop.E01", "error", use.row.place("form_id"), {"name": use.form_id, "problem": "form_file"})


def _check_changed(
    reader: Reader,
    forms: Sequence[FormDraft],
    existing: Existing,
    rules: Sequence[Rules],
    schemas: Mapping[str, Schema],
) -> None:
    """What forms that replace a published version take away from rules, letters, other forms and running cases."""
    xforms = {**existing.xforms, **{draft.schema.form_id: draft.converted.xform or "" for draft in forms}}
    renames = {item.sop.sop_id: item.sop.renames for item in rules}
    for draft in forms:
        old = existing.forms.get(draft.schema.form_id)
        if old is None:
            continue
        changed = Changed(draft.upload.path, old, draft.schema, reader.books.get(draft.upload.path))
        reader.add(draft.upload.path, gone_fields(changed, rules, xforms, schemas))
        reader.add(draft.upload.path, running_findings(changed, existing.running, schemas, renames))


def _check_types(
    reader: Reader, forms: Sequence[FormDraft], existing: Existing, sources: tuple[Connection, Definitions] | None
) -> None:
    """A question keeps its kind over all versions of its form, so that all answers to it stand in one column."""
    if sources is None or existing.project_id is None:
        return
    for draft in forms:
        published = published_schemas(*sources, existing.project_id, draft.schema.form_id)
        if published:
            changed = Changed(draft.upload.path, published[0], draft.schema, reader.books.get(draft.upload.path))
            reader.add(draft.upload.path, retyped_fields(changed, published))
