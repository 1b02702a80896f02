"""The flow of an SOP drawn for people: every step a box, every route a line or a word."""

from lxml import etree

from reports.flow import Box, Exit, draw

SVG = "{http://www.w3.org/2000/svg}"
CONFERENCE = Box(
    "s06",
    "6",
    "Konferensi kasus",
    "pekerja sosial",
    (
        Exit("s07", "bila usia < 12", "→ 7"),
        Exit("s08", "bila usia ≥ 12 dan berat", "→ 8", reading=True),
        Exit("s06", "bila belum sepakat", "→ 6"),
        Exit(None, "cabang selesai", "■"),
    ),
    state="open",
    state_text="Sedang di sini",
)
MEDIATION = Box("s07", "7", "Upaya RJ", exits=(Exit("close", "selalu", "→ selesai"),), state="done")
POLICE = Box("s08", "8", "Pelaporan ke UPPA", exits=(Exit("close", "selalu", "→ selesai", faulty=True),), href="#s08")
CLOSED = Box("close", "", "Kasus ditutup")


def picture(*boxes: Box) -> etree._Element:
    return etree.fromstring(draw(boxes, title="Alur ABH", description="Empat kotak"))


def lines(svg: etree._Element) -> list[etree._Element]:
    return svg.findall(f"{SVG}path")


def test_every_step_is_a_box_that_fits_the_picture() -> None:
    svg = picture(CONFERENCE, MEDIATION, POLICE, CLOSED)
    width, height = (int(svg.get(name) or 0) for name in ("width", "height"))
    rects = svg.findall(f".//{SVG}rect")
    assert len(rects) == 4
    for rect in rects:
        assert 0 <= int(rect.get("x") or 0) <= width - int(rect.get("width") or 0)
        assert int(rect.get("y") or 0) + int(rect.get("height") or 0) <= height
    tops = [int(rect.get("y") or 0) for rect in rects]
    assert tops == sorted(tops)


def test_every_route_is_a_line_except_the_end_of_a_branch() -> None:
    drawn = lines(picture(CONFERENCE, MEDIATION, POLICE, CLOSED))
    # 6→7 and 8→close straight down; 6→8, 7→close forward; 6→6 back.
    assert len(drawn) == 5
    assert sum(line.get("stroke-dasharray") is not None for line in drawn) == 1
    assert sum(line.get("stroke") == "#b3261e" for line in drawn) == 1


def test_routes_to_one_step_share_a_lane_and_others_do_not() -> None:
    far = [Box(f"s{n}", str(n), "Layanan", exits=(Exit("s9", ""), Exit("s8", ""))) for n in range(1, 5)]
    svg = picture(*far, Box("s7", "7", "Antara"), Box("s8", "8", "Delapan"), Box("s9", "9", "Sembilan"))
    lanes = {(line.get("d") or "").split("H")[1].split("V")[0] for line in lines(svg)}
    assert len(lanes) == 2


def test_what_an_office_writes_is_text_never_markup() -> None:
    svg = picture(Box("s01", "1", "<script>alert(1)</script>", exits=(Exit(None, 'a"b<c'),)))
    assert not svg.findall(f".//{SVG}script")
    assert any("<script>" in (text.text or "") for text in svg.iter(f"{SVG}text"))


def test_the_step_where_the_case_stands_says_so_in_words() -> None:
    svg = picture(CONFERENCE, MEDIATION)
    assert any(text.text == "Sedang di sini" for text in svg.iter(f"{SVG}text"))
