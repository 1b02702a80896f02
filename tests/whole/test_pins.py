"""The same versions on every machine."""

from tests.whole.pins import installed, pinned


def test_every_installed_package_is_pinned_at_its_version() -> None:
    known = pinned()
    unpinned = {name: version for name, version in installed().items() if known.get(name) != version}
    assert unpinned == {}, "add them to requirements.txt or tests/requirements.txt (`make lock` writes the lines)"


def test_nothing_is_pinned_that_is_not_installed() -> None:
    assert set(pinned()) - set(installed()) == set()
