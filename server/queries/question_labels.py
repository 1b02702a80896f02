"""How the project's published forms ask a question, for sentences that quote a rule's inputs."""

from collections.abc import Callable

from forms.schema import Field
from forms.sop import Sop
from server.queries.definitions import definitions_of, find_form
from server.store import Store

Question = Callable[[str, str | None], str]
Choice = Callable[[str, str | None, str], str]


def question_labels(store: Store, project_id: int, sop: Sop, language: str) -> Question:
    """Turns a field name, and the form it is qualified by if any, into the label of the first form that asks it."""
    find = _finder(store, project_id, sop)

    def label(field: str, form: str | None) -> str:
        asked = find(field, form)
        return asked.label(language) if asked and asked.labels else field

    return label


def choice_labels(store: Store, project_id: int, sop: Sop, language: str) -> Choice:
    """Turns an answer of such a field into what the form calls it; several choices are joined by commas. What is no
    choice stays as it is."""
    find = _finder(store, project_id, sop)

    def label(field: str, form: str | None, value: str) -> str:
        asked = find(field, form)
        if asked is None or not asked.choices:
            return value
        return ", ".join(asked.choice_label(one, language) for one in value.split()) if value else value

    return label


def _finder(store: Store, project_id: int, sop: Sop) -> Callable[[str, str | None], Field | None]:
    """Finds the question of a name in the published forms of an SOP: in the one named, else in the first that asks."""
    definitions = definitions_of(store)
    with store.read() as db:
        found = {use.form_id: find_form(db, project_id, use.form_id) for use in sop.forms}
    versions = {form_id: form.current_version_id for form_id, form in found.items() if form and form.current_version_id}

    def find(field: str, form: str | None) -> Field | None:
        for form_id in [form] if form else versions:
            version = versions.get(form_id or "")
            asked = definitions.form_version(version).schema.by_name(field) if version else None
            if asked and (asked.labels or asked.choices):
                return asked
        return None

    return find
