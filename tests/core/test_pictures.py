"""Photos as they are shown: the pixels stay byte for byte, what the phone wrote beside them goes."""

import io
import struct

import pytest
from PIL import Image

from forms import pictures

GPS = 0x8825
PLACE = {1: "S", 2: (7.0, 38.0, 42.0), 3: "E", 4: (112.0, 54.0, 27.0)}


def photo(form: str = "JPEG", turned: int = 6) -> bytes:
    """A photo with a place, a device and a comment in it."""
    picture = Image.effect_noise((48, 32), 40).convert("RGB")
    exif = picture.getexif()
    exif[0x0112] = turned
    exif[0x0110] = "Ponsel Petugas"
    exif[GPS] = PLACE
    made = io.BytesIO()
    if form == "PNG":
        picture.save(made, form, exif=exif)
    else:
        picture.save(made, form, exif=exif, comment=b"di rumah korban")
    return made.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_place_and_device_are_gone_and_the_picture_is_the_same(form: str) -> None:
    sent = photo(form)
    assert b"Ponsel Petugas" in sent
    clean = pictures.shown(sent)
    assert clean is not None
    assert b"Ponsel Petugas" not in clean
    assert b"rumah" not in clean
    before, after = Image.open(io.BytesIO(sent)), Image.open(io.BytesIO(clean))
    assert before.getexif()[GPS]
    assert GPS not in after.getexif()
    assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photo_taken_sideways_still_stands_upright(turned: int) -> None:
    clean = pictures.shown(photo(turned=turned))
    assert clean is not None
    assert Image.open(io.BytesIO(clean)).getexif().get(0x0112, 1) == turned


def test_what_hangs_behind_the_picture_is_not_shown() -> None:
    sent = photo()
    clean = pictures.shown(sent + b"film ftyp rahasia")
    assert clean == pictures.shown(sent)


@pytest.mark.parametrize("cut", range(3, 60, 7))
def test_a_broken_picture_is_only_handed_out(cut: int) -> None:
    sent = photo()
    assert pictures.shown(sent[:cut]) is None
    assert pictures.shown(b"\xff\xd8\xff\xe1" + struct.pack(">H", 60_000) + b"Exif") is None


def test_the_first_bytes_say_what_a_file_is() -> None:
    told = {
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"GIF89a": "image/gif",
        b"#!AMR\n": "audio/amr",
        b"\0\0\0\x20ftypM4A ": "audio/mp4",
        b"\0\0\0\x18ftypmp42": "video/mp4",
        b"RIFF\0\0\0\0WAVE": "audio/wav",
        b"<svg onload='x'>": None,
        b"<!doctype html>": None,
        b"": None,
    }
    assert {data: pictures.kind_of(data) for data in told} == told
