"""Rows of lists filled offline: what applies on which version, what waits (openrosa.md 8.5, ruling 49)."""

from itertools import permutations

import pytest

from forms.entities import EntityAct
from server.cases.entity_chain import AHEAD, BAD_ID, DELETED, EXISTS, MISSING, UNKNOWN, Applies, Row, Waits, decide
from server.cases.entity_merge import EntityState, merge, started_from

ID = "7e1c5d1e-5c1a-4b7a-9a77-0a6f3d1c2b3a"


def act(
    *,
    create: bool = False,
    update: bool = True,
    base: int | None = None,
    trunk: int | None = None,
    branch: str | None = None,
    data: dict[str, str] | None = None,
    entity: str = ID,
) -> EntityAct:
    return EntityAct("barang", entity, create, update, "Kursi", base, trunk, branch, data or {})


HERE = Row(3, branch={})

TABLE = [
    ("neither create nor update", act(update=False), HERE, None),
    ("create, id new", act(create=True, update=False), Row(), Applies(creates=True)),
    ("create, id exists", act(create=True, update=False), HERE, Waits(EXISTS)),
    ("update without branch", act(base=2), HERE, Applies(base=2)),
    ("update without branch, version not here", act(base=9), HERE, Waits(AHEAD)),
    ("update without base", act(), HERE, Applies(base=3)),
    ("update, row unknown", act(base=1), Row(), Waits(UNKNOWN, held=True)),
    ("first offline update of a row made offline", act(base=1, branch="b"), HERE, Applies(base=1)),
    ("first offline update of a served row", act(base=2, trunk=2, branch="b"), HERE, Applies(base=2)),
    ("next offline update", act(base=4, trunk=3, branch="b"), Row(7, branch={4: 6}), Applies(base=6)),
    ("its earlier one is missing", act(base=4, trunk=3, branch="b"), HERE, Waits(MISSING, held=True)),
    ("trunk above the row", act(base=9, trunk=9, branch="b"), HERE, Waits(AHEAD)),
    ("trunk above the row, without branch", act(base=2, trunk=9), HERE, Waits(AHEAD)),
    ("create and update, row unknown", act(create=True, base=1), Row(), Applies(creates=True)),
    ("create and update, row known", act(create=True, base=2), HERE, Applies(base=2)),
    ("create and update without base, row known", act(create=True), HERE, Applies(base=3)),
    ("row deleted", act(base=3), Row(3, deleted=True), Waits(DELETED)),
    ("id is no UUID v4", act(create=True, entity="kursi-1"), Row(), Waits(BAD_ID)),
]


@pytest.mark.parametrize(("block", "row", "becomes"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_what_becomes_of_a_block(block: EntityAct, row: Row, becomes: Applies | Waits | None) -> None:
    assert decide(block, row) == becomes


def test_a_chain_begins_at_its_trunk_and_one_made_on_the_phone_at_the_first_version() -> None:
    assert started_from(act(base=7, trunk=5, branch="b")) == 5
    assert started_from(act(base=4, branch="b")) == 1
    assert started_from(act(base=4)) == 4


class Kept:
    """A case's row as it is kept: every form of it applies as it comes."""

    def __init__(self) -> None:
        self.state = EntityState(1, {"a": "0", "b": "0"}, label="Kursi")
        self.written: list[tuple[int, set[str]]] = []

    def take(self, block: EntityAct) -> None:
        count = block.branch_version or 0
        later = {name for number, names in self.written if number > count for name in names}
        self.state = merge(self.state, block, {}, "Kursi", {}, later=later).state
        self.written.append((count, set(block.data)))


UPDATES = (
    act(base=1, trunk=1, branch="b", data={"a": "1", "b": "1"}),
    act(base=2, trunk=1, branch="b", data={"a": "2"}),
    act(base=3, trunk=1, branch="b", data={"b": "0"}),
)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_offline_updates_of_a_case_give_one_row_in_whatever_order_they_come(order: tuple[int, ...]) -> None:
    kept = Kept()
    for number in order:
        kept.take(UPDATES[number])
    assert kept.state.data == {"a": "2", "b": "0"}
    assert kept.state.version >= 4, "the phone counted to 4: it would keep its own row on less"
    assert kept.state.conflict is None


def test_a_missing_link_that_comes_at_last_changes_only_what_nobody_wrote_after_it() -> None:
    kept = Kept()
    kept.take(UPDATES[0])
    kept.take(UPDATES[2])
    kept.take(act(base=2, trunk=1, branch="b", data={"a": "2", "b": "9"}))
    assert kept.state.data == {"a": "2", "b": "0"}
