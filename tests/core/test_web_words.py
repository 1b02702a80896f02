"""Figures as the reader writes them."""

import pytest

from server.web.words import file_size


@pytest.mark.parametrize(
    ("size", "indonesian", "english"),
    [
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (1_000, "1 kB", "1 kB"),
        (1_340, "1,3 kB", "1.3 kB"),
        (999_960, "1 MB", "1 MB"),
        (25_060_000, "25,1 MB", "25.1 MB"),
    ],
)
def test_a_file_is_as_large_as_the_reader_writes_it(size: int, indonesian: str, english: str) -> None:
    assert (file_size("id", size), file_size("en", size)) == (indonesian, english)
