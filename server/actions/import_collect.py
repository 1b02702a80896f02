"""What a phone could not send comes by cable or memory card: Collect's folder of instances, taken in by the rules of
the door (ruling 42). Nothing in the folder is moved, changed or deleted.
"""

import mimetypes
import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from forms import submission as submission_xml
from forms.submission import SubmissionError
from server.access import Viewer, require
from server.actions.receive_submission import Intake
from server.actions.received import MAX_XML, Sender, SentFile
from server.problems import Problem
from server.queries.definitions import find_form
from server.store import Store
from server.store.blobs import CHUNK
from server.store.slots import slot_name
from server.store.submissions import known

# Collect's envelope of an encrypted form; what lies beside it unencrypted stays where it is.
ENVELOPE = "submission.xml"
ENCRYPTED = ".enc"
# What Collect calls a form that its officer has not finished.
DRAFT_STATES = frozenset({"incomplete", "invalid", "valid", "new_edit"})
AGENT = "alur import collect"


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one folder: `code` is a receipt's (`new`, `again`, `edited`, `held`, …), `ready` or `draft`, or
    the code of the problem with its `args`; `numbers` are the cases it is in, `files` how many came with it."""

    folder: str
    code: str
    args: Mapping[str, object]
    numbers: tuple[str, ...] = ()
    files: int = 0

    @property
    def is_bad(self) -> bool:
        return "." in self.code


def import_collect(
    store: Store, intake: Intake, sender: Viewer, project_id: int, folder: Path, *, dry: bool = False
) -> Iterator[Brought]:
    """Takes in the finished forms of a phone's folder, one after the other; `dry` only looks at them.

    `folder` is Collect's project folder, its `instances`, or one that holds such folders; `sender` the officer or
    phone that filled them. Raises `import.no_instances`.
    """
    require(sender, "submission.create", project_id)
    found = sorted(_instances(folder))
    if not found:
        raise Problem("import.no_instances", folder=str(folder))
    states = _states(folder)
    for instance in found:
        if states.get(instance.name) in DRAFT_STATES:
            yield Brought(slot_name(instance.name), "draft", {})
            continue
        try:
            yield _look(store, project_id, instance) if dry else _take(store, intake, sender, project_id, instance)
        except Problem as problem:
            yield Brought(slot_name(instance.name), problem.code, problem.args_)


def _instances(folder: Path) -> Iterator[Path]:
    """The folders that hold a form."""
    for name, inside, files in os.walk(folder):
        inside[:] = sorted(one for one in inside if not one.startswith("."))
        here = Path(name)
        if _form_file(here, files) is not None:
            yield here


def _form_file(folder: Path, files: list[str]) -> str | None:
    """The name of the form's XML in an instance folder, as Collect writes it."""
    if ENVELOPE in files:
        return ENVELOPE
    own = f"{folder.name}.xml"
    return own if own in files else None


def _states(folder: Path) -> dict[str, str]:
    """{instance folder: its state} by the phone's own database, if it was copied too."""
    for place in (folder, folder.parent):
        path = place / "metadata" / "instances.db"
        if not path.is_file():
            continue
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
                rows = database.execute("SELECT instanceFilePath, status FROM instances").fetchall()
        except sqlite3.Error:
            continue
        return {Path(str(file)).parent.name: str(state) for file, state in rows}
    return {}


def _read(folder: Path) -> tuple[bytes, list[Path]]:
    """The XML of an instance and the files to send beside it."""
    with _reading(folder):
        names = sorted(entry.name for entry in os.scandir(folder) if _is_plain(entry))
    form = _form_file(folder, names)
    if form is None:
        raise Problem("submission.no_xml_part")
    with _reading(folder / form), (folder / form).open("rb") as file:
        xml = file.read(MAX_XML + 1)
    if len(xml) > MAX_XML:
        raise Problem("submission.too_large", limit=MAX_XML >> 20)
    beside = [name for name in names if name != form and not name.startswith(".")]
    if form == ENVELOPE:
        beside = [name for name in beside if name.endswith(ENCRYPTED)]
    return xml, [folder / name for name in beside]


def _is_plain(entry: os.DirEntry[str]) -> bool:
    """A file itself: a link on a card could lead to any file of this machine."""
    return stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """A worn card says no in the middle of a file: that form is told, the others come in."""
    try:
        yield
    except OSError as error:
        raise Problem("import.unreadable", file=slot_name(path.name), reason=error.strerror or "?") from error


def _look(store: Store, project_id: int, folder: Path) -> Brought:
    xml, files = _read(folder)
    try:
        head = submission_xml.head(xml, instance_id_optional=True)
    except SubmissionError as error:
        raise Problem(f"submission.{error.code}", findings=(), **dict(error.details)) from None
    with store.read() as db:
        form = find_form(db, project_id, head.form_id)
        if form is None or form.current_version_id is None:
            raise Problem("submission.form_unknown", form=head.form_id)
        there = known(db, form.id, head.instance_id) is not None
    return Brought(slot_name(folder.name), "again" if there else "ready", {}, files=len(files))


def _take(store: Store, intake: Intake, sender: Viewer, project_id: int, folder: Path) -> Brought:
    xml, paths = _read(folder)
    files = [
        SentFile.of(path.name, store.blobs.put_stream(_chunks(path)), mimetypes.guess_type(path.name)[0])
        for path in paths
    ]
    receipt = intake.receive(Sender(sender, None, AGENT), project_id, xml, files)
    return Brought(slot_name(folder.name), receipt.code, {}, receipt.numbers, len(files))


def _chunks(path: Path) -> Iterator[bytes]:
    with _reading(path), path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
