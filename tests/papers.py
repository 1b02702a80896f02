"""Reading a paper as it is laid out: what stands on each page. Needs nothing but WeasyPrint, whose layout it asks."""

from collections.abc import Iterator
from dataclasses import dataclass

from weasyprint import HTML
from weasyprint.formatting_structure import boxes

from reports.pdf import OwnAssets


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the lines of its body, and what stands in its margins."""

    lines: tuple[str, ...]
    margin: str

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def read(html: str) -> list[Page]:
    """The pages of an HTML paper."""
    laid_out = HTML(string=html, url_fetcher=OwnAssets()).render()
    return [_page(page._page_box) for page in laid_out.pages]


def _page(box: boxes.PageBox) -> Page:
    margins = [child for child in box.children if isinstance(child, boxes.MarginBox)]
    body = [child for child in box.children if not isinstance(child, boxes.MarginBox)]
    lines = (line for child in body for line in _lines(child))
    return Page(tuple(line for line in lines if line), " ".join(line for child in margins for line in _lines(child)))


def _lines(box: boxes.Box) -> Iterator[str]:
    if isinstance(box, boxes.LineBox):
        yield " ".join("".join(_words(box)).split())
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _lines(child)


def _words(box: boxes.Box) -> Iterator[str]:
    if isinstance(box, boxes.TextBox):
        yield box.text
    elif isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from _words(child)
