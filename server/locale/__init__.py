"""The one catalogue of sentences: `server/locale/<language>/<topic>.toml`, keys as `case.next`.

Doors render codes with it; nothing below a door knows a sentence. A sentence names its arguments
in braces (`{number}`), and words that hang on how many as `{number:file|files}` (one, any other number); a missing key
is a defect and raises in tests (`strict`).
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("id", "en")
_FOLDER = Path(__file__).parent
_COUNTED = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")


def _flatten(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat.update(_flatten(value, f"{name}."))
        else:
            flat[name.removesuffix("._")] = str(value)
    return flat


@cache
def catalogue(language: str) -> dict[str, str]:
    """All sentences of one language by key. In TOML a key that is also a table is written `_`."""
    sentences: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.toml")):
        for key, sentence in _flatten(tomllib.loads(path.read_text("utf-8"))).items():
            if key in sentences:
                raise ValueError(f"{path}: {key} is written twice")
            sentences[key] = sentence
    return sentences


class _Arguments(dict):
    def __missing__(self, key: str) -> str:
        return "–"


def say(language: str, key: str, /, **args: object) -> str:
    """The sentence of `key` in `language` with its arguments filled in. Raises KeyError if unknown."""
    sentence = catalogue(language)[key]
    if "|" in sentence:
        sentence = _COUNTED.sub(lambda found: found[2] if str(args.get(found[1])) == "1" else found[3], sentence)
    return sentence.format_map(_Arguments(args)) if args or "{" in sentence else sentence


def knows(key: str) -> bool:
    """Whether the catalogue has this key (in Indonesian; a test keeps the languages equal)."""
    return key in catalogue("id")


def topic(language: str, *prefixes: str) -> dict[str, str]:
    """All sentences whose key begins so, by key, for what is made below the doors; none of them has arguments."""
    return {key: say(language, key) for key in catalogue(language) if key.startswith(prefixes)}
