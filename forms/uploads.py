"""The kinds of files a form comes as, told by what is in them: what they are called and how they are handed out."""

import io
import zipfile
from collections.abc import Mapping
from types import MappingProxyType

from forms.old_excel import is_old

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The media type of each kind by the ending its files have.
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "xlsx": XLSX,
        "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
        "xls": "application/vnd.ms-excel",
        "xml": "application/xml",
    }
)
_CONTENTS = "[Content_Types].xml"


def ending_of(data: bytes) -> str:
    """The ending of files like this one, without the dot: Excel opens none under another's."""
    if is_old(data):
        return "xls"
    if not data.startswith(b"PK"):
        return "xml"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            contents = archive.read(_CONTENTS)
    except (KeyError, zipfile.BadZipFile):
        contents = b""
    return "xlsm" if b"macroEnabled.main" in contents else "xlsx"
