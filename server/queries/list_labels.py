"""What the codes of choices mean that a form takes from files: officers, areas, institutions, a form's own lists."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from sqlalchemy import Connection

from forms.schema import DEFAULT_LANGUAGE, Field, Labels
from server.queries.definitions import Definitions

# From a question to its choices: {value: labels}.
Choices = Callable[[Field], Mapping[str, Labels]]


def plain_choices(field: Field) -> Mapping[str, Labels]:
    """The choices written in the form itself."""
    return dict(field.choices)


def choices_of(db: Connection, definitions: Definitions, project_id: int, version_id: int | None = None) -> Choices:
    """The choices of a question, those from files included, as the files stand now.

    The office's shared files go before those uploaded with the form version `version_id`, as on
    phones. A question that asks for a case or takes anything else from an entity list has none.
    """

    @lru_cache(maxsize=1)
    def files() -> Mapping[str, str]:
        return definitions.files_of(db, project_id, version_id)

    def choices(field: Field) -> Mapping[str, Labels]:
        if field.choices or not field.choice_list:
            return plain_choices(field)
        blob = files().get(f"{field.choice_list}.csv")
        return {} if blob is None else _Words(definitions.list_file(blob))

    return choices


class _Words(Mapping[str, Labels]):
    """A list file seen as choices, without copying what may be thousands of areas."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def __getitem__(self, value: str) -> Labels:
        return {DEFAULT_LANGUAGE: self._words[value]}

    def __iter__(self):  # type: ignore[no-untyped-def] # as Mapping
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)
