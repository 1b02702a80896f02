"""What an edit changed: two submissions of one form side by side, answer by answer."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from forms.schema import local
from forms.submission import parse

Content = str | dict[str, object]
"""An answer's text, or everything below a group or a row: {name: content}, what is repeated as a list."""
Step = str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that is not as it was. `old` is None where there was nothing, `new` where nothing is left.

    `path` leads there from below the root; a row of a repeat is (name, index from 0).
    """

    path: tuple[Step, ...]
    old: Content | None
    new: Content | None

    @property
    def field(self) -> str:
        """The question's path as the form's schema has it (`/keluarga/anak/nama`)."""
        return "".join(f"/{step if isinstance(step, str) else step[0]}" for step in self.path)


def differences(old: bytes, new: bytes, repeats: Collection[str] = ()) -> list[Difference]:
    """What is different in `new`, in its order; then what only `old` has.

    `repeats` are the schema's paths of repeats, so that a single row is numbered too. Values are the exact
    texts; blank text between elements and attributes are no answers. Raises what `forms.submission.parse` raises.
    """
    return list(_below(parse(old), parse(new), "", (), frozenset(repeats)))


def _below(
    old: etree._Element, new: etree._Element, path: str, here: tuple[Step, ...], repeats: frozenset[str]
) -> Iterator[Difference]:
    before, after = _children(old), _children(new)
    for name in dict.fromkeys((*after, *before)):
        olds, news = before.get(name, []), after.get(name, [])
        below = f"{path}/{name}"
        many = below in repeats or len(olds) > 1 or len(news) > 1
        for index in range(max(len(olds), len(news))):
            step: Step = (name, index) if many else name
            yield from _at(_nth(olds, index), _nth(news, index), below, (*here, step), repeats)


def _at(
    old: etree._Element | None,
    new: etree._Element | None,
    path: str,
    here: tuple[Step, ...],
    repeats: frozenset[str],
) -> Iterator[Difference]:
    if old is not None and new is not None and len(old) and len(new):
        yield from _below(old, new, path, here, repeats)
        return
    was, now = _content(old), _content(new)
    if was != now:
        yield Difference(here, was, now)


def _children(element: etree._Element) -> dict[str, list[etree._Element]]:
    found: dict[str, list[etree._Element]] = {}
    for child in element:
        found.setdefault(local(child.tag), []).append(child)
    return found


def _nth(items: list[etree._Element], index: int) -> etree._Element | None:
    return items[index] if index < len(items) else None


def _content(element: etree._Element | None) -> Content | None:
    if element is None:
        return None
    if not len(element):
        return element.text or ""
    told: dict[str, object] = {}
    for name, items in _children(element).items():
        contents = [_content(item) for item in items]
        told[name] = contents if len(contents) > 1 else contents[0]
    return told
