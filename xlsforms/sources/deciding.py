"""Decisions of a head (domain.md 3.17): taken on the web as an approval, a phone may fill them too (ruling 10)."""

from collections.abc import Sequence

from xlsforms.book import Cells
from xlsforms.sources.blocks import Service, of_case
from xlsforms.sources.survey import Rows, ask, calc, many, note, signature, words

_LATER = ("Tidak boleh sebelum tanggal keputusan.", "Cannot be before the day of the decision.")


def brief(service: Service, facts: Sequence[tuple[str, str, str]]) -> Rows:
    """What the case list says to whom decides. `facts`: saved fact, Indonesian and English label."""
    indonesian = "; ".join(f"{label}: ${{{fact}_kasus}}" for fact, label, _ in facts)
    english = "; ".join(f"{label}: ${{{fact}_kasus}}" for fact, _, label in facts)
    return [
        *(calc(f"{fact}_kasus", of_case(fact, service)) for fact, *_ in facts),
        note("ringkasan", f"Ringkasan – {indonesian}", f"Summary – {english}", "${kasus_id} != ''"),
    ]


def instructions() -> Rows:
    """What is to be done, by whom and until when; who decides is not who drafted."""
    return [
        many("instruksi", "instruksi", "Instruksi", "Instructions"),
        words("catatan_instruksi", "Catatan instruksi", "Notes", long=True),
        ask("date", "tenggat", "Tenggat", "Due", valid=". >= ${tgl_kegiatan}", message=_LATER),
        ask(
            "select_one_from_file petugas.csv",
            "petugas_tujuan",
            "Petugas yang ditunjuk",
            "Officer in charge",
            appearance="autocomplete",
        ),
        initials(),
    ]


def initials() -> Cells:
    """The signature of whom decides, when it is given on a screen."""
    return signature(
        "ttd_keputusan",
        "Paraf atau tanda tangan",
        "Initials or signature",
        hint=("Boleh di kertas; pindaiannya dilampirkan di web.", "May be on paper; its scan is added on the web."),
    )
