"""Places in answers as people read them: in words, and ways and plots as a drawing."""

from markupsafe import Markup

from forms import geo
from reports.sketch import sketch
from server.queries.submission_reading import Item
from server.web import words
from server.web.case_words import place_text
from server.web.render import language, t


def place_shown(item: Item) -> Markup | str:
    """A point with its accuracy and a link for the reader's own map; a way or plot drawn to scale. While it is
    hidden, the place to a kilometre."""
    if item.hidden:
        return place_text(item.text)
    points = geo.points(item.text)
    if not points:
        return item.text
    if item.type == "geopoint" or len(points) == 1:
        return _point(points[0])
    drawn = sketch([(point.latitude, point.longitude) for point in points], closed=item.type == "geoshape")
    told = t(f"kiriman.{item.type}", n=len(points), length=words.number(language(), round(drawn.length)))
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(drawn.svg, told)


def _point(point: geo.Point) -> Markup:
    place = f"{point.latitude:.6f}, {point.longitude:.6f}"
    link = Markup('<a href="geo:{}">{}</a>').format(place.replace(" ", ""), place)
    return link + (f" ±{words.number(language(), round(point.accuracy))} m" if point.accuracy else "")


GLOBALS = {"place_shown": place_shown}
