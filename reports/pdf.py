"""HTML to PDF: the only caller of WeasyPrint, loaded by nothing but the child that prints.

Nothing is fetched: pictures and fonts come as `data:` addresses or from this package, everything else
is refused (a letter is filled with what strangers wrote). Meant to run in a child with limits
(server/limits/), because a hostile text can make layout slow.
"""

import json
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports import letters

_ASSETS = "alur-aset:"
_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".ttf": "font/ttf", ".otf": "font/otf", ".css": "text/css"}


class Refused(FatalURLFetchingError):
    """A paper asked for an address outside itself; it is not made at all."""


class OwnAssets(URLFetcher):
    """Answers `data:` addresses and `alur-aset:<folder/name>` of this package; refuses everything else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        if url.startswith(_ASSETS):
            return _asset(url)
        if not url.startswith("data:"):
            raise Refused(f"a paper may not fetch {url[:80]!r}")
        return super().fetch(url, headers)


def _asset(url: str) -> URLFetcherResponse:
    name = url.removeprefix(_ASSETS)
    kind = _TYPES.get(name[name.rfind(".") :])
    if kind is None or not re.fullmatch(r"[a-z0-9_]+(/[a-z0-9_]+)*\.[a-z]+", name):
        raise Refused(f"a paper may not fetch {url[:80]!r}")
    place: Traversable = files("reports")
    for part in name.split("/"):
        place = place / part
    if not place.is_file():
        raise Refused(f"no asset {name!r}")
    return URLFetcherResponse(url, place.read_bytes(), {"Content-Type": kind})


def pdf(html: str) -> bytes:
    """The PDF of a whole HTML page that carries its style. Raises `Refused` if it asks for anything from outside."""
    return bytes(HTML(string=html, url_fetcher=OwnAssets()).write_pdf() or b"")


def letter(argument: bytes) -> bytes:
    """The PDF of a letter; `argument` is JSON `{kind, values}` as `reports.letters.render` takes them."""
    asked = json.loads(argument)
    return pdf(letters.render(asked["kind"], asked["values"]))
