"""A submission as somebody of the office corrects it in a browser: its newest answers, files and lists."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from lxml import etree
from sqlalchemy import Connection, Row, select

from forms import browser
from forms import submission as submission_xml
from forms.correction_form import SUFFIX
from forms.schema import Field, Labels, Schema, local
from forms.submission import SubmissionError
from server.access import Viewer, require
from server.problems import Problem
from server.queries import phone, phone_lists
from server.queries.browser_form import BrowserForm, form_of_version
from server.queries.definitions import Definitions
from server.queries.instances import cases_of
from server.queries.masking import extent_of
from server.queries.phone import MediaBytes
from server.queries.submission_reading import read_answers
from server.store import Store
from server.store.forms import form, form_version
from server.store.reading import log_read
from server.store.submissions import attachment, revision, submission

MOST_NAMED = 500
"""Rows of a list one submission may name and still find on its page; a form names a handful."""


@dataclass(frozen=True, slots=True)
class BrowserEdit:
    """A submission to correct. `refused`: why it cannot be here, '' when it can: `encrypted`, `untyped` (its version
    of the form is not here), `correction` (it corrects another one), `closed`, or the code of a gap of the browser.

    `hides`: a reason is wanted first, since answers are masked to this person at first sight; then `xml` is empty.
    `files` are the names its answers mention, `missing` those that have not come; `labels` of the questions
    asked, and the `repeats`, by path.
    """

    submission_id: int
    instance_id: str
    project_id: int
    form_id: str
    form: BrowserForm | None
    refused: str
    hides: bool = False
    xml: str = ""
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    labels: Mapping[str, Labels] = field(default_factory=dict)
    repeats: tuple[str, ...] = ()


def browser_edit(
    store: Store, definitions: Definitions, viewer: Viewer, submission_id: int, address: str | None, *, reason: str = ""
) -> BrowserEdit:
    """The newest revision of a submission for who may read and send such; logged as a read, with the reason when one
    was needed. Raises `request.not_found`."""
    with store.read() as db:
        row = _newest(db, viewer, submission_id)
        base = (row.id, row.root, row.project_id, row.xml_form_id)
        refused, schema = _why_not(definitions, row)
        if schema is None:
            return BrowserEdit(*base, None, refused)
        shown = form_of_version(db, definitions, row.form_version_id)
        if shown.closed:
            return BrowserEdit(*base, shown, shown.closed)
        root = submission_xml.parse(bytes(row.xml))
        hides = read_answers(schema, submission_xml.read(root, schema), _no_choices, "close").hides
        # Who may not have everything opens what was sent to a reason, whatever it is about (decision 33).
        if not reason and (hides or extent_of(store, viewer, row.project_id) != "whole"):
            return BrowserEdit(*base, shown, "", hides=True)
        kept = select(attachment.c.name, attachment.c.blob, attachment.c.expected)
        kept = kept.where(attachment.c.revision_id == row.revision_id, attachment.c.expected == 1)
        files = db.execute(kept.order_by(attachment.c.name)).all()
        case = cases_of(db, row.project_id, row.xml_form_id, [row.root]).get(row.root)
    what = f"unmasked:{row.root} {reason}" if reason else f"submission:{row.root}"
    log_read(store, viewer.id, row.project_id, case.id if case else None, what, address)
    there = [file.name for file in files if file.blob is not None]
    # Also what is no file of the submission, as the picture a drawing begins with.
    told = _answers(bytes(row.xml), whole=True)
    named = [text for asked in schema.fields if asked.binary for text in told.get(asked.path, ()) if text]
    names = dict.fromkeys([*(file.name for file in files), *named])
    return BrowserEdit(
        *base,
        shown,
        "",
        xml=bytes(row.xml).decode(),
        files=tuple(names),
        missing=tuple(name for name in names if name not in there),
        labels={asked.path: asked.labels for asked in schema.fields if asked.labels and asked.kind == "field"},
        repeats=tuple(asked.path for asked in schema.fields if asked.kind == "repeat"),
    )


def _no_choices(_asked: Field) -> Mapping[str, Labels]:
    """What answers are called does not matter here."""
    return {}


def _newest(db: Connection, viewer: Viewer, submission_id: int) -> Row:
    query = (
        select(
            submission.c.id,
            submission.c.instance_id.label("root"),
            submission.c.project_id,
            submission.c.revision_id,
            form.c.xml_form_id,
            form.c.state,
            revision.c.form_version_id,
            revision.c.xml,
        )
        .join(form, form.c.id == submission.c.form_id)
        .join(revision, revision.c.id == submission.c.revision_id)
        .where(submission.c.id == submission_id, submission.c.deleted_at.is_(None))
    )
    row = db.execute(query).first()
    if row is None:
        raise Problem("request.not_found")
    require(viewer, "submission.read", row.project_id)
    require(viewer, "submission.create", row.project_id)
    return row


def _why_not(definitions: Definitions, row: Row) -> tuple[str, Schema | None]:
    """Why this revision cannot be corrected here, else its schema."""
    try:
        if submission_xml.head(bytes(row.xml), instance_id_optional=True).encrypted:
            return "encrypted", None
    except SubmissionError:
        return "untyped", None
    if row.form_version_id is None:
        return "untyped", None
    if row.xml_form_id.endswith(SUFFIX):
        return "correction", None
    if row.state == "closed":
        return "closed", None
    return "", definitions.form_version(row.form_version_id).schema


def edit_xform(store: Store, definitions: Definitions, viewer: Viewer, submission_id: int) -> str:
    """The form of a submission, whose lists go on offering what it names. Raises `request.not_found`."""
    with store.read() as db:
        row = _newest(db, viewer, submission_id)
        refused, _schema = _why_not(definitions, row)
        if refused:
            raise Problem("request.not_found")
        query = select(form_version.c.xform).where(form_version.c.id == row.form_version_id)
        xform = str(db.execute(query).scalar_one())
    return browser.keeping_choices(xform, _answers(bytes(row.xml)))


def _answers(xml: bytes, *, whole: bool = False) -> dict[str, list[str]]:
    """What is answered, by path below the root, in words or as a `whole`; of a repeat the answers of all rows."""
    found: dict[str, list[str]] = {}

    def walk(element: etree._Element, path: str) -> None:
        for child in element.iterchildren(etree.Element):
            here = f"{path}/{local(child.tag)}"
            text = (child.text or "").strip()
            found.setdefault(here, []).extend([text] if whole else text.split())
            walk(child, here)

    walk(submission_xml.parse(xml), "")
    return found


def edit_file(store: Store, viewer: Viewer, submission_id: int, name: str) -> MediaBytes:
    """A file beside the form of a submission as this person may have it. A list holds also the rows the submission
    names: the form drops a choice that is not offered (ruling 22). Raises `request.not_found`."""
    with store.read() as db:
        row = _newest(db, viewer, submission_id)
        if row.form_version_id is None:
            raise Problem("request.not_found")
        named = _texts(bytes(row.xml))
    found = phone.media(store, viewer, row.project_id, row.form_version_id, name)
    if not isinstance(found.text, bytes) or not named:
        return found
    with store.read() as db:
        text = phone_lists.rows_beside(db, row.project_id, name.removesuffix(".csv"), found.text, named)
    return MediaBytes(hashlib.md5(text, usedforsecurity=False).hexdigest(), text=text)


def _texts(xml: bytes) -> list[str]:
    """The words of all answers and attributes: among them the ids of chosen rows."""
    elements = submission_xml.parse(xml).iter(etree.Element)
    told = chain.from_iterable((element.text or "", *element.attrib.values()) for element in elements)
    return list(dict.fromkeys(word for text in told for word in str(text).split() if len(word) == 36))[:MOST_NAMED]


def edited_in(store: Store, viewer: Viewer, submission_id: int) -> int:
    """The office whose submission somebody is about to send an edit of. Raises `request.not_found`, `access.denied`."""
    with store.read() as db:
        return int(_newest(db, viewer, submission_id).project_id)


def check_edit(store: Store, viewer: Viewer, submission_id: int, xml: bytes) -> None:
    """Raises `submission.edit_base_unknown` for an edit of another submission, `request.missing` for none,
    `request.bad_value` for another form, `submission.case_lost`, and `submission.*` for what is no submission."""
    try:
        head = submission_xml.head(xml, instance_id_optional=True)
    except SubmissionError as error:
        raise Problem(f"submission.{error.code}", findings=(), **error.details) from None
    with store.read() as db:
        row = _newest(db, viewer, submission_id)
        if head.form_id != row.xml_form_id:
            raise Problem("request.bad_value", field="form ID", value=head.form_id[:100], reason=row.xml_form_id)
        if head.deprecated_id is None:
            raise Problem("request.missing", field="deprecatedID")
        base = select(revision.c.id).where(
            revision.c.submission_id == row.id, revision.c.instance_id == head.deprecated_id
        )
        if db.execute(base).first() is None:
            raise Problem("submission.edit_base_unknown", base=head.deprecated_id)
        if _case_lost(_answers(bytes(row.xml)), _answers(xml)):
            raise Problem("submission.case_lost")


def _case_lost(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> bool:
    """Whether a question that named a case names none any more: a browser that lost the list, nobody's wish."""
    return any(values and not after.get(path) for path, values in before.items() if path.endswith("/kasus_id"))
