"""Many different intakes made from one that the phone filled: the same answers, fresh ids.

The phone is slow (it computes as Collect does); loads need thousands of forms a minute.
"""

import re
from collections.abc import Iterable, Iterator
from uuid import uuid4

from tests.phone.collect import Instance, Phone

INTAKE = "abh_laporan_awal"
SEED = 3
ANSWERS = {"jenis_masuk": "laporan"}
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Intakes:
    """`make()` gives (instance id, case id, submission XML) with every UUID of the first one replaced."""

    def __init__(self, filled: str) -> None:
        instance = re.search(rf"<(?:\w+:)?instanceID>uuid:({UUID.pattern})<", filled)
        entity = re.search(rf"<(?:\w+:)?entity\b[^>]*\bid=\"({UUID.pattern})\"", filled)
        if instance is None or entity is None:
            raise ValueError("not an intake: it has no instance id or creates no entity")
        self._ids = list(dict.fromkeys([instance[1], entity[1], *UUID.findall(filled)]))
        parts = UUID.split(filled)
        self._order = [self._ids.index(found) for found in UUID.findall(filled)]
        self._parts = parts

        self.questions = len(re.findall(r">[^<>]+</", filled))
        """How many of its elements hold an answer."""

    def make(self) -> tuple[str, str, str]:
        fresh = [str(uuid4()) for _ in self._ids]
        text = [self._parts[0]]
        for index, part in zip(self._order, self._parts[1:], strict=True):
            text += [fresh[index], part]
        return f"uuid:{fresh[0]}", fresh[1], "".join(text)


def filled_intake(url: str) -> Intakes:
    """Intakes like the one a phone fills after fetching the forms from this server address, without photos."""
    return next(filled_intakes(url, [SEED]))


def filled_intakes(url: str, seeds: Iterable[int]) -> Iterator[Intakes]:
    """As `filled_intake` for each seed: other answers, and so other questions asked."""
    phone = Phone(url).sync()
    for seed in seeds:
        yield _without_files(phone.report(INTAKE, ANSWERS, seed=seed))


def _without_files(filled: Instance) -> Intakes:
    text = filled.xml.decode()
    for name in filled.files:
        text = text.replace(f">{name}<", "><")
    return Intakes(text)
