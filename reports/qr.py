"""QR codes as pictures that need no file: SVG inside a `data:` address."""

import segno


def svg_data(text: str) -> str:
    """A QR code of `text` (an address; error level M, quiet zone 2) as `data:image/svg+xml;…`."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(border=2, scale=4, dark="#000", light="#fff"))
