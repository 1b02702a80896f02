"""Builds the workbooks from their sources: `python -m xlsforms.build [FOLDER]`."""

import sys
from pathlib import Path

from xlsforms.book import Book, write
from xlsforms.sources.abh.forms import FORMS
from xlsforms.sources.abh.sop import sop_book
from xlsforms.sources.kantor import office_book
from xlsforms.sources.lists import CHOICES

ROOT = Path(__file__).parent


def books() -> dict[str, Book]:
    """Every workbook by its path below the folder of this package."""
    forms = {f"kota_pasuruan/abh/{form.form_id}.xlsx": form.book(CHOICES) for form in FORMS}
    return {"kota_pasuruan/kantor.xlsx": office_book(), "kota_pasuruan/abh/sop.xlsx": sop_book(), **forms}


def main(folder: Path) -> None:
    """Writes the workbooks that differ from their sources and names them on stdout."""
    for path, book in books().items():
        if write(book, folder / path):
            print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
