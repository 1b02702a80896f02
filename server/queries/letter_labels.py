"""The words of forms for letters: which label a choice had where it was answered."""

from functools import lru_cache

from sqlalchemy import Connection

from forms.schema import Field
from server.cases.letter import Label
from server.queries.definitions import Definitions, find_form


def labels(db: Connection, definitions: Definitions, project_id: int, language: str = "id") -> Label:
    """Turns `(form, question, answer)` into words by the project's published forms; unknown ones stay as they are."""

    @lru_cache(maxsize=64)
    def choices(form: str) -> dict[str, Field]:
        found = find_form(db, project_id, form)
        if found is None or found.current_version_id is None:
            return {}
        fields = definitions.form_version(found.current_version_id).schema.fields
        return {field.name: field for field in fields if field.choices}

    def label(form: str, name: str, value: str) -> str:
        field = choices(form).get(name)
        if field is None:
            return value
        parts = value.split() if field.select_multiple else [value]
        return ", ".join(field.choice_label(part, language) for part in parts)

    return label
