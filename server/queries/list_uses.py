"""Which forms write an entity list and which read it, so that nothing they need is taken away."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from forms.entities import EntityDeclaration
from server.store.forms import form, form_media, form_version
from server.store.schema import loads


@dataclass(frozen=True, slots=True)
class ListUse:
    """A form that writes or reads a list, in its published version or its `draft`. Of a writer, `repeat` is the path of
    the repeat whose rows it writes (None: the form itself) and `saves` the properties."""

    form_id: str
    title: str
    draft: bool
    repeat: str | None = None
    saves: frozenset[str] = frozenset()


def list_uses(db: Connection, project_id: int, name: str) -> tuple[Sequence[ListUse], Sequence[ListUse]]:
    """The writers and the readers of a list, by form id, published versions first."""
    current = or_(form_version.c.id == form.c.current_version_id, form_version.c.id == form.c.draft_version_id)
    query = (
        select(
            form.c.xml_form_id,
            form_version.c.title,
            (form_version.c.id == form.c.draft_version_id).label("draft"),
            form_version.c.entities,
            form_media.c.name.is_not(None).label("reads"),
        )
        .join(form_version, current)
        .outerjoin(form_media, (form_media.c.form_version_id == form_version.c.id) & (form_media.c.entity_list == name))
        .where(form.c.project_id == project_id)
        .order_by("draft", form.c.xml_form_id)
    )
    writers, readers = [], []
    for form_id, title, draft, declared, reads in db.execute(query):
        for item in map(EntityDeclaration.from_json, loads(declared)):
            if item.list == name:
                saves = frozenset(item.saves.values())
                writers.append(ListUse(form_id, title, bool(draft), item.path or None, saves))
        if reads:
            readers.append(ListUse(form_id, title, bool(draft)))
    return writers, readers
