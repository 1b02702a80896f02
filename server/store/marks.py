"""Marks that all processes share and that matter for minutes: an empty file each, without a transaction or a sync."""

import os
import shutil
from pathlib import Path

from server.problems import Problem
from server.store.blobs import NO_SPACE

MINUTE = 60


class Marks:
    """Marks in a folder, in groups by the minute they are of; a power cut may lose the last ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def first(self, moment: int, name: str, *, since: int) -> bool:
        """Whether nobody has set this mark of a moment (seconds) yet; it is set now. `name` is fit to be a file's.

        Marks of moments before `since` may be gone. Raises Problem `store.full` and `store.unavailable`.
        """
        group = self._folder / str(moment // MINUTE)
        try:
            if not group.exists():
                group.mkdir(parents=True, exist_ok=True)
                self._forget(since // MINUTE)
            os.close(os.open(group / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        except OSError as error:
            raise Problem("store.full" if error.errno in NO_SPACE else "store.unavailable") from error
        return True

    def _forget(self, before: int) -> None:
        for group in self._folder.iterdir():
            if group.name.isdecimal() and int(group.name) < before:
                # Another process may be at it too.
                shutil.rmtree(group, ignore_errors=True)
