"""Forms that together use every question type, alias, parameter, appearance and nesting of XLSForm.

Each is a text file in forms/: a sheet begins with `[name]`, its headings follow, cells stand between bars. What they
show or choose from lies in media/.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.books import from_rows
from tests.phone.random_answers import PIXEL

HERE = Path(__file__).parent
FORM_IDS = tuple(sorted(path.stem for path in (HERE / "forms").glob("*.txt")))
_MADE = {
    "logo.png": PIXEL,
    "logo_besar.png": PIXEL,
    "peta.jpg": PIXEL,
    "bunyi.mp3": b"ID3\x03\x00",
    "sound.mp3": b"ID3\x04\x00",
    "gerak.mp4": b"\x00\x00\x00\x18ftypmp42",
}


def sheets(text: str) -> dict[str, list[list[str | None]]]:
    """A workbook written as text, as rows of cells by sheet."""
    found: dict[str, list[list[str | None]]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            found[name] = []
        elif line.strip():
            found[name].append([cell.strip() or None for cell in line.split("|")])
    return found


def text_of(form_id: str) -> str:
    """A form of the corpus as it is written here."""
    return (HERE / "forms" / f"{form_id}.txt").read_text()


@cache
def workbook(form_id: str) -> bytes:
    """A form of the corpus as its `.xlsx`."""
    return from_rows(sheets(text_of(form_id)))


@cache
def media() -> Mapping[str, bytes]:
    """Every file the forms name, by name; entity lists are the server's."""
    return {**{path.name: path.read_bytes() for path in sorted((HERE / "media").iterdir())}, **_MADE}


def write(folder: Path) -> Path:
    """The corpus as a folder an office would publish."""
    (folder / "media").mkdir(parents=True)
    for form_id in FORM_IDS:
        (folder / f"{form_id}.xlsx").write_bytes(workbook(form_id))
    for name, data in media().items():
        (folder / "media" / name).write_bytes(data)
    return folder
