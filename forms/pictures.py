"""What kind of file some bytes are by how they begin, and photos without what phones write into them.

A photo that is shown keeps its pixels byte for byte; gone are place, time, device and comments (EXIF, XMP, text).
Only the way it is to be turned stays. Nothing is decoded, so a hostile picture has nothing to attack.
"""

import struct
from collections.abc import Iterator

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_ORIENTATION = 0x0112
# Application segments that say how the colours are meant; all others, and comments, tell of the phone.
_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_SIGNS = (
    (0, _JPEG, "image/jpeg"),
    (0, _PNG, "image/png"),
    (0, b"GIF8", "image/gif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)


def kind_of(data: bytes) -> str | None:
    """The media type the first bytes speak of; None for everything a browser need not show or play."""
    return next((kind for at, sign, kind in _SIGNS if data[at : at + len(sign)] == sign), None)


def shown(data: bytes) -> bytes | None:
    """A JPEG, PNG or GIF as it may be shown; None when it cannot be cleaned, so that it is only handed out."""
    kind = kind_of(data)
    try:
        if kind == "image/jpeg":
            return b"".join(_jpeg(data))
        if kind == "image/png":
            return b"".join(_png(data))
    except (struct.error, IndexError):
        return None
    return data if kind == "image/gif" and b"XMP DataXMP" not in data else None


def _jpeg(data: bytes) -> Iterator[bytes]:
    """The segments up to the picture itself, which follows whole."""
    yield data[:2]
    at, turned = 2, None
    while True:
        if data[at] != 0xFF:
            raise IndexError(at)
        marker = data[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker == 0xDA:
            break
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if end > len(data):
            raise IndexError(end)
        body = data[at + 4 : end]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:]) or turned
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or body.startswith(_KEPT.get(marker, b"\xff\xff\xff")):
            yield data[at:end]
        at = end
    if turned and turned != 1:
        yield _exif(turned)
    yield _picture(data, at)


def _picture(data: bytes, at: int) -> bytes:
    """From the scan to its end; what some phones hang behind it (a film, another picture) is left out."""
    end = data.rfind(b"\xff\xd9")
    return data[at : end + 2] if end > at else data[at:]


def _orientation(tiff: bytes) -> int | None:
    """How the camera was held, 1 to 8."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        start = struct.unpack_from(f"{order}I", tiff, 4)[0]
        count = struct.unpack_from(f"{order}H", tiff, start)[0]
        for number in range(min(count, 200)):
            tag, kind, _many, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return None
    return None


def _exif(turned: int) -> bytes:
    body = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    at = 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 12 + length
        name = data[at + 4 : at + 8]
        if end > len(data):
            raise IndexError(end)
        if name not in _PNG_DROPPED:
            yield data[at:end]
        if name == b"IEND":
            return
        at = end
