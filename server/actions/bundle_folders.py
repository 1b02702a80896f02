"""Bundles as they lie in folders (ruling 23): per office its services, with kantor.xlsx."""

from collections.abc import Sequence
from pathlib import Path

from server.actions.bundle import Upload
from server.problems import Problem

OFFICE_FILE = "kantor.xlsx"


_NOT_IN_BUNDLES = (".py", ".md", ".txt")


def read_folder(folder: Path) -> list[Upload]:
    """The files of one bundle folder (ruling 23): workbooks, and everything in its `media/`."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~")))
    media = folder / "media"
    if media.is_dir():
        files += sorted(p for p in media.iterdir() if p.is_file() and not p.name.startswith("."))
    return [Upload(p.name, p.read_bytes(), folder.name) for p in files if p.suffix.lower() not in _NOT_IN_BUNDLES]


def find_bundles(paths: Sequence[Path], *, alone: bool = False) -> list[list[Upload]]:
    """The bundles of these paths, one per office: each folder with an SOP workbook, with the office's kantor.xlsx.

    A path may be one workbook, one folder or a tree of folders. `alone`: nothing is published yet, so one service of
    an office takes the kantor.xlsx of the folder above with it. Raises `request.bad_value` for a path that does not
    exist.
    """
    bundles: dict[Path, list[Upload]] = {}
    for path in paths:
        if not path.exists():
            raise Problem("request.bad_value", field="PATH", value=str(path), reason="-")
        if path.is_file():
            bundles.setdefault(path.parent, []).append(Upload(path.name, path.read_bytes(), path.parent.name))
            continue
        offices = [p for p in [path, *path.rglob("*")] if p.is_dir() and (p / OFFICE_FILE).is_file()]
        above = path.resolve().parent / OFFICE_FILE
        if alone and not offices and any(path.glob("*.xlsx")) and above.is_file():
            bundles.setdefault(path, []).append(Upload(OFFICE_FILE, above.read_bytes(), above.parent.name))
        folders = offices or [path]
        for office in folders:
            uploads = bundles.setdefault(office, [])
            uploads += read_folder(office)
            for below in sorted(p for p in office.iterdir() if p.is_dir() and p.name != "media"):
                if any(below.glob("*.xlsx")):
                    uploads += read_folder(below)
    return [uploads for uploads in bundles.values() if uploads]
