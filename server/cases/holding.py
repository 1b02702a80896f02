"""Who has a case's row on their phones, and what a row says that has left them (rulings 32, 41). Pure.

A holder is a short name: everybody of the office, a person (or a phone, which is an actor too), or a role.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

EVERYBODY = "*"
"""Phones of the whole project; every row of a list that is no case list."""

ROLE = "r"
"""How the holder of a role begins."""


def person(actor: int) -> str:
    """The holder that stands for an officer or a phone."""
    return f"p{actor}"


def role(name: str) -> str:
    """The holder that stands for all who have this role."""
    return f"{ROLE}{name}"


@dataclass(frozen=True, slots=True)
class Work:
    """What of a case decides who works on it: its manager, who its open steps were given to by name, the roles
    whose open steps are free, which roles the manager holds, and the phone that opened it."""

    closed: bool
    manager: int | None = None
    given: frozenset[int] = frozenset()
    roles: frozenset[str] = frozenset()
    managers_roles: frozenset[str] = frozenset()
    opened_by: int | None = None

    @property
    def named(self) -> frozenset[int]:
        """Who works on it by name."""
        return self.given if self.manager is None else self.given | {self.manager}


def holders(work: Work, deputies: Mapping[int, Iterable[int]]) -> frozenset[str]:
    """Who holds the case now. `deputies`: who stands in today for somebody named.

    A free step of a role the case's manager has is the manager's work. The phone that opened a case keeps it until
    the case is given to somebody by name. A closed case is nobody's.
    """
    if work.closed:
        return frozenset()
    found = {EVERYBODY, *(person(one) for one in work.named)}
    found.update(person(deputy) for one in work.named for deputy in deputies.get(one, ()))
    found.update(role(name) for name in work.roles - work.managers_roles)
    if not work.named and work.opened_by is not None:
        found.add(person(work.opened_by))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Moves:
    """How the holders of a row change: who gets it, who gets it back within the days it stayed, who loses it.

    `tells`: phones have the row and shall see it otherwise, so its version must rise (equal versions keep theirs).
    """

    new: frozenset[str] = frozenset()
    back: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()

    @property
    def tells(self) -> bool:
        return bool(self.back or self.left)


def moves(held: Mapping[str, bool], wanted: frozenset[str]) -> Moves:
    """From those who ever held the row ({holder: holds it still}) to those who shall."""
    now = {one for one, still in held.items() if still}
    return Moves(wanted - held.keys(), (wanted & held.keys()) - now, frozenset(now - wanted))
