"""What changed between two versions of a form, as pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from forms.compare import Change
from server.locale import form_changes
from server.web.render import language


@dataclass(frozen=True, slots=True)
class Difference:
    """One change of a form: a sentence, its cell, and the texts or rules before and after."""

    text: str
    address: str
    old: str
    new: str
    both: bool


def differences(changes: Iterable[Change]) -> tuple[Difference, ...]:
    """Changes of a form as pages show them."""
    return tuple(
        Difference(
            form_changes.words(change, language()),
            change.place.address if change.place else "",
            change.old,
            change.new,
            form_changes.shows_both(change),
        )
        for change in changes
    )
