"""No test may leave a task that blames the program: this is how a defect that hid behind a 201 comes to light.

The check runs after every test that uses `store` or `database` (tests/conftest.py). Here we see that it would notice.
"""

import pytest

from server.store import Store, cases
from server.store.schema import stamp
from tests.whole.pins import ROOT
from tests.world import program_faults


def leave_a_task(store: Store, fault: str) -> None:
    with store.write() as tx:
        tx.execute(
            cases.task.insert(),
            {
                "id": fault,
                "project_id": 1,
                "kind": "unplaced",
                "fault": fault,
                "reason": f"unplaced.{fault}",
                "created_at": stamp(tx.now),
            },
        )
        tx.audit(None, "test")


@pytest.mark.program_fault
def test_a_task_that_blames_the_program_is_counted(store: Store) -> None:
    leave_a_task(store, "program")
    assert program_faults(store) == 1


def test_a_task_about_a_form_or_its_data_is_ordinary_work(store: Store) -> None:
    leave_a_task(store, "formulir")
    leave_a_task(store, "data")
    assert program_faults(store) == 0


pytest_plugins = ["pytester"]


def test_a_test_that_leaves_one_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest("from tests.conftest import *")
    pytester.makepyfile(
        """
        import pytest
        from tests.whole.test_fault_free import leave_a_task

        def test_defect(store):
            leave_a_task(store, "program")
        """
    )
    pytester.makeini("[pytest]\nmarkers =\n    program_fault: x\n")
    outcome = pytester.runpytest_subprocess("-q", "-k", "sqlite", "-p", "no:cacheprovider")
    outcome.assert_outcomes(passed=1, errors=1)
    outcome.stdout.fnmatch_lines(["*1 tasks blame the program*"])
