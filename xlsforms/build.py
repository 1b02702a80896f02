"""Builds the workbooks from their sources: `python -m xlsforms.build [FOLDER]`."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlsforms.book import Book, write
from xlsforms.sources import lists
from xlsforms.sources.abh import forms as abh_forms
from xlsforms.sources.abh import sop as abh_sop
from xlsforms.sources.anjal_terlantar import forms as anjal_terlantar_forms
from xlsforms.sources.anjal_terlantar import lists as anjal_terlantar_lists
from xlsforms.sources.anjal_terlantar import sop as anjal_terlantar_sop
from xlsforms.sources.gelandangan import forms as gelandangan_forms
from xlsforms.sources.gelandangan import lists as gelandangan_lists
from xlsforms.sources.gelandangan import sop as gelandangan_sop
from xlsforms.sources.kantor import Office
from xlsforms.sources.offices import kab_lumajang, kota_banjar, kota_pangkalpinang, kota_pasuruan
from xlsforms.sources.survey import Form, Pair
from xlsforms.sources.tuna_sosial import forms as tuna_sosial_forms
from xlsforms.sources.tuna_sosial import lists as tuna_sosial_lists
from xlsforms.sources.tuna_sosial import sop as tuna_sosial_sop
from xlsforms.sources.tuna_susila import forms as tuna_susila_forms
from xlsforms.sources.tuna_susila import lists as tuna_susila_lists
from xlsforms.sources.tuna_susila import sop as tuna_susila_sop

ROOT = Path(__file__).parent
Choices = Mapping[str, Sequence[tuple[str, Pair]]]


@dataclass(frozen=True, slots=True)
class SopSource:
    """One SOP with its instruments; `choices` are its own lists, which win over the shared ones of the same name."""

    sop_id: str
    forms: tuple[Form, ...]
    sop_book: Callable[[], Book]
    choices: Choices = field(default_factory=dict)

    def books(self) -> dict[str, Book]:
        """Its workbooks by file name."""
        choices = lists.CHOICES | dict(self.choices)
        return {"sop.xlsx": self.sop_book()} | {f"{form.form_id}.xlsx": form.book(choices) for form in self.forms}


OFFICES: tuple[tuple[Office, tuple[SopSource, ...]], ...] = (
    (
        kota_pasuruan.OFFICE,
        (
            SopSource("abh", abh_forms.FORMS, abh_sop.sop_book),
            SopSource(
                "tuna_sosial", tuna_sosial_forms.FORMS, tuna_sosial_sop.sop_book, choices=tuna_sosial_lists.CHOICES
            ),
        ),
    ),
    (
        kota_pangkalpinang.OFFICE,
        (
            SopSource(
                "tuna_susila", tuna_susila_forms.FORMS, tuna_susila_sop.sop_book, choices=tuna_susila_lists.CHOICES
            ),
        ),
    ),
    (
        kab_lumajang.OFFICE,
        (
            SopSource(
                "anjal_terlantar",
                anjal_terlantar_forms.FORMS,
                anjal_terlantar_sop.sop_book,
                choices=anjal_terlantar_lists.CHOICES,
            ),
        ),
    ),
    (
        kota_banjar.OFFICE,
        (
            SopSource(
                "gelandangan", gelandangan_forms.FORMS, gelandangan_sop.sop_book, choices=gelandangan_lists.CHOICES
            ),
        ),
    ),
)


def books() -> dict[str, Book]:
    """Every workbook by its path below the folder of this package."""
    found: dict[str, Book] = {}
    for office, services in OFFICES:
        found[f"{office.id}/kantor.xlsx"] = office.book()
        for service in services:
            found |= {f"{office.id}/{service.sop_id}/{name}": book for name, book in service.books().items()}
    return found


def main(folder: Path) -> None:
    """Writes the workbooks that differ from their sources and names them on stdout."""
    for path, book in books().items():
        if write(book, folder / path):
            print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
