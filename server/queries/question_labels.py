"""How the project's published forms ask a question, for sentences that quote a rule's inputs."""

from collections.abc import Callable

from forms.sop import Sop
from server.queries.definitions import definitions_of, find_form
from server.store import Store


def question_labels(store: Store, project_id: int, sop: Sop, language: str) -> Callable[[str, str | None], str]:
    """Turns a field name, and the form it is qualified by if any, into the label of the first form that asks it."""
    definitions = definitions_of(store)
    with store.read() as db:
        found = {use.form_id: find_form(db, project_id, use.form_id) for use in sop.forms}
    versions = {form_id: form.current_version_id for form_id, form in found.items() if form and form.current_version_id}

    def label(field: str, form: str | None) -> str:
        for form_id in [form] if form else versions:
            version = versions.get(form_id or "")
            asked = definitions.form_version(version).schema.by_name(field) if version else None
            if asked and asked.labels:
                return asked.label(language)
        return field

    return label
