"""audit.csv as phones really write it."""

from datetime import UTC, datetime

from forms.client_audit import COLUMNS, read


def test_an_ordinary_log_is_read_with_its_moments() -> None:
    (begun, asked) = read(
        b"event,node,start,end,latitude,longitude,accuracy,old-value,new-value,user,change-reason\n"
        b"form start,,1772416502123,,,,,,,,\n"
        b'question,/data/anggota[2]/nama,1772416503000,1772416509000,-7.6,112.9,5.0,,"Budi, ""B""",sri,typo\n'
    )
    assert (begun.event, begun.started, begun.ended) == (
        "form start",
        datetime(2026, 3, 2, 1, 55, 2, 123000, UTC),
        None,
    )
    assert (asked.node, asked.new_value, asked.user, asked.change_reason) == (
        "/data/anggota[2]/nama",
        'Budi, "B"',
        "sri",
        "typo",
    )
    assert asked.cells[4:7] == ["-7.6", "112.9", "5.0"]
    assert len(asked.cells) == len(COLUMNS)


def test_bom_short_and_long_rows_unknown_columns_and_a_new_header_in_the_middle() -> None:
    events = list(
        read(
            "\ufeffevent, node, start, end, merek\r\nform start,,1,,HP\r\nquestion,/data/a\r\n"
            "jump,/data/b,5,6,x,y\r\n\r\n"
            "event,node,start,end,old-value,new-value\r\nquestion,/data/c,7,8,lama,baru\r\n".encode()
        )
    )
    assert [event.event for event in events] == ["form start", "question", "jump", "question"]
    assert events[0].more == {"merek": "HP"}
    assert (events[1].node, events[1].start, events[1].started) == ("/data/a", "", None)
    assert events[2].more == {"merek": "x", "6": "y"}
    assert (events[3].old_value, events[3].new_value) == ("lama", "baru")


def test_bare_quotes_are_text() -> None:
    events = list(
        read(
            b"event,node,start,end,old-value,new-value\n"
            b'question,/data/a,1,2,"halo,5" panjang\n'
            b'question,/data/b,3,4,kata "kutip" di dalam,"tidak ditutup\n'
            b'question,/data/c,5,6,x,y"\n'
            b'question,/data/d,7,8,"dua\nbaris, ""benar""",z\n'
        )
    )
    assert [event.node for event in events] == ["/data/a", "/data/b", "/data/c", "/data/d"]
    assert (events[0].old_value, events[0].new_value) == ('"halo', '5" panjang')
    assert (events[1].old_value, events[1].new_value) == ('kata "kutip" di dalam', '"tidak ditutup')
    assert events[2].new_value == 'y"'
    assert (events[3].old_value, events[3].new_value) == ('dua\nbaris, "benar"', "z")


def test_what_is_no_log_raises_nothing() -> None:
    assert list(read(b"")) == []
    assert [event.event for event in read(b"\xff\xfe\x00acak")] == ["\ufffd\ufffd\x00acak"]
    assert next(read(b"event,node,start,end\nquestion,/a,sore,99999999999999999999\n")).ended is None
