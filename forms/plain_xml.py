"""Submissions as phones write them, cut into tags and texts without a parser.

A parser is ready for all of XML and makes an object of every element; most of an export's time went there. What
phones send is elements and text, which cutting at the angle brackets reads as well. Where the XML is more than that,
its reader is told (`None`, `NotPlain`) and takes the parser.
"""

from collections.abc import Callable, Iterator

Tokens = Iterator[tuple[str, str]]
"""Each tag as written, without its brackets (`nama`, `nama /`, `/nama`, `data id="x"`), and the text behind it."""

_DECLARATION = b"<?xml"
# References, line ends that XML makes one, other encodings; comments, CDATA and instructions, where `<` begins no tag.
_MORE = ("&", "\r", "\0", "<!", "<?")
# Attributes saying that an element is no answer.
_TELLING = ("template", "encrypted")


class NotPlain(Exception):
    """Only a parser reads this right."""


def tokens(xml: bytes) -> Tokens | None:
    """The tokens of well-formed XML from its root's tag on; None when only a parser reads it right."""
    if xml.startswith(_DECLARATION):
        declaration, _, xml = xml.partition(b"?>")
        if b"encoding" in declaration and b"utf-8" not in declaration.lower():
            return None
    try:
        text = xml.decode()
    except UnicodeDecodeError:
        return None
    if any(map(text.__contains__, _MORE)):
        return None
    parts = text.replace("<", ">").split(">")
    # Now a `<` only begins a tag. With as many `>`, each ends one: none is in a text or an attribute.
    if len(parts) != 2 * text.count("<") + 1:
        return None
    pairs = iter(parts)
    next(pairs)  # what stands before the first tag
    return zip(pairs, pairs, strict=True)


def name_of(tag: str) -> str:
    """The local name in a start tag that is more than its name. Raises NotPlain."""
    if any(map(tag.__contains__, _TELLING)):
        raise NotPlain
    return tag.split(None, 1)[0].rstrip("/").rpartition(":")[2]


def skip(tokens: Tokens, name_of: Callable[[str], str], tag: str = "") -> None:
    """Goes on behind the end of the element that is open. `tag`: one already taken from inside it. Raises as
    `name_of`."""
    depth = 1
    while True:
        if tag[:1] == "/":
            depth -= 1
            if not depth:
                return
        elif tag:
            name_of(tag)
            depth += tag[-1] != "/"
        tag, _ = next(tokens)
