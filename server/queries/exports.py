"""A form's answers as CSV, as a zip with its files, and as GeoJSON: bytes that flow out as they are read.

Memory does not grow with the form: answers are read in pieces, and of a zip only the tables of repeats wait in a
temporary file until the form's own table is written.
"""

import gzip
import json
import tempfile
import threading
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from itertools import count as count_up
from typing import IO
from zoneinfo import ZoneInfo

from forms import client_audit, geo
from forms import submission as submission_xml
from forms.answer_csv import Lists, Options, file_name, guarded
from forms.answer_tables import ROOT, Layout, merged
from forms.csv_lines import Lines, Tables, packed_piece, unpacked_lines
from forms.encryption import KeyUnusable, PrivateKey, public_key
from forms.envelope import SUFFIX, XML_NAME, is_envelope
from forms.schema import Field, pick_label
from server.access import Viewer
from server.limits.streams import stream_python
from server.locale import say
from server.problems import Problem
from server.queries.decrypting import Decrypter
from server.queries.definitions import definitions_of
from server.queries.exported import (
    Entry,
    FileEntry,
    FormAnswers,
    Reader,
    Wanted,
    count,
    entries,
    files,
    form_answers,
    one_entry,
    pieces,
    state,
    xml_of,
)
from server.queries.list_labels import choices_of
from server.queries.masking import Mask, extent_of, mask_of, masked_layout, shown_chunks
from server.queries.odata_filter import conditions_of
from server.queries.submissions_api import log_submission
from server.store import Store
from server.store.reading import log_read
from server.store.traffic import Traffic, making_room

BOM = "\ufeff"
# An export computes for as long as it runs; more at once would leave no thread for phones.
AT_ONCE = 2
WAIT_SECONDS = 5.0
# Above so many submissions a table may pass 4 GB, which a zip must know beforehand.
LARGE = 200_000
# Above so many, children make the lines: starting them takes as long as making these here.
MANY = 2_000
_LEVEL = 1  # of compression: a fifth larger than the default, in a third of its time
_FLUSH = 64 * 1024


@dataclass(frozen=True, slots=True)
class Choice:
    """What is exported and how. `language`: of labels, None for codes; `key`: the private key of encrypted forms;
    `draft`: what was sent while the form's draft is tried."""

    attachments: bool = True
    group_paths: bool = True
    split: bool = False
    deleted_fields: bool = False
    language: str | None = None
    bom: bool = False
    guard: bool = True
    filter: str | None = None
    draft: bool = False
    key: PrivateKey | None = field(default=None, repr=False)


class Stream:
    """Bytes on their way; `close` ends the export, wherever it is."""

    def __init__(self, chunks: Iterator[bytes], done: Callable[[], None]) -> None:
        self._chunks = chunks
        self._done: Callable[[], None] | None = done

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()
        if self._done is not None:
            self._done()
            self._done = None


class _Turns:
    """How many exports run in this process."""

    def __init__(self, _store: Store) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def take(self) -> Callable[[], None]:
        """Raises `export.busy` when too many run for too long; the function gives the turn back."""
        if not self._free.acquire(timeout=WAIT_SECONDS):
            raise Problem("export.busy")
        return self._free.release


@dataclass(frozen=True, slots=True)
class _Export:
    """An export that may begin."""

    store: Store
    answers: FormAnswers
    choice: Choice
    wanted: Wanted
    tables: Tables
    reader: Reader
    decrypter: Decrypter
    at: datetime
    mask: Mask | None
    language: str


def etag(store: Store, viewer: Viewer | None, project_id: int, form_id: str, *, draft: bool = False) -> str:
    """A text that changes with the form's answers, or the trials of its draft, and differs for who may see another part
    of them. Raises `request.not_found`."""
    viewer, answers = form_answers(store, viewer, project_id, form_id, draft=draft)
    return f"{extent_of(store, viewer, project_id)}{state(store, answers)}"


def csv_root(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, choice: Choice, address: str | None
) -> Stream:
    """The form's own table. Logged as a read before it returns.

    Raises `request.not_found`, `odata.*` for a bad filter, `export.*`.
    """
    export, done = _begin(store, viewer, project_id, form_id, choice, "csv", address)
    return Stream(_root(export), done)


def csv_zip(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, choice: Choice, address: str | None
) -> Stream:
    """All tables, the merged audit logs and, if wanted, the files, as a zip. Logged and raising as `csv_root`."""
    export, done = _begin(store, viewer, project_id, form_id, choice, "zip", address)
    return Stream(_zip(export), done)


def _begin(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    choice: Choice,
    kind: str,
    address: str | None,
) -> tuple[_Export, Callable[[], None]]:
    viewer, answers = form_answers(store, viewer, project_id, form_id, draft=choice.draft)
    if choice.key is not None and choice.key.public not in {public_key(s.public_key or "") for s in answers.schemas}:
        raise Problem("export.key_other")
    wanted = Wanted()
    if choice.filter:
        wanted = Wanted(*conditions_of(store, project_id, fields=answers.shelf.fields).filter(choice.filter))
    fields = merged(answers.schemas, deleted=choice.deleted_fields)
    mask = mask_of(store, viewer, project_id, fields)
    layout = masked_layout(fields, mask)
    options = Options(
        choice.group_paths,
        choice.split,
        choice.language,
        choice.guard,
        _lists(store, answers, layout.fields, choice) if choice.split or choice.language else {},
    )
    decrypter = Decrypter(store, choice.key)
    tables = Tables(answers.xml_form_id, layout, options, root_only=kind == "csv")
    reader = Reader(layout, decrypter)
    done = store.kept(_Turns).take()
    try:
        seen = f" $filter={choice.filter}" if choice.filter else ""
        log_read(store, viewer.id, project_id, None, f"export:{form_id}:{kind}{seen}", address)
    except BaseException:
        done()
        raise
    export = _Export(store, answers, choice, wanted, tables, reader, decrypter, store.now(), mask, viewer.language)
    return export, done


def _lists(store: Store, answers: FormAnswers, fields: Sequence[Field], choice: Choice) -> Lists:
    """The choices that come from files, with their labels."""
    found: dict[str, Mapping[str, str]] = {}
    with store.read() as db:
        choices = choices_of(db, definitions_of(store), answers.project_id, answers.version_ids[0])
        for item in fields:
            if item.choice_list and not item.choices:
                known = choices(item)
                found[item.choice_list] = {name: pick_label(known[name], choice.language) for name in known}
    return found


# -- CSV -------------------------------------------------------------------------------------------


def _header(lines: Lines, header: Sequence[str], choice: Choice) -> bytes:
    lines.row(header)
    return (BOM.encode() if choice.bom else b"") + lines.take()


def _root(export: _Export) -> Iterator[bytes]:
    yield _header(Lines(), export.tables.sheets[0].header, export.choice)
    with closing(_lines(export)) as found:
        for (lines,) in found:
            yield lines


def _lines(export: _Export) -> Generator[list[bytes]]:
    """The lines of each sheet, piece by piece: made here, of many submissions in children."""
    store, tables = export.store, export.tables
    found = making_room(store.kept(Traffic), pieces(store, export.answers, export.wanted))
    answered = ([export.reader.opened(entry) for entry in piece] for piece in found)
    with store.read() as db:
        many = count(db, export.answers, export.wanted) > MANY
    if not many:
        yield from map(tables.lines, answered)
        return
    packed = map(packed_piece, answered)
    with closing(stream_python("forms.csv_lines:in_child", tables.packed(), packed)) as made:
        for data in made:
            yield unpacked_lines(data, len(tables.sheets))


# -- zip -------------------------------------------------------------------------------------------


class _Pipe:
    """What the archive writes, until it is sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class _Archive:
    """A zip written front to back: nothing in it is looked at twice."""

    def __init__(self, export: _Export, large: bool) -> None:
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)  # type: ignore[call-overload]
        self._at = export.at.astimezone(ZoneInfo("UTC")).timetuple()[:6]
        self._large = large

    def add(self, name: str, chunks: Iterator[bytes], *, packed: bool = True) -> Iterator[bytes]:
        """Writes one entry; gives what can be sent. `packed` False: its bytes do not shrink (photos)."""
        info = zipfile.ZipInfo(name, self._at)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info._compresslevel = _LEVEL if packed else None  # type: ignore[attr-defined]
        with self._zip.open(info, "w", force_zip64=self._large) as entry:
            yield self._pipe.take()  # the entry's head: the first byte leaves at once
            for chunk in chunks:
                entry.write(chunk)
                if data := self._pipe.take():
                    yield data
        yield self._pipe.take()

    def end(self) -> bytes:
        self._zip.close()
        return self._pipe.take()


def _zip(export: _Export) -> Iterator[bytes]:
    with ExitStack() as stack:
        with export.store.read() as db:
            large = count(db, export.answers, export.wanted) > LARGE
        archive = _Archive(export, large)
        sheets = export.tables.sheets
        waiting = [stack.enter_context(_Waiting(export.choice, sheet.header)) for sheet in sheets[1:]]
        yield from archive.add(sheets[0].name, _tables(export, waiting))
        for sheet, rows in zip(sheets[1:], waiting, strict=True):
            yield from archive.add(sheet.name, rows.chunks())
        if any(item.path == "/meta/audit" for item in export.reader.layout.fields):
            yield from archive.add(f"{file_name(export.answers.xml_form_id)} - audit.csv", _audits(export))
        mask = export.mask
        if mask is not None:
            yield from archive.add(*_told(mask, export.language))
        if export.choice.attachments and (mask is None or mask.extent == "listed"):
            yield from _media(export, archive)
        yield archive.end()


def _told(mask: Mask, language: str) -> tuple[str, Iterator[bytes]]:
    """What lies beside masked tables, so that nobody takes them for all there is."""
    told = say(language, f"export.masked.{mask.extent}", names="\n".join(mask.masks))
    return f"{say(language, 'export.masked.file')}.txt", iter([told.encode()])


class _Waiting:
    """The rows of a repeat's table, packed in a nameless temporary file until their turn comes."""

    def __init__(self, choice: Choice, header: Sequence[str]) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._packed = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=_LEVEL)
        self.add = self._packed.write
        self.add(_header(Lines(), header, choice))

    def __enter__(self) -> "_Waiting":
        return self

    def __exit__(self, *_: object) -> None:
        self._packed.close()
        self._file.close()

    def chunks(self) -> Iterator[bytes]:
        self._packed.close()
        self._file.seek(0)
        with gzip.GzipFile(fileobj=self._file, mode="rb") as rows:
            while chunk := rows.read(_FLUSH):
                yield chunk


def _tables(export: _Export, waiting: Sequence[_Waiting]) -> Iterator[bytes]:
    """The form's own table; rows of repeats are put to wait."""
    yield _header(Lines(), export.tables.sheets[0].header, export.choice)
    with closing(_lines(export)) as found:
        for own, *repeats in found:
            for rows, lines in zip(waiting, repeats, strict=True):
                rows.add(lines)
            yield own


def _plain(export: _Export, file: FileEntry) -> tuple[str, Iterator[bytes]]:
    """A file as its reader may have it: decrypted where it was encrypted and the key is there."""
    if file.name.endswith(SUFFIX):
        root = submission_xml.parse_kept(xml_of(export.store, export.answers, file.revision_id))
        if is_envelope(root):
            return export.decrypter.file(root, file.name, file.blob)
    return file.name, export.store.blobs.stream(file.blob)


def _audits(export: _Export) -> Iterator[bytes]:
    """The logs of all submissions in one table."""
    lines = Lines()
    yield _header(lines, ("instance ID", *client_audit.COLUMNS), export.choice)
    names = (client_audit.FILE, client_audit.FILE + SUFFIX)
    for file in files(export.store, export.answers, export.wanted, names):
        name, chunks = _plain(export, file)
        if name != client_audit.FILE:
            continue
        for event in client_audit.read(b"".join(chunks)):
            if export.mask is not None:
                event = export.mask.event(event)
            cells = (file.instance_id, *event.cells)
            lines.row([guarded(cell) for cell in cells] if export.choice.guard else cells)
        if len(lines) > _FLUSH:
            yield lines.take()
    yield lines.take()


def _media(export: _Export, archive: _Archive) -> Iterator[bytes]:
    """The files: `media/<name>`, and for a second one of the same name `media/<instance>/<name>`, numbered where names
    of one submission differ only in what a file's name cannot hold (or, on Windows, in capitals)."""
    taken: set[int] = set()
    for file in files(export.store, export.answers, export.wanted):
        name, chunks = _plain(export, file)
        if name in (client_audit.FILE, XML_NAME + SUFFIX):
            continue
        mask = export.mask
        if mask is not None and mask.keeps_back(xml_of(export.store, export.answers, file.revision_id), file.name):
            continue
        plain, folder = file_name(name), file_name(file.instance_id)
        others = (f"{folder}/{number}_{plain}" for number in count_up(2))
        shown = next(one for one in chain((plain, f"{folder}/{plain}"), others) if hash(one.casefold()) not in taken)
        taken.add(hash(shown.casefold()))
        if mask is not None:
            chunks = shown_chunks(chunks)
        yield from archive.add(f"media/{shown}", chunks, packed=False)


# -- encrypted forms -------------------------------------------------------------------------------


def private_key(pem: str, passphrase: str | None) -> PrivateKey:
    """The key somebody gives. Raises `export.key_unreadable`, `export.key_passphrase`."""
    try:
        return PrivateKey(pem.strip().encode(), passphrase.encode() if passphrase else None)
    except KeyUnusable as error:
        raise Problem(f"export.key_{error.reason}") from None


# -- GeoJSON ---------------------------------------------------------------------------------------


def geojson(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    address: str | None,
    *,
    fieldpath: str | None = None,
    condition: str | None = None,
    limit: int | None = None,
) -> Iterator[bytes]:
    """The places of all submissions as a FeatureCollection. Logged as a read before it returns.

    `fieldpath`: the question (`/rumah/titik`), else the first place outside repeats. Raises `request.not_found`,
    `request.bad_value` for a path that is no place, `odata.*` for a bad filter.
    """
    viewer, answers = form_answers(store, viewer, project_id, form_id)
    wanted = Wanted(limit=limit)
    if condition:
        wanted = Wanted(*conditions_of(store, project_id).filter(condition), limit=limit)
    reader, mask = _reader(store, viewer, answers)
    places = _places(reader.layout, (fieldpath,) if fieldpath else ())[:1]
    seen = f" $filter={condition}" if condition else ""
    log_read(store, viewer.id, project_id, None, f"export:{form_id}:geojson{seen}", address)
    found = entries(store, answers, wanted)
    features = (feature for entry in found for feature in _features(reader, entry, places, named=fieldpath is None))
    return _collection(features, mask, places)


def geojson_of(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    instance_id: str,
    fieldpaths: Sequence[str],
    address: str | None,
) -> Iterator[bytes]:
    """The places of one submission. Logged and raising as `geojson`."""
    viewer, answers = form_answers(store, viewer, project_id, form_id)
    reader, mask = _reader(store, viewer, answers)
    places = _places(reader.layout, fieldpaths)[: len(fieldpaths) or 1]
    entry = one_entry(store, answers, instance_id)
    log_submission(store, viewer, project_id, instance_id, address)
    return _collection(_features(reader, entry, places, named=not fieldpaths), mask, places)


def _reader(store: Store, viewer: Viewer, answers: FormAnswers) -> tuple[Reader, Mask | None]:
    fields = merged(answers.schemas)
    mask = mask_of(store, viewer, answers.project_id, fields)
    return Reader(masked_layout(fields, mask), Decrypter(store, None)), mask


def _places(layout: Layout, paths: Sequence[str]) -> list[Field]:
    """The questions for places outside repeats, or those of these paths."""
    known = {item.path: item for item in layout.tables[ROOT].answers if item.type in geo.TYPES}
    for path in paths:
        if path not in known:
            raise Problem("request.bad_value", field="fieldpath", value=path[:100], reason=", ".join(known) or "-")
    return [known[path] for path in paths] or list(known.values())


def _features(reader: Reader, entry: Entry, places: Sequence[Field], *, named: bool) -> Iterator[dict[str, object]]:
    _about, node = reader.read(entry)
    for item in places if node is not None else ():
        geometry = geo.geojson(node.values.get(item.path, ""), item.type) if node else None
        if geometry is not None:
            shown = {"fieldpath": item.path} if named else {}
            yield {"type": "Feature", "id": entry.about.instance_id, "geometry": geometry, "properties": shown}


def _collection(features: Iterator[dict[str, object]], mask: Mask | None, places: Sequence[Field]) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    between = b""
    for feature in features:
        yield between + json.dumps(feature, separators=(",", ":")).encode()
        between = b","
    blurred = [item.path for item in places if mask and item.path in mask.masks]
    yield f'],"masked":{json.dumps(blurred)}}}'.encode() if blurred else b"]}"
