"""One submission as an event of one case, and what follows from it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, select

from forms.entities import EntityAct
from forms.renames import with_old_names
from forms.sop import FormUse
from forms.values import Answers, text
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.actions.received import Received
from server.cases.linking import (
    Link,
    derived_id,
    uuid_of,
)
from server.queries.definitions import Definitions, SopVersion
from server.sop.events import Event
from server.sop.settle import Settled
from server.store.hot import Hot
from server.store.submissions import Known, revision

FORMS = ("submission", "submission_edit")


# A phone that lost its clock writes 1970 or 1980; no act Alur handles lies before this day.
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Placement:
    """The prepared work for one case: the file as read, the new event, what follows from it.

    `named` is the id the form wrote, where that case has been merged into this one since; `key` and `row` are
    those of its link.
    """

    file: CaseFile
    event: Event
    settled: Settled
    act: EntityAct | None
    search: tuple[str, ...]
    named: str | None = None
    key: str = ""
    row: int | None = None


_EARLIER = Hot(
    select(func.count())
    .select_from(revision)
    .where(revision.c.submission_id == bindparam("submission"), revision.c.id <= bindparam("base"))
)


def placement(
    db: Connection,
    definitions: Definitions,
    file: CaseFile,
    received: Received,
    link: Link,
    *,
    linked: str | None,
    in_force: SopVersion | None = None,
) -> Placement:
    """The submission as an event of this case, and what follows from it.

    `linked`: what the form named instead, when a person put it into this case; `in_force`: the version new cases
    of the SOP begin under, if known: cases that run under it call everything as the form does.
    """
    use = file.sop.sop.form(received.form.xml_form_id)
    zone = definitions.calendar(db, file.project_id, file.sop.id).tz
    answers = link.answers or {}
    if file.revision and (in_force is None or in_force.id != file.sop.id):
        answers = with_old_names(definitions.renames(db, file.sop), received.form.xml_form_id, answers)
    new = _event(db, file, use, received, answers, zone)
    if linked is not None:
        new = replace(new, data={**new.data, "linked": linked})
    if named := _named(db, file, received, link.case_id if linked is None else None):
        new = replace(new, data={**new.data, "named": named})
    settled = case_file.refold(db, definitions, file, new)
    person = use.person_fields if use else ()
    words = tuple(str(answers[name]) for name in person if answers.get(name))
    act = link.act
    if act and named:
        # Versions of the merged case's row say nothing about this one's.
        act = replace(act, base_version=None, trunk_version=None, branch_id=None)
    elif act and uuid_of(act.id) not in (file.id, None):
        act = None
    return Placement(file, new, settled, act, words, named, link.key, link.row)


def _named(db: Connection, file: CaseFile, received: Received, wanted: str | None) -> str | None:
    """The merged case a submission belongs to, of those that went into this one: the one its earlier revisions
    belong to, or the one it names. It goes with that case when the two are parted."""
    if not file.revision:
        return None
    if received.base:
        which = (received.form.xml_form_id, received.root)
        earlier = [e for e in file.events if e.type in FORMS and (e.form, e.instance_id) == which]
        if last := max(earlier, key=lambda e: (e.received_at, e.id), default=None):
            return belongs_to(last)
    if wanted and wanted != file.id and case_file.survivor_of(db, wanted) == file.id:
        return wanted
    return None


def belongs_to(event: Event) -> str | None:
    """The case an event would go with if merged cases were parted; None: the one that stays."""
    return event.case or text(event.data.get("named") or "") or None


def _number(db: Connection, base: Known | None) -> int:
    """Which revision of its submission this is, wherever the earlier ones are: 0 the first."""
    if base is None:
        return 0
    return int(_EARLIER.first(db, {"submission": base.submission_id, "base": base.id})[0])


def _event(
    db: Connection, file: CaseFile, use: FormUse | None, received: Received, answers: Answers, zone: ZoneInfo
) -> Event:
    form_id = received.form.xml_form_id
    claimed = (answers.get(use.event_date) if use and use.event_date else None) or answers.get("end")
    effective, data = _effective(claimed, received.at.astimezone(zone).date(), zone)
    return Event(
        id=derived_id("event", file.id, form_id, received.head.instance_id),
        type="submission_edit" if received.base else "submission",
        effective=effective,
        received_at=case_file.arrival(file, received.at),
        actor=str(received.sender.viewer.id),
        instance_id=received.root,
        revision=_number(db, received.base),
        form=form_id,
        answers=answers,
        data=data,
    )


def _effective(claimed: object, today: date, zone: ZoneInfo) -> tuple[date, dict[str, object]]:
    """The day of the act. A day after arrival, or before any phone was made, is a wrong device clock: it
    counts as arrival and is noted."""
    day: date | None = None
    if isinstance(claimed, datetime):
        day = claimed.astimezone(zone).date() if claimed.tzinfo else claimed.date()
    elif isinstance(claimed, date):
        day = claimed
    if day is None:
        return today, {}
    if day > today or day < FIRST_DAY:
        return today, {"clock": day.isoformat()}
    return day, {}
