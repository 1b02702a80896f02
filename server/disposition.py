"""The header that names a file for whoever downloads it (RFC 6266)."""

from urllib.parse import quote


def disposition(way: str, name: str) -> str:
    """`way` is `attachment` or `inline`; `name` may hold any letters: old clients get it in ASCII, others whole."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\;%' else "_" for sign in name)
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
