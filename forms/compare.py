"""Two versions of a form side by side: what changed in questions, choices, rules, texts and settings, and where.

Pure: the caller brings the XForms and, where it has them, the workbooks, so that each change names its cells.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from forms import outline
from forms.findings import Place
from forms.outline import Asked, Choice, Outline
from forms.schema import DEFAULT_LANGUAGE
from forms.survey import choice_rows, place_of, rows_by_path
from forms.workbook import Workbook

Subject = Literal["question", "choice", "logic", "text", "form"]
Act = Literal["added", "removed", "moved", "renamed", "retyped", "changed"]

ALIKE = 0.8
"""How alike two names must be for one question to be taken for the other renamed."""

MOST_PAIRS = 20_000
"""Beyond so many names to lay side by side only equal labels tell a question under another name."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a form: its XForm, and its workbook where there is one."""

    xform: str
    book: Workbook | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    subject: question, choice, logic (a rule of a question), text (what is shown), or form (settings, languages, files,
    entity lists). path: of the question in the newer version, of a removed one in the older; the name of the list for
    a choice; `""` for the form. name: of the question or choice. what: the column it stands in (`relevant`, `label`,
    `type` …); a moved question has `group` or `order`. language: of a text. old, new: before and after, `""` for
    nothing. place, old_place: the cells in the newer and the older workbook. breaking: old and new answers cannot
    stand in one column, so publishing is refused (Central's 400.17).
    """

    subject: Subject
    act: Act
    path: str
    name: str
    what: str = ""
    language: str = ""
    old: str = ""
    new: str = ""
    place: Place | None = None
    old_place: Place | None = None
    breaking: bool = False

    def to_json(self) -> dict[str, Any]:
        """As JSON, for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Change":
        """The inverse of `to_json`."""
        places = {name: Place(**value[name]) if value[name] else None for name in ("place", "old_place")}
        return cls(**{**value, **places})


def compare(old: Version, new: Version) -> tuple[Change, ...]:
    """What changed from `old` to `new`, the form itself first, then by question in the newer form's order, then by
    list. Raises ValueError when one is no XForm."""
    return tuple(_Comparison(outline.read(old.xform), outline.read(new.xform), old.book, new.book).changes())


def survives(before: str, after: str) -> bool:
    """Whether answers of the one type can stand in a column of the other: everything but rows can be read as text."""
    return before == after or (after == "string" and before not in ("group", "repeat"))


class _Comparison:
    def __init__(self, old: Outline, new: Outline, old_book: Workbook | None, new_book: Workbook | None) -> None:
        self.old, self.new = old, new
        self.rows, self.old_rows = rows_by_path(new_book), rows_by_path(old_book)
        self.choice_rows, self.old_choice_rows = choice_rows(new_book), choice_rows(old_book)
        self.settings = {"new": _settings(new_book), "old": _settings(old_book)}
        self.languages = _languages(old.languages, new.languages)
        self.pairs = _paired(old, new)

    def changes(self) -> Iterator[Change]:
        yield from self._form()
        earlier = {after: before for before, after in self.pairs.items()}
        moved = self._out_of_order(earlier)
        for path, asked in self.new.asked.items():
            before = self.old.asked[earlier[path]] if path in earlier else None
            if before is None:
                yield self._question("added", None, asked, new=asked.type)
                continue
            yield from self._position(before, asked, path in moved)
            yield from self._kind(before, asked)
            yield from self._rules(before, asked)
            yield from self._texts(before, asked)
        for path, asked in self.old.asked.items():
            if path not in self.pairs:
                yield self._question("removed", asked, None, old=asked.type)
        yield from self._lists()

    # -- the form ---------------------------------------------------------------------------------

    def _form(self) -> Iterator[Change]:
        for what in dict.fromkeys((*self.old.settings, *self.new.settings)):
            before, after = self.old.settings.get(what, ""), self.new.settings.get(what, "")
            if before != after:
                place, old_place = (place_of(self.settings[side], what) for side in ("new", "old"))
                yield Change("form", "changed", "", "", what, "", before, after, place, old_place)
        for what, were, are in (
            ("language", self.old.languages, self.new.languages),
            ("file", self.old.files, self.new.files),
            ("entity_list", tuple(self.old.entities), tuple(self.new.entities)),
        ):
            yield from _came_and_went(what, were, are)
        for name, said in self.new.entities.items():
            before = self.old.entities.get(name, said)
            if before != said:
                yield Change("form", "changed", "", name, "entity_list", "", before, said)

    # -- questions --------------------------------------------------------------------------------

    def _question(
        self, act: Act, before: Asked | None, after: Asked | None, what: str = "", old: str = "", new: str = ""
    ) -> Change:
        asked = after or before
        assert asked is not None
        place = place_of(self.rows.get(after.path), "name") if after else None
        old_place = place_of(self.old_rows.get(before.path), "name") if before else None
        return Change("question", act, asked.path, asked.name, what, "", old, new, place, old_place)

    def _position(self, before: Asked, after: Asked, out_of_order: bool) -> Iterator[Change]:
        if before.name != after.name:
            yield self._question("renamed", before, after, what="name", old=before.name, new=after.name)
        was, now = _parent(before.path), _parent(after.path)
        if self.pairs.get(was, was) != now:
            yield self._question("moved", before, after, what="group", old=was, new=now)
        elif out_of_order:
            yield self._question("moved", before, after, what="order")

    def _kind(self, before: Asked, after: Asked) -> Iterator[Change]:
        if before.type == after.type:
            return
        yield Change(
            "question",
            "retyped",
            after.path,
            after.name,
            "type",
            "",
            before.type,
            after.type,
            place_of(self.rows.get(after.path), "type"),
            place_of(self.old_rows.get(before.path), "type"),
            breaking=before.path == after.path and not survives(before.type, after.type),
        )

    def _rules(self, before: Asked, after: Asked) -> Iterator[Change]:
        for what in sorted(before.logic.keys() | after.logic.keys()):
            was, now = before.logic.get(what, ""), after.logic.get(what, "")
            if was != now:
                yield self._said("logic", before, after, what, "", was, now)
        if before.choices != after.choices and (before.choices or after.choices):
            yield self._said("logic", before, after, "type", "", before.choices or "", after.choices or "")

    def _texts(self, before: Asked, after: Asked) -> Iterator[Change]:
        for what, language, was, now in self._differing(before.texts, after.texts):
            yield self._said("text", before, after, what, language, was, now)

    def _said(
        self, subject: Subject, before: Asked, after: Asked, what: str, language: str, was: str, now: str
    ) -> Change:
        act: Act = "added" if not was else "removed" if not now else "changed"
        place = place_of(self.rows.get(after.path), what, language)
        old_place = place_of(self.old_rows.get(before.path), what, language)
        return Change(subject, act, after.path, after.name, what, language, was, now, place, old_place)

    def _differing(
        self, before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]
    ) -> Iterator[tuple[str, str, str, str]]:
        """Texts of the languages both versions have: column, language, before and after."""
        earlier = {(what, self.languages.get(language, "")): text for (what, language), text in before.items()}
        kept = set(self.languages.values())
        for what, language in dict.fromkeys((*earlier, *after)):
            was, now = earlier.get((what, language), ""), after.get((what, language), "")
            if language in kept and was != now:
                yield what, "" if language == DEFAULT_LANGUAGE else language, was, now

    def _out_of_order(self, earlier: Mapping[str, str]) -> frozenset[str]:
        """Questions that stand elsewhere among their neighbours: the fewest whose moving explains the new order."""
        order = {path: number for number, path in enumerate(self.old.asked)}
        groups: dict[str, list[str]] = {}
        for path in self.new.asked:
            before = earlier.get(path)
            if before is not None and self.pairs.get(_parent(before), _parent(before)) == _parent(path):
                groups.setdefault(_parent(path), []).append(path)
        moved: set[str] = set()
        for paths in groups.values():
            kept = _longest_rising([order[earlier[path]] for path in paths])
            moved.update(path for number, path in enumerate(paths) if number not in kept)
        return frozenset(moved)

    # -- choices ----------------------------------------------------------------------------------

    def _lists(self) -> Iterator[Change]:
        for name in dict.fromkeys((*self.new.lists, *self.old.lists)):
            before = {choice.name: choice for choice in self.old.lists.get(name, ())}
            after = {choice.name: choice for choice in self.new.lists.get(name, ())}
            kept = [choice for choice in after if choice in before]
            places = {choice: number for number, choice in enumerate(before)}
            steady = _longest_rising([places[choice] for choice in kept])
            moved = {choice for number, choice in enumerate(kept) if number not in steady}
            for choice in after.values():
                if choice.name not in before:
                    yield self._choice("added", name, None, choice, new=_label(choice))
                    continue
                if choice.name in moved:
                    yield self._choice("moved", name, before[choice.name], choice, what="order")
                yield from self._same_choice(name, before[choice.name], choice)
            for choice in before.values():
                if choice.name not in after:
                    yield self._choice("removed", name, choice, None, old=_label(choice))

    def _same_choice(self, list_name: str, before: Choice, after: Choice) -> Iterator[Change]:
        for what, language, was, now in self._differing(before.texts, after.texts):
            yield self._choice("changed", list_name, before, after, what=what, language=language, old=was, new=now)
        for what in sorted(before.columns.keys() | after.columns.keys()):
            was, now = before.columns.get(what, ""), after.columns.get(what, "")
            if was != now:
                yield self._choice("changed", list_name, before, after, what=what, old=was, new=now)

    def _choice(
        self,
        act: Act,
        list_name: str,
        before: Choice | None,
        after: Choice | None,
        what: str = "",
        language: str = "",
        old: str = "",
        new: str = "",
    ) -> Change:
        choice = after or before
        assert choice is not None
        column = what if what not in ("", "order") else "name"
        place = place_of(self.choice_rows.get((list_name, after.name)), column, language) if after else None
        old_place = place_of(self.old_choice_rows.get((list_name, before.name)), column, language) if before else None
        return Change("choice", act, list_name, choice.name, what, language, old, new, place, old_place)


def _settings(book: Workbook | None):  # type: ignore[no-untyped-def]  # the row, where there is one
    sheet = book.sheet("settings") if book else None
    return sheet.rows[0] if sheet and sheet.rows else None


def _languages(old: Sequence[str], new: Sequence[str]) -> Mapping[str, str]:
    """Language of the older version -> the same of the newer. Texts without a language count as the first one's."""
    found = {language: language for language in old if language in new}
    if len(old) == 1 and old[0] == DEFAULT_LANGUAGE and DEFAULT_LANGUAGE not in new:
        found[DEFAULT_LANGUAGE] = new[0]
    elif len(new) == 1 and new[0] == DEFAULT_LANGUAGE and DEFAULT_LANGUAGE not in old:
        found[old[0]] = DEFAULT_LANGUAGE
    return found


def _came_and_went(what: str, before: Iterable[str], after: Iterable[str]) -> Iterator[Change]:
    was, now = set(before), set(after)
    yield from (Change("form", "added", "", name, what, new=name) for name in sorted(now - was - {DEFAULT_LANGUAGE}))
    yield from (Change("form", "removed", "", name, what, old=name) for name in sorted(was - now - {DEFAULT_LANGUAGE}))


def _label(choice: Choice) -> str:
    return next((text for (what, _), text in choice.texts.items() if what == "label"), "")


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _paired(old: Outline, new: Outline) -> dict[str, str]:
    """Path in the older version -> path of the same question in the newer: where it stood, in a renamed group, moved
    to another group, or under another name."""
    pairs: dict[str, str] = {}
    for path, asked in old.asked.items():
        above = pairs.get(_parent(path), _parent(path))
        here = f"{above}/{asked.name}"
        if here in new.asked:
            pairs[path] = here
        elif asked.type in ("group", "repeat"):
            group = _renamed_group(old, new, asked, above)
            if group is not None:
                pairs[path] = group
    taken = set(pairs.values())
    gone = [asked for path, asked in old.asked.items() if path not in pairs]
    free = [asked for path, asked in new.asked.items() if path not in taken]
    for find in (_moved_to, _renamed_to):
        for asked in list(gone):
            successor = find(asked, free, gone, pairs)
            if successor is not None:
                pairs[asked.path] = successor.path
                free.remove(successor)
                gone.remove(asked)
    return pairs


def _renamed_group(old: Outline, new: Outline, asked: Asked, above: str) -> str | None:
    """The new group in the same place that holds most of this one's questions."""
    mine = {path[len(asked.path) :] for path in old.asked if path.startswith(f"{asked.path}/")}
    best, share = None, 0.5
    for path, other in new.asked.items():
        if other.type == asked.type and _parent(path) == above and path not in old.asked:
            theirs = {inside[len(path) :] for inside in new.asked if inside.startswith(f"{path}/")}
            common = len(mine & theirs) / max(len(mine | theirs), 1)
            if common > share:
                best, share = path, common
    return best


def _moved_to(asked: Asked, free: Sequence[Asked], gone: Sequence[Asked], pairs: Mapping[str, str]) -> Asked | None:
    same = [other for other in free if other.name == asked.name and other.type == asked.type]
    lost = [other for other in gone if other.name == asked.name and other.type == asked.type]
    return same[0] if len(same) == len(lost) == 1 else None


def _renamed_to(asked: Asked, free: Sequence[Asked], gone: Sequence[Asked], pairs: Mapping[str, str]) -> Asked | None:
    """A question of the same type in the same group that asks the same, or is called nearly the same."""
    above = pairs.get(_parent(asked.path), _parent(asked.path))
    near = [other for other in free if other.type == asked.type and _parent(other.path) == above]
    labels = {text for (what, _), text in asked.texts.items() if what == "label"}
    for other in near:
        if labels & {text for (what, _), text in other.texts.items() if what == "label"}:
            return other
    if len(near) * len(gone) > MOST_PAIRS:
        return None
    named = [(SequenceMatcher(None, asked.name, other.name).ratio(), other.path, other) for other in near]
    best = max(named, default=(0.0, "", None))
    return best[2] if best[0] >= ALIKE else None


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """The places of a longest rising run, gaps allowed."""
    ends: list[int] = []
    tails: list[int] = []
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        at = bisect_left(ends, number)
        before.append(tails[at - 1] if at else None)
        ends[at : at + 1] = [number]
        tails[at : at + 1] = [place]
    found: set[int] = set()
    step = tails[-1] if tails else None
    while step is not None:
        found.add(step)
        step = before[step]
    return frozenset(found)
