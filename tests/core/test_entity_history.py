"""What the versions of a row tell, read backwards: bases, contradictions, what a person needs to settle them."""

from server.cases.entity_history import Written, differences, history

A, B = "a", "b"


def version(number: int, changed: dict[str, str], **more: object) -> Written:
    label = str(more.pop("label", "Kursi"))
    return Written(number, label, changed, f"2026-03-02T02:0{number}:00.000Z", **more)  # type: ignore[arg-type]


CHAIN = [
    version(1, {"kondisi": "baik"}),
    version(3, {"catatan": "dari Sri"}, base=1, trunk=1, branch=A, branch_version=2),
    version(4, {}),
    version(5, {"kondisi": "rusak"}, base=1, trunk=1, branch=B, branch_version=2),
    version(6, {"kondisi": "hilang"}, base=2, trunk=1, branch=A, branch_version=3),
]


def test_bases_are_versions_of_the_row_and_what_the_server_wrote_alone_contradicts_nothing() -> None:
    told = history(CHAIN, in_conflict=True)
    assert [one.base for one in told] == [None, 1, 3, 1, 3]
    assert [one.conflict for one in told] == [None, None, None, "soft", "hard"]
    assert [one.conflicting for one in told] == [(), (), (), (), ("kondisi",)]
    assert told[-1].data == {"kondisi": "hilang", "catatan": "dari Sri"}
    assert [one.last_good for one in told] == [False, False, True, False, False]
    assert [one.written.version for one in told if one.relevant] == [1, 3, 4, 5, 6]


def test_a_row_made_and_worked_on_offline_is_contradicted_by_nobody() -> None:
    rows = [
        version(2, {"asal": "kota"}),  # the phone's 1: the server counts it up when it adds what comes next
        version(3, {}),
        version(5, {"catatan": "dari Sri"}, base=1, branch=A, branch_version=2),
        version(7, {"asal": "desa"}, base=2, branch=A, branch_version=3),
    ]
    assert [one.conflict for one in history(rows, in_conflict=False)] == [None, None, None, None]


def test_what_was_settled_is_settled_and_what_came_after_is_not() -> None:
    told = history(CHAIN, in_conflict=True, resolved_at="2026-03-02T02:05:30.000Z")
    assert [one.resolved for one in told] == [False, False, False, True, False]
    assert [one.written.version for one in told if one.relevant] == [3, 5, 6]
    told = history(CHAIN, in_conflict=False)
    assert [one.resolved for one in told] == [False, False, False, True, True]
    assert [one.written.version for one in told if one.last_good] == [6]
    assert not any(one.relevant for one in told)


def test_differences_tell_the_label_too() -> None:
    rows = [
        version(1, {"a": "1"}),
        version(2, {"a": "", "b": "x"}, base=1, label="Meja"),
        version(3, {}, base=2, label="Meja"),
    ]
    assert list(differences(history(rows, in_conflict=False))) == [
        [
            {"old": "Kursi", "new": "Meja", "propertyName": "label"},
            {"old": "1", "new": "", "propertyName": "a"},
            {"old": None, "new": "x", "propertyName": "b"},
        ],
        [],
    ]


def test_what_was_sent_as_it_was_is_received_though_nothing_changed() -> None:
    rows = [version(1, {"a": "1", "b": "2"}), version(2, {"b": "3"}, base=1, branch=A, same=frozenset({"a"}))]
    last = history(rows, in_conflict=False)[-1]
    assert (last.received, last.server_diff) == ({"a": "1", "b": "3"}, ("b",))
