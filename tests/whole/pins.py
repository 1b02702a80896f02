"""What is pinned and what is installed: `.venv/bin/python -m tests.whole.pins` lists what lacks a pin."""

import re
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "tests/requirements.txt")

# Part of every virtual environment, at the version its Python brings.
VENV = {"pip", "setuptools", "wheel"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    """Package -> exact version, of both files. Raises ValueError for a line that is no exact pin with a reason."""
    found: dict[str, str] = {}
    for file in FILES:
        for line in (ROOT / file).read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            match = re.fullmatch(r"([\w.-]+)(?:\[[\w,-]+\])?==(\S+)\s+# \S.*", line)
            if match is None:
                raise ValueError(f"{file}: no exact pin with a reason: {line}")
            found[plain(match[1])] = match[2]
    return found


def installed() -> dict[str, str]:
    return {plain(d.name): d.version for d in distributions() if plain(d.name) not in VENV}


def parents(name: str) -> list[str]:
    """Which installed packages ask for this one."""

    def asks(package: Distribution) -> bool:
        return any(plain(re.split(r"[\s\[<>=!~;(]", line)[0]) == name for line in package.requires or ())

    return sorted({plain(package.name) for package in distributions() if asks(package)})


if __name__ == "__main__":
    known = pinned()
    for name, version in sorted(installed().items()):
        if known.get(name) != version:
            print(f"{name}=={version}".ljust(30), "# of", ", ".join(parents(name)))
