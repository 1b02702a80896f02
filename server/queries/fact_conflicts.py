"""What two phones wrote differently about one case, each without knowing of the other: the values, who, when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from forms.schema import Field, Labels
from forms.sop import Sop
from server.access import Viewer
from server.cases import privacy
from server.cases.entity_history import Told
from server.cases.privacy import Sight
from server.queries.definitions import Definitions, FormVersion
from server.queries.list_labels import choices_of
from server.queries.row_history import told
from server.queries.scope import names, offices, stands_in_for
from server.sop.state import CaseState
from server.store.entities import entity_version, read_entity
from server.store.forms import form
from server.store.submissions import revision, submission

HARD = "hard"


@dataclass(frozen=True, slots=True)
class Said:
    """What one form wrote into the case's row: `version` is the row's that it made.

    `shown` is the value as people read it, by language, masked where it tells who somebody is; `form` and `question`
    (its name) where it was asked; `submission` its number; `stands`: phones have this value now.
    """

    version: int
    value: str
    shown: Labels
    by: str
    at: str
    form: str
    question: str
    instance_id: str
    submission: int | None
    stands: bool


@dataclass(frozen=True, slots=True)
class FactConflict:
    """A fact with different values, and what the question is called by language; the oldest value first."""

    name: str
    labels: Labels
    said: tuple[Said, ...]


def fact_conflicts(
    db: Connection, definitions: Definitions, project_id: int, case_id: str, sight: Sight = "listed"
) -> tuple[FactConflict, ...]:
    """The facts of a case that nobody has settled; costs one read by key where there are none."""
    row = read_entity(db, case_id)
    if row is None or row.conflict != HARD:
        return ()
    query = (
        select(
            entity_version,
            revision.c.form_version_id,
            submission.c.id.label("submission_id"),
            submission.c.instance_id,
            form.c.xml_form_id,
        )
        .outerjoin(revision, revision.c.id == entity_version.c.revision_id)
        .outerjoin(submission, submission.c.id == revision.c.submission_id)
        .outerjoin(form, form.c.id == submission.c.form_id)
        .where(entity_version.c.entity_id == case_id)
        .order_by(entity_version.c.version)
    )
    kept = db.execute(query).all()
    versions = {one.version: one for one in kept}
    people = names(db, (one.creator_id for one in kept))
    found = _differing(told(db, case_id, kept, in_conflict=True))
    reader = _Reader(db, definitions, project_id, people, sight)
    return tuple(
        reader.conflict(name, {versions[version]: value for version, value in said.items()}, row.data.get(name))
        for name, said in sorted(found.items())
    )


def may_choose(db: Connection, viewer: Viewer, project_id: int, program: Sop, state: CaseState, now: datetime) -> bool:
    """Whether this person may say what holds: the case's manager, who stands in for them, or who may lead the case
    elsewhere."""
    held = viewer.roles_in(project_id)
    if any(role.may_override and role.name in held for role in program.roles):
        return True
    places = [place for place in offices(db, viewer, "case.act") if place.id == project_id]
    mine = (viewer.id, *stands_in_for(db, viewer, places, now).get(project_id, ()))
    return bool(places) and state.manager in tuple(map(str, mine))


def _differing(versions: Iterable[Told]) -> dict[str, dict[int, str]]:
    """{fact: {version: value}} of every fact in an open conflict, each value where it was written last."""
    before: list[Told] = []
    found: dict[str, dict[str, int]] = {}
    for one in versions:
        before.append(one)
        if one.conflict != HARD or one.resolved:
            continue
        for name in one.conflicting:
            values = found.setdefault(name, {})
            values.update((other.written.changed[name], other.written.version) for other in _against(one, before, name))
            values[one.received[name]] = one.written.version
    return {name: dict(sorted((version, value) for value, version in values.items())) for name, values in found.items()}


def _against(one: Told, before: Iterable[Told], name: str) -> Iterator[Told]:
    """The versions others made since the form began that wrote this fact too."""
    for other in before:
        foreign = one.written.branch is None or other.written.branch != one.written.branch
        if other is not one and other.written.version > (one.base or 0) and foreign and name in other.written.changed:
            yield other


class _Reader:
    """Puts what versions say into people's words."""

    def __init__(
        self, db: Connection, definitions: Definitions, project_id: int, people: Mapping[int, str], sight: Sight
    ) -> None:
        self._sight = sight
        self._db = db
        self._definitions = definitions
        self._project_id = project_id
        self._people = people

    def conflict(self, name: str, said: Mapping[Row, str], now: str | None) -> FactConflict:
        asked = {one: self._question(one, name) for one in said}
        labels = next((field.labels for field in asked.values() if field and field.labels), {})
        return FactConflict(name, labels, tuple(self._said(name, one, asked[one], said[one], now) for one in said))

    def _question(self, one: Row, name: str) -> Field | None:
        """The question whose answer the form keeps under this name."""
        version = self._version(one)
        saves = ((path, to) for block in version.schema.entities for path, to in block.saves.items()) if version else ()
        path = next((path for path, to in saves if to == name), None)
        return version.schema.field(path) if version and path else None

    def _version(self, one: Row) -> FormVersion | None:
        return self._definitions.form_version(one.form_version_id) if one.form_version_id else None

    def _said(self, name: str, one: Row, field: Field | None, value: str, now: str | None) -> Said:
        return Said(
            version=one.version,
            value=value,
            shown=self._shown(name, one, field, value),
            by=self._people.get(one.creator_id, ""),
            at=one.created_at,
            form=one.xml_form_id or "",
            question=field.name if field else "",
            instance_id=one.instance_id or "",
            submission=one.submission_id,
            stands=value == now,
        )

    def _shown(self, name: str, one: Row, field: Field | None, value: str) -> Labels:
        kind = privacy.seen_as(field, self._sight) if field else privacy.stray(f"/{name}")
        masked = privacy.on_page(kind, value, self._sight)
        if field is None or masked != value:
            return {} if masked == value else {"": masked}
        return choices_of(self._db, self._definitions, self._project_id, one.form_version_id)(field).get(value, {})
