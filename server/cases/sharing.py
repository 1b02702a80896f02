"""To whom a new case is given by the answer the workbook's `assign_by` names (ruling 41)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from forms.office import Office
from forms.sop import Sop
from server.access import PLAIN_ROLES


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody active with roles in the office. `places`: (role, unit or area) of each role bound to one."""

    id: int
    name: str
    login: str
    roles: frozenset[str]
    places: frozenset[tuple[str, str]]


def working_roles(sop: Sop) -> frozenset[str]:
    """The roles whose holders do the SOP's steps; who leads shares out, and is given nothing by rule."""
    return frozenset(role for step in sop.steps for role in (step.role, *step.assign_to) if role) - PLAIN_ROLES


def named(office: Office | None, sop: Sop, workers: Collection[Worker], value: str) -> tuple[Worker, ...]:
    """Those an answer names: the officer of that login or code (sheet `officers`); else who does steps of the SOP in
    that unit or area, or in the nearest one above it in which anybody does."""
    one = [worker for worker in workers if worker.login == value.casefold()] or _by_code(office, workers, value)
    if one:
        return tuple(one) if len(one) == 1 else ()
    roles = working_roles(sop)
    for place in _upwards(office, value):
        found = tuple(worker for worker in workers if place in _places(office, worker, roles))
        if found:
            return found
    return ()


def chosen(workers: Iterable[Worker], load: Mapping[int, int], away: Collection[int]) -> Worker | None:
    """The one of several who is there and manages fewest open cases; of equals who came to the office first. When all
    are away it is one of them all the same: whoever stands in sees the case."""
    return min(workers, key=lambda worker: (worker.id in away, load.get(worker.id, 0), worker.id), default=None)


def names_somebody(office: Office, logins: Collection[str], value: str) -> bool:
    """Whether a choice can name an officer, a unit or an area at all."""
    return (
        value.casefold() in logins
        or any(officer.code == value for officer in office.officers)
        or any(item.code == value for item in office.places)
    )


def _by_code(office: Office | None, workers: Iterable[Worker], value: str) -> list[Worker]:
    """The account of an officer of the office's workbook: the one of that name with that role."""
    row = next((officer for officer in office.officers if officer.code == value), None) if office else None
    if row is None:
        return []
    return [w for w in workers if w.name.casefold() == row.name.casefold() and row.role in w.roles]


def _places(office: Office | None, worker: Worker, roles: Collection[str]) -> Iterator[str]:
    """The units and areas somebody does steps in, by their account or by the office's workbook."""
    yield from (place for role, place in worker.places if role in roles)
    for row in office.officers if office else ():
        if (
            row.unit
            and row.role in roles
            and row.role in worker.roles
            and row.name.casefold() == worker.name.casefold()
        ):
            yield row.unit


def _upwards(office: Office | None, code: str) -> Iterator[str]:
    """A unit or an area, then what it belongs to, and so on."""
    above: dict[str, str] = {item.code: item.parent for item in office.places} if office else {}
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        yield code
        code = above.get(code, "")
