"""Files under their SHA-256: written once, synced, never changed. Names from outside are never paths."""

import errno
import fcntl
import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from server.problems import Problem

CHUNK = 256 * 1024
# Whoever has stored a file names it in the database before this is over.
NAMED_WITHIN = 24 * 3600.0
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})

_NEW = ".new-"

log = logging.getLogger("alur.store")


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: its SHA-256 (hex), MD5 (hex, which OpenRosa manifests use) and size in bytes."""

    sha256: str
    md5: str
    size: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file to hand out: nothing of it is read before it is opened."""

    sha256: str
    size: int
    path: Path

    def open(self) -> BinaryIO:
        return self.path.open("rb")

    def begins(self, count: int = 64) -> bytes:
        """Its first bytes, which tell what it is."""
        with self.open() as file:
            return file.read(count)

    def read(self) -> bytes:
        """All of it: for what is known to be small."""
        return self.path.read_bytes()


class Blobs:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = folder.with_name(f"{folder.name}.lock")

    def path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ValueError("not a SHA-256")
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> Blob:
        return self.put_stream([data])

    def put_stream(self, chunks: Iterable[bytes]) -> Blob:
        """Stores the chunks as one file and syncs file and folder before it returns.

        Raises Problem('store.full') on a full disk, ('store.unavailable') on any other fault of it.
        """
        try:
            return self._put(chunks)
        except OSError as error:
            log.error("a file could not be stored", extra={"fault": errno.errorcode.get(error.errno or 0, "?")})
            raise Problem("store.full" if error.errno in NO_SPACE else "store.unavailable") from error

    def _put(self, chunks: Iterable[bytes]) -> Blob:
        sha, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
        handle, name = tempfile.mkstemp(prefix=_NEW, dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    sha.update(chunk)
                    md5.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                target = self.path(sha.hexdigest())
                if not target.exists():
                    os.fsync(file.fileno())
            with self._turn(fcntl.LOCK_SH):
                known = target.exists()
                if known:
                    # Wanted anew: `remove` leaves it alone for a while.
                    os.utime(target, (time.time(), time.time()))
            if known:
                os.unlink(name)
            else:
                target.parent.mkdir(exist_ok=True)
                os.rename(name, target)
                _sync(target.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Blob(sha.hexdigest(), md5.hexdigest(), size)

    def remove(self, sha256: str) -> bool:
        """Removes a file no row names. False, and it stays, when somebody stored it again within `NAMED_WITHIN`
        and may be about to name it."""
        path = self.path(sha256)
        with self._turn(fcntl.LOCK_EX):
            if not path.exists():
                return True
            if path.stat().st_mtime > time.time() - NAMED_WITHIN:
                return False
            path.unlink()
        return True

    def tidy(self) -> int:
        """Removes what processes that were killed in the middle of storing left behind; how many files."""
        left = [path for path in self.folder.glob(f"{_NEW}*") if path.stat().st_mtime < time.time() - NAMED_WITHIN]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    @contextmanager
    def _turn(self, how: int) -> Iterator[None]:
        """Storing what is there already (many at once) and removing (alone) wait for each other."""
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, how)
            yield
        finally:
            os.close(handle)

    def stored(self, sha256: str) -> Stored:
        """The file of this hash, unread. Raises FileNotFoundError when it is not there."""
        path = self.path(sha256)
        return Stored(sha256, path.stat().st_size, path)

    def get(self, sha256: str) -> bytes:
        return self.path(sha256).read_bytes()

    def stream(self, sha256: str) -> Iterator[bytes]:
        with self.path(sha256).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
