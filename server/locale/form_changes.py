"""What changed between two versions of a form in words, the same for programs and pages."""

from forms.compare import Change
from forms.findings import Place
from server.locale import knows, say


def words(change: Change, language: str) -> str:
    """One sentence: what changed; before and after stand beside it where they are texts or rules."""
    key = f"form_change.{change.subject}.{change.act}"
    if knows(f"{key}.{change.what}"):
        key = f"{key}.{change.what}"
    column = f"form_change.column.{change.what}"
    what = say(language, column) if knows(column) else change.what
    return say(
        language,
        key,
        name=change.name,
        list=change.path,
        what=what,
        tongue=f" ({change.language})" if change.language else "",
        old=kind(change.old, language) if change.act == "retyped" else change.old or say(language, "form_change.top"),
        new=kind(change.new, language) if change.act == "retyped" else change.new or say(language, "form_change.top"),
    )


def shows_both(change: Change) -> bool:
    """Whether before and after are texts or rules to show beside the sentence, which does not say them."""
    return change.act in ("changed", "added", "removed") and change.subject != "question" and change.old != change.new


def as_json(change: Change, language: str) -> dict[str, object]:
    """A change as programs read it."""
    return {
        "subject": change.subject,
        "act": change.act,
        "path": change.path,
        "name": change.name,
        "what": change.what or None,
        "language": change.language or None,
        "old": change.old or None,
        "new": change.new or None,
        "breaking": change.breaking,
        "place": _address(change.place),
        "oldPlace": _address(change.old_place),
        "message": words(change, language),
    }


def _address(place: Place | None) -> str | None:
    return place.address if place else None


def kind(name: str, language: str) -> str:
    """The type of a question as authors call it; the type itself where the catalogue has no word."""
    key = f"form_change.kind.{name}"
    return say(language, key) if knows(key) else name
