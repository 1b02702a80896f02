"""Files that came with something sent: as a page lists them, and as it hands one out."""

from dataclasses import dataclass
from mimetypes import guess_type

from sqlalchemy import Row

from forms import pictures
from server.store import Store
from server.store.blobs import Stored


@dataclass(frozen=True, slots=True)
class FileItem:
    """A file the submission names or brought; `size` None while it has not arrived. `kind`: picture, audio, video,
    or '' for what is only handed out; `unexpected`: no answer names it; `hidden`: it opens to a reason."""

    name: str
    type: str | None
    size: int | None
    kind: str
    unexpected: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file as it may be shown: made anew or as it is stored; what it is by its first bytes."""

    name: str
    type: str | None
    data: bytes | Stored


def file_item(row: Row, hidden: bool) -> FileItem:
    """A row of files as a page lists it."""
    said = row.type if row.type and row.type != "application/octet-stream" else guess_type(row.name)[0] or ""
    kind = {"image/jpeg": "picture", "image/png": "picture", "image/gif": "picture"}.get(said, said.partition("/")[0])
    there = row.size if row.blob else None
    return FileItem(
        row.name, row.type, there, kind if kind in ("picture", "audio", "video") else "", not row.expected, hidden
    )


def sent_file(store: Store, name: str, blob: str) -> SentFile:
    """A file as pages hand it out: a picture without what the phone wrote into it (place, time, device)."""
    file = store.blobs.stored(blob)
    kind = pictures.kind_of(file.begins())
    if kind and kind.startswith("image/"):
        cleaned = pictures.shown(file.read())
        return SentFile(name, kind, cleaned) if cleaned is not None else SentFile(name, None, file)
    return SentFile(name, kind, file)
