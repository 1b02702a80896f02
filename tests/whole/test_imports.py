"""The import rule of docs/map.md holds, and the check itself would notice each breach."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.pins import ROOT

PACKAGES = ("forms", "reports", "server")
PURE = ("forms", "reports", "server/sop", "server/cases", "server/access.py", "server/problems.py")

# What reads the present moment; the pure parts get it as an argument.
CLOCKS = {"now", "utcnow", "today", "monotonic", "perf_counter"}

# Wiring may be late: `alur --help` must not load everything.
LATE_IMPORTS = {"server/app.py", "server/cli.py", "server/serve.py"}

# One line planted in a file, and the contract that must notice it.
BREACHES = {
    "server/store/schema.py": ("import server.actions", "layers"),
    "server/api/__init__.py": ("import server.web", "layers"),
    "reports/__init__.py": ("import server.sop", "layers"),
    "forms/findings.py": ("import socket", "pure"),
    "server/sop/events.py": ("import sqlalchemy", "pure"),
    "server/cases/__init__.py": ("import time", "pure"),
    "server/queries/__init__.py": ("import flask", "flask"),
    "server/openrosa/__init__.py": ("import server.store.database", "doors"),
    "server/actions/__init__.py": ("import server.settings", "settings"),
}


def modules(*parts: str) -> Iterator[tuple[str, ast.Module]]:
    """(path from the top, syntax tree) of every module in these folders or files."""
    for part in parts:
        path = ROOT / part
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            if "node_modules" not in file.parts:
                yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_bytes(), file.name)


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo", *chosen],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_every_layer_imports_only_what_stands_below_it() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with every breach planted."""
    folder = tmp_path_factory.mktemp("spoiled")
    shutil.copy(ROOT / "setup.cfg", folder)
    ignore = shutil.ignore_patterns("node_modules", "__pycache__", "static", "templates", "assets")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=ignore)
    for file, (line, _contract) in BREACHES.items():
        with (folder / file).open("a") as module:
            module.write(f"\n{line}\n")
    return folder


@pytest.mark.parametrize("contract", sorted({contract for _line, contract in BREACHES.values()}))
def test_a_forbidden_import_is_noticed(spoiled: Path, contract: str) -> None:
    done = lint(spoiled, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    for file, (line, noticed_by) in BREACHES.items():
        if noticed_by == contract:
            module = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
            assert f"{module} -> {line.split()[1]}" in done.stdout, done.stdout


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path}:{inner.lineno}"
        for path, tree in modules(*PACKAGES)
        if path not in LATE_IMPORTS
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_the_pure_parts_read_no_clock() -> None:
    readers = [
        f"{path}:{node.lineno} {node.func.attr}"
        for path, tree in modules(*PURE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]
    assert readers == []


def test_only_limits_and_the_set_up_of_page_assets_start_processes() -> None:
    starters = {
        path
        for path, tree in modules(*PACKAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if name.partition(".")[0] in ("subprocess", "multiprocessing")
    }
    assert starters <= {"server/limits/children.py", "server/limits/streams.py", "server/web/build.py"}
