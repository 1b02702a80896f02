"""The words of forms for letters: which label a choice had where it was answered."""

from functools import lru_cache

from sqlalchemy import Connection

from forms.schema import Field, pick_label
from server.cases.letter import Label
from server.queries.definitions import Definitions, find_form
from server.queries.list_labels import Choices, choices_of, plain_choices


def labels(db: Connection, definitions: Definitions, project_id: int, language: str = "id") -> Label:
    """Turns `(form, question, answer)` into words by the project's published forms and list files;
    unknown ones stay as they are."""

    @lru_cache(maxsize=64)
    def questions(form: str) -> tuple[dict[str, Field], Choices]:
        found = find_form(db, project_id, form)
        if found is None or found.current_version_id is None:
            return {}, plain_choices
        fields = definitions.form_version(found.current_version_id).schema.fields
        asked = {field.name: field for field in fields if field.choices or field.choice_list}
        return asked, choices_of(db, definitions, project_id, found.current_version_id)

    def label(form: str, name: str, value: str) -> str:
        asked, choices = questions(form)
        field = asked.get(name)
        if field is None:
            return value
        known = choices(field)
        parts = value.split() if field.select_multiple else [value]
        return ", ".join((pick_label(known[part], language) if part in known else "") or part for part in parts)

    return label
