"""What a case is called on lists, phones and papers (ruling 40)."""


def case_number(sop_id: str, year: int, sequence: int) -> str:
    """`ABH-2026-0047`: the SOP's short name, the year the case opened, its place in that year."""
    return f"{sop_id.upper()}-{year}-{sequence:04d}"
