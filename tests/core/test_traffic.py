"""An export makes room while phones send."""

import time

import pytest

from server.store import traffic
from server.store.traffic import Traffic, making_room


def test_work_pauses_as_long_as_it_took_while_phones_send_and_not_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(traffic.time, "sleep", pauses.append)
    phones = Traffic()

    def work() -> None:
        for _ in making_room(phones, range(3)):
            begun = time.monotonic()
            while time.monotonic() - begun < 0.01:
                pass

    work()
    assert pauses == []
    phones.arrived()
    work()
    assert len(pauses) == 3
    assert min(pauses) >= 0.01
    assert max(pauses) <= traffic.LONGEST_PAUSE
