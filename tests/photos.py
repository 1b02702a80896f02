"""Photos as phones take them."""

import io

from PIL import Image


def jpeg(**exif: object) -> bytes:
    """A small photo; `place` (degrees, minutes, seconds south and east), `device` and `turned` are written into it."""
    picture = Image.effect_noise((48, 32), 40).convert("RGB")
    told = picture.getexif()
    if exif.get("turned"):
        told[0x0112] = exif["turned"]
    if exif.get("device"):
        told[0x0110] = exif["device"]
    if exif.get("place"):
        south, east = exif["place"]  # type: ignore[misc]
        told[0x8825] = {1: "S", 2: south, 3: "E", 4: east}
    made = io.BytesIO()
    picture.save(made, "JPEG", **({"exif": told} if exif else {}))
    return made.getvalue()


JPEG = jpeg()
