"""What a project already has that a bundle is checked against before it is published."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from forms.office import Office
from forms.schema import Schema
from forms.sop import Sop
from reports import letters
from server.queries.definitions import Definitions
from server.queries.officers import officer_list
from server.sop.check import Letter
from server.sop.check.running import Running
from server.store.cases import case
from server.store.entities import entity_list
from server.store.forms import form, form_version, project_media
from server.store.people import actor, grant, user
from server.store.projects import project, sop_version

MOST_SHOWN = 10
"""Case numbers a finding about running cases names."""


@dataclass(frozen=True, slots=True)
class Existing:
    """What the project already has that a bundle is checked against.

    `sops` those in force, `letters` the sheets of their workbooks by SOP id, `running` every version with open
    cases, `xforms` the published forms, `roles` those somebody active holds (None: no project yet),
    `logins` of everybody active there, `ticks` the warnings accepted with the versions now in force, by their key.
    """

    project_id: int | None
    forms: Mapping[str, Schema]
    lists: frozenset[str]
    shared: frozenset[str]
    sops: tuple[Sop, ...] = ()
    office: Office | None = None
    letters: Mapping[str, Mapping[str, Letter]] = field(default_factory=dict)
    running: tuple[Running, ...] = ()
    xforms: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    logins: frozenset[str] = frozenset()
    ticks: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


DRAWN: Mapping[str, Letter] = {
    letter.serves: Letter(
        drawn=tuple((None if form == "kasus" else form, name) for form, names in letter.reads.items() for name in names)
    )
    for letter in map(letters.letter, letters.KINDS)
}
"""The letters the program draws, by the document each serves."""
NOTHING = Existing(None, {}, frozenset(), frozenset())


def read_existing(db: Connection, definitions: Definitions, project_id: int | None) -> Existing:
    """The published forms, lists, shared media and SOPs of a project."""
    if project_id is None:
        return NOTHING
    rows = db.execute(
        select(form.c.xml_form_id, form.c.current_version_id).where(
            form.c.project_id == project_id, form.c.current_version_id.is_not(None)
        )
    ).all()
    lists = db.execute(select(entity_list.c.name).where(entity_list.c.project_id == project_id)).scalars()
    shared = db.execute(select(project_media.c.name).where(project_media.c.project_id == project_id)).scalars()
    current = definitions.current_sops(db, project_id)
    return Existing(
        project_id,
        {name: definitions.form_version(version_id).schema for name, version_id in rows},
        frozenset(lists),
        frozenset(shared),
        tuple(found.sop for found in current),
        definitions.office(db, project_id),
        {found.sop.sop_id: found.letters for found in current},
        _running(db, definitions, project_id),
        _xforms(db, [version_id for _, version_id in rows]),
        _held_roles(db, project_id),
        frozenset(login for _, login in officer_list(db, project_id).values()),
        _ticks(db, [found.id for found in current], [version_id for _, version_id in rows]),
    )


def _running(db: Connection, definitions: Definitions, project_id: int) -> tuple[Running, ...]:
    """Every SOP version with open cases, with their number and the first of their case numbers."""
    inside = (case.c.project_id == project_id, case.c.status == "open")
    counted = select(case.c.sop_version_id, func.count()).where(*inside).group_by(case.c.sop_version_id)
    found = []
    for version_id, cases in db.execute(counted).all():
        mine = select(case.c.number).where(*inside, case.c.sop_version_id == version_id)
        numbers = db.execute(mine.order_by(case.c.number).limit(MOST_SHOWN)).scalars()
        version = definitions.sop_version(version_id)
        found.append(Running(version.sop, cases, tuple(numbers), {**DRAWN, **version.letters}))
    return tuple(found)


def published_schemas(db: Connection, definitions: Definitions, project_id: int, form_id: str) -> tuple[Schema, ...]:
    """Every version of a form that was ever published, newest first."""
    query = (
        select(form_version.c.id)
        .join(form, form.c.id == form_version.c.form_id)
        .where(form.c.project_id == project_id, form.c.xml_form_id == form_id, form_version.c.published_at.is_not(None))
        .order_by(form_version.c.published_at.desc(), form_version.c.id.desc())
    )
    return tuple(definitions.form_version(version_id).schema for version_id in db.execute(query).scalars().all())


def _xforms(db: Connection, version_ids: Sequence[int]) -> dict[str, str]:
    query = select(form.c.xml_form_id, form_version.c.xform).join(form, form.c.id == form_version.c.form_id)
    rows = db.execute(query.where(form_version.c.id.in_(version_ids))).all()
    return {row.xml_form_id: row.xform for row in rows}


def _held_roles(db: Connection, project_id: int) -> frozenset[str]:
    active = (
        select(grant.c.role)
        .join(actor, actor.c.id == grant.c.actor_id)
        .join(user, user.c.actor_id == actor.c.id)
        .where(grant.c.project_id == project_id, actor.c.deleted_at.is_(None), user.c.disabled_at.is_(None))
    )
    return frozenset(db.execute(active.distinct()).scalars())


def _ticks(db: Connection, sops: Sequence[int], forms: Sequence[int]) -> dict[str, Mapping[str, object]]:
    texts = [
        *db.execute(select(sop_version.c.accepted).where(sop_version.c.id.in_(sops))).scalars(),
        *db.execute(select(form_version.c.warnings).where(form_version.c.id.in_(forms))).scalars(),
    ]
    # Versions published before ticks had a name under each warning hold plain codes.
    items = (item for text in texts for item in json.loads(text))
    return {item["key"]: item for item in items if isinstance(item, dict) and "key" in item}


def find_project(db: Connection, code: str | None) -> int | None:
    """The project of an office code (ruling 18)."""
    return db.execute(select(project.c.id).where(project.c.code == code)).scalar() if code else None
