"""An uploaded workbook with some cells written anew, and nothing else touched."""

import json
from collections.abc import Sequence

from reports.sheets.package import Package

Value = tuple[str, str, str]
"""Sheet, cell, text."""


def pack(data: bytes, values: Sequence[Value]) -> bytes:
    """The argument of `revise_packed`."""
    return json.dumps([list(value) for value in values]).encode() + b"\n" + data


def revise_packed(packed: bytes) -> bytes:
    """`revise` for a child with limits: an uploaded workbook is opened there and nowhere else."""
    head, _, data = packed.partition(b"\n")
    return revise(data, [tuple(value) for value in json.loads(head)])


def revise(data: bytes, values: Sequence[Value]) -> bytes:
    """The workbook with these texts in these cells. Raises KeyError for a sheet it does not have."""
    package = Package(data)
    sheets = package.sheets()
    for sheet, cell, text in values:
        package.write(package.cell(package.part(sheets[sheet]), cell), text)
    return package.written()
