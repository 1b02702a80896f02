"""The forms of the viewer's offices, drafts that were never published included."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, func, select

from server.access import Viewer
from server.queries.narrowing import CAP
from server.queries.scope import OfficeRow, offices, within
from server.store.cases import task
from server.store.database import Store
from server.store.forms import form, form_version
from server.store.schema import loads
from server.store.submissions import submission

STATES = ("open", "closing", "closed")


@dataclass(frozen=True, slots=True)
class FormFilter:
    """What is looked for: words of title or id, one state of STATES ('' any), one office, only forms with a draft."""

    q: str = ""
    state: str = ""
    office: int | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class FormItem:
    """One form. `version` is None before the first publication, `draft` while there is none.

    `count` of submissions goes to CAP + 1, `last` is when the newest came; `waiting` submissions wait for a person;
    `findings`: warnings somebody published the live version in spite of.
    """

    id: int
    code: str
    title: str
    office: OfficeRow
    state: str
    version: str | None
    draft: str | None
    count: int
    last: str | None
    waiting: int
    findings: int


@dataclass(frozen=True, slots=True)
class FormList:
    """The forms that match, by office and title. `total`: how many there are without the filter; `publishing`: the
    offices in which the viewer may publish, `may_publish` also somebody with all offices before there is any."""

    filter: FormFilter
    items: tuple[FormItem, ...]
    total: int
    offices: tuple[OfficeRow, ...]
    publishing: tuple[OfficeRow, ...]
    may_publish: bool


def form_list(store: Store, viewer: Viewer, wanted: FormFilter) -> FormList:
    """The forms of all offices in which the viewer may read forms."""
    with store.read() as db:
        allowed = offices(db, viewer, "form.read")
        places = {place.id: place for place in allowed}
        publishing = offices(db, viewer, "form.publish")
        live, draft = form_version.alias("live"), form_version.alias("draft")
        shown = func.coalesce(live.c.title, draft.c.title)
        query = (
            select(
                form,
                shown.label("title"),
                live.c.version,
                live.c.warnings,
                draft.c.version.label("draft"),
            )
            .outerjoin(live, live.c.id == form.c.current_version_id)
            .outerjoin(draft, draft.c.id == form.c.draft_version_id)
            .where(within(form.c.project_id, allowed), shown.is_not(None))
            .order_by(form.c.project_id, shown, form.c.id)
        )
        rows = db.execute(query).all()
        found = [row for row in rows if _matches(row, wanted)]
        waiting = _waiting(db, allowed)
        items = tuple(_item(db, row, places[row.project_id], waiting) for row in found)
    may = viewer.may("form.publish", None) or bool(publishing)
    return FormList(wanted, items, len(rows), allowed, publishing, may)


def _matches(row: Row, wanted: FormFilter) -> bool:
    text = f"{row.title} {row.xml_form_id}".casefold()
    return (
        all(word in text for word in wanted.q.casefold().split())
        and wanted.state in ("", row.state)
        and wanted.office in (None, row.project_id)
        and (row.draft is not None or not wanted.draft)
    )


def _waiting(db: Connection, places: tuple[OfficeRow, ...]) -> dict[tuple[int, str], int]:
    """Submissions that wait for a person, by office and form id."""
    query = (
        select(task.c.project_id, task.c.form, func.count(func.distinct(task.c.revision_id)))
        .where(within(task.c.project_id, places), task.c.done_at.is_(None), task.c.revision_id.is_not(None))
        .group_by(task.c.project_id, task.c.form)
    )
    return {(row[0], row[1]): int(row[2]) for row in db.execute(query)}


def _item(db: Connection, row: Row, place: OfficeRow, waiting: dict[tuple[int, str], int]) -> FormItem:
    here = (submission.c.form_id == row.id, submission.c.deleted_at.is_(None))
    some = select(submission.c.id).where(*here).limit(CAP + 1).subquery()
    newest = select(submission.c.created_at).where(*here)
    newest = newest.order_by(submission.c.created_at.desc(), submission.c.id.desc()).limit(1)
    return FormItem(
        id=row.id,
        code=row.xml_form_id,
        title=row.title,
        office=place,
        state=row.state,
        version=row.version,
        draft=row.draft,
        count=int(db.execute(select(func.count()).select_from(some)).scalar_one()),
        last=db.execute(newest).scalar(),
        waiting=waiting.get((row.project_id, row.xml_form_id), 0),
        findings=len(loads(row.warnings)) if row.warnings else 0,
    )
