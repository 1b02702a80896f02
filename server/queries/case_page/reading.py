"""The rows a case page is made of."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Row, select

from forms import client_audit
from server.access import Viewer
from server.cases.privacy import Sight
from server.queries.case_page.values import Attention, CaseFileItem, FormAnswers, Paper, Person
from server.queries.lineage import current_id, with_merged
from server.store.cases import case, task
from server.store.documents import document
from server.store.forms import form, form_version
from server.store.people import actor, grant, user
from server.store.projects import project, sop
from server.store.submissions import attachment, revision, submission

ATTENTION = ("emergency", "paper_review", "recorded_for_you")
"""Kinds of tasks that are shown on the page of their case."""


def find_case(db: Connection, case_id: str) -> Row | None:
    query = (
        select(case, project.c.name.label("office"), project.c.timezone, sop.c.title)
        .join(project, project.c.id == case.c.project_id)
        .join(sop, (sop.c.project_id == case.c.project_id) & (sop.c.sop_id == case.c.sop_id))
    )
    return db.execute(query.where(case.c.id == current_id(case_id))).first()


def submissions(db: Connection, project_id: int, events: Iterable[Row]) -> dict[str, Row]:
    """The submissions these events of a case of this project came from, by instance id."""
    sent = {(e.form, e.instance_id) for e in events if e.form and e.instance_id}
    if not sent:
        return {}
    # By form too: that is how they are indexed, and another office may have a submission of the same id.
    named = (form.c.project_id == project_id, form.c.xml_form_id.in_({form_id for form_id, _ in sent}))
    query = (
        select(
            submission.c.id,
            submission.c.instance_id,
            submission.c.project_id,
            submission.c.revision_id,
            revision.c.form_version_id.label("version_id"),
            revision.c.received_at,
        )
        .join(revision, revision.c.id == submission.c.revision_id)
        .join(form, form.c.id == submission.c.form_id)
        .where(
            *named, submission.c.instance_id.in_({instance for _, instance in sent}), submission.c.deleted_at.is_(None)
        )
    )
    return {row.instance_id: row for row in db.execute(query)}


def files_of(
    db: Connection, sent: Mapping[str, Row], answers: Iterable[FormAnswers], sight: Sight
) -> tuple[CaseFileItem, ...]:
    """The files of these submissions; hidden are those that answer a hidden question, and to who does not work on the
    case those that answer none."""
    told = {(form.submission_id, one.sent): one.hidden for form in answers for one in form.answers if one.sent}
    unnamed = sight not in ("whole", "close")
    by_revision = {row.revision_id: row for row in sent.values()}
    if not by_revision:
        return ()
    versions = {row.version_id for row in sent.values() if row.version_id is not None}
    found = db.execute(select(form_version.c.id, form_version.c.title).where(form_version.c.id.in_(versions)))
    titles = {row.id: row.title for row in found}
    query = select(attachment).where(attachment.c.revision_id.in_(by_revision))
    return tuple(
        CaseFileItem(
            row.name,
            row.type,
            row.size if row.blob else None,
            by_revision[row.revision_id].id,
            titles.get(by_revision[row.revision_id].version_id, ""),
            row.received_at,
            told.get((by_revision[row.revision_id].id, row.name), unnamed)
            or (row.name == client_audit.FILE and sight != "whole"),
        )
        for row in db.execute(query.order_by(attachment.c.revision_id, attachment.c.name))
    )


def papers_of(db: Connection, case_id: str) -> tuple[Paper, ...]:
    """The documents issued for a case and those merged into it, oldest first."""
    mine = with_merged(document.c.case_id, case_id)
    query = select(document).where(mine).order_by(document.c.dated, document.c.id)
    return tuple(_paper(row) for row in db.execute(query))


def _paper(row: Row) -> Paper:
    place = [*row.key.split("~")[0].split(":"), "", "", ""]
    step, visit, name = place[1:4]
    return Paper(
        row.id,
        row.title,
        row.number,
        row.dated,
        row.status,
        row.blob is not None,
        row.check_code,
        name,
        step,
        int(visit) if visit.isdecimal() else 1,
        row.review is not None,
        row.void_reason,
        row.correction,
    )


def attention_of(db: Connection, viewer: Viewer, project_id: int, case_id: str) -> tuple[Attention, ...]:
    """What waits in front of somebody about this case: emergencies, papers to look at, decisions entered for them."""
    query = select(task).where(task.c.case_id == case_id, task.c.done_at.is_(None), task.c.kind.in_(ATTENTION))
    held = viewer.roles_in(project_id)
    return tuple(
        Attention(
            row.id,
            row.kind,
            row.reason,
            json.loads(row.args),
            row.assignee_id in (None, viewer.id) and (row.role is None or row.role in held),
        )
        for row in db.execute(query.order_by(task.c.created_at, task.c.id))
    )


def officers_of(db: Connection, project_id: int) -> tuple[Person, ...]:
    query = (
        select(actor.c.id, actor.c.display_name)
        .join(user, user.c.actor_id == actor.c.id)
        .join(grant, grant.c.actor_id == actor.c.id)
        .where(grant.c.project_id == project_id, user.c.disabled_at.is_(None))
        .distinct()
        .order_by(actor.c.display_name)
    )
    return tuple(Person(row.id, row.display_name) for row in db.execute(query))
