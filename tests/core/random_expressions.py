"""Random nested expressions of every type, for comparing two evaluators."""

from random import Random

_NUMBERS = ("${usia}", "${nol}", "${minus}", "${berat_badan}", "${kosong_angka}")
_TEXTS = ("${nama}", "${berat_tindakan}", "${layanan}", "${kosong}", "${nik}", "${kosong_pilihan}")
_DATES = ("${tgl_lahir}", "${saat}", "${tgl_kosong}")
_WORDS = (
    "''",
    "'berat'",
    "'rumah'",
    "'ringan'",
    "'sekolah rumah'",
    "'a'",
    "' '",
    "'12'",
    "'-3.50'",
    "'1e3'",
    "'2020-02-29'",
)
_FIGURES = ("0", "1", "2", "12", "12.5", ".5", "7.", "100", "365.25", "20000", "12345678901234", "0.0001", "0.1")
_DAYS = ("'2020-02-29'", "'2013-11-21'", "'2025-12-31T23:59:59.999+07:00'", "'1969-12-31'", "'2024-1-5'")
_ROWS = ("${anggota}", "${tanpa_baris}", "${anggota}[jk = 'p']", "${anggota}[position() > 1][umur > 5]")
_COLUMNS = ("umur", "jk", "pilih")
_PATTERNS = ("[0-9]+", "[a-z ]*", ".*a.*", "ber(at|ingin)", "")
_FORMS = ("%Y-%m-%d", "%e/%n/%y", "%H:%M:%S.%3", "%d %W", "%h%%")


class Expressions:
    """A stream of expressions; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def any(self, depth: int) -> str:
        return self.random.choice((self.number, self.text, self.truth, self.truth, self.date))(depth)

    def pick(self, depth: int, *makers: str) -> str:
        """One of the templates, each `{n}`, `{t}`, `{b}`, `{d}`, `{a}` filled with an expression of that type."""
        template = self.random.choice(makers)
        return template.format_map(_Fill(self, depth - 1))

    def rows(self) -> str:
        return self.random.choice(_ROWS)

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice(_NUMBERS + _FIGURES)
        column = f"{self.rows()}/{self.random.choice(_COLUMNS)}"
        return self.pick(
            depth,
            "({n} + {n})",
            "({n} - {n})",
            "{n} * {n}",
            "({n} div {n})",
            "({n} mod {n})",
            "-{n}",
            "number({a})",
            "int({n})",
            "int({t})",
            "round({n})",
            "round({n}, {n})",
            "round({n}, 2)",
            "abs({n})",
            "pow({n}, 2)",
            "sqrt({n})",
            "min({n}, {n})",
            "max({n}, {t}, {n})",
            "string-length({t})",
            "count-selected({s})",
            "if({b}, {n}, {n})",
            "coalesce({n}, {n})",
            "decimal-date-time({d})",
            "({d} - {d})",
            "{n}",
            f"count({self.rows()})",
            f"sum({column})",
            f"max({column})",
            f"min({column})",
            f"count-non-empty({column})",
            "sum(${umur})",
            "indexed-repeat(${umur}, ${anggota}, {n})",
        )

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice(_TEXTS + _WORDS)
        column = f"{self.rows()}/{self.random.choice(_COLUMNS)}"
        return self.pick(
            depth,
            "string({a})",
            "concat({a}, {t})",
            "concat({t}, {n}, {b})",
            "substr({t}, {n})",
            "substr({t}, {n}, {n})",
            "substr({t}, 1, -1)",
            "substring-before({t}, {t})",
            "substring-after({t}, {t})",
            "translate({t}, {t}, {t})",
            "normalize-space({t})",
            "join({t}, {a}, {a})",
            "if({b}, {t}, {t})",
            "coalesce({t}, {t})",
            "selected-at({s}, {n})",
            f"format-date({{d}}, '{self.random.choice(_FORMS)}')",
            f"join('-', {column})",
            f"concat({column})",
            "{t}",
            "indexed-repeat(${jk}, ${anggota}, {n})",
        )

    def choices(self) -> str:
        return self.random.choice(("${layanan}", "${kosong_pilihan}", "${berat_tindakan}", "'a b  c'"))

    def truth(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice(("true()", "false()", "${usia} >= 12", "${berat_tindakan} = 'berat'"))
        return self.pick(
            depth,
            "({b} and {b})",
            "({b} or {b})",
            "not({b})",
            "not({a})",
            "({n} < {n})",
            "({n} >= {n})",
            "({n} <= {t})",
            "({a} = {a})",
            "({a} != {a})",
            "({t} = {t})",
            "({n} = {n})",
            "({d} < {d})",
            "({d} = {d})",
            "({d} > {n})",
            "selected({s}, {t})",
            "boolean({a})",
            "boolean-from-string({a})",
            "contains({t}, {t})",
            "starts-with({t}, {t})",
            "ends-with({t}, {t})",
            f"regex({{t}}, '{self.random.choice(_PATTERNS)}')",
            "if({b}, {b}, {b})",
            "coalesce({b}, {b})",
            "checklist({n}, {n}, {b}, {b}, {a})",
            "weighted-checklist({n}, {n}, {b}, {n}, {b}, {n})",
            "(${kosong_angka} < {n})",
            "({d} <= {t})",
        )

    def date(self, depth: int) -> str:
        if depth <= 0:
            return self.random.choice(_DATES + tuple(f"date({day})" for day in _DAYS))
        return self.pick(
            depth,
            "date({d})",
            "date-time({d})",
            "date({n})",
            "date-time({n})",
            "if({b}, {d}, {d})",
            "coalesce({d}, {d})",
            "date({d} + {n})",
            "date-time(decimal-date-time({d}))",
            "{d}",
        )


class _Fill(dict[str, str]):
    def __init__(self, source: Expressions, depth: int) -> None:
        super().__init__()
        self.source = source
        self.depth = depth

    def __missing__(self, key: str) -> str:
        if key == "s":
            return self.source.choices()
        if len(key) > 1:
            return f"{{{key}}}"
        makers = {
            "n": self.source.number,
            "t": self.source.text,
            "b": self.source.truth,
            "d": self.source.date,
            "a": self.source.any,
        }
        return makers[key](self.source.random.randint(0, self.depth) if self.depth > 0 else 0)
