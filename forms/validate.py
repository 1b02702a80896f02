"""What ODK Validate says about an XForm, as findings with cells.

ODK Validate is JavaRosa, the parser inside Collect: it finds what pyxform lets pass and the phone
would choke on. Its text is full of class names, stack traces and temporary names; none of that
leaves here. Codes: `xlsform.*`.
"""

import re
from collections.abc import Iterator

from forms.findings import Finding, Place
from forms.survey import rows_by_path
from forms.workbook import Workbook

_VALID = ">> Xform is valid!"
_INVALID = (
    ">> XForm is invalid",
    ">> Xform is invalid",
    ">> Something broke the parser",
    ">> XML is invalid",
    "Result: Invalid",
)
_START = re.compile(r"^Validating: (.+)$", re.MULTILINE)
_END = "The following files failed validation:"
_CLASS = re.compile(r"(?:Caused by: )?\b(?:[a-z]\w*\.){2,}\w+(?:Exception|Error)?:?\s*")
_HASH = re.compile(r",?\s*Bad node: \S+|@[0-9a-f]{5,}")
_PATH = re.compile(r"(?<![\w'(])/[A-Za-z_][\w.-]*(?:/[\w.-]+(?:\[[^\]]*\])?)+")

# Text, code, column the complaint is about.
_KINDS: tuple[tuple[str, str, str], ...] = (
    (r"(?:Mismatched|Unbalanced) brackets", "brackets", ""),
    (r"cannot handle function '(?P<function>[^']+)'", "unknown_function", ""),
    (r"Instance referenced by instance\((?P<instance>[^)]*)\)", "unknown_instance", ""),
    (r"Cycle detected", "cycle", ""),
    (r"Bad node|Encountered a problem with|Invalid \w+ for the bind", "bad_expression", ""),
)
_COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"calculate", ("calculation", "calculate")),
    (r"display condition|relevan", ("relevant", "relevance")),
    (r"constraint", ("constraint",)),
    (r"required", ("required",)),
    (r"read.?only", ("read_only", "readonly")),
)


def sections(output: str) -> dict[str, str]:
    """The output of one run over several files, by the file name as it was given."""
    body = output.split(_END)[0]
    found = list(_START.finditer(body))
    ends = [*(item.start() for item in found[1:]), len(body)][: len(found)]
    return {item[1].strip(): body[item.end() : end] for item, end in zip(found, ends, strict=True)}


def findings(output: str, exit_code: int, workbook: Workbook | None) -> tuple[Finding, ...]:
    """The complaints about one form. Nothing found only when the validator said "valid" and ended well.

    `output` is stdout and stderr of one file, `workbook` the form it came from, if known. Without a
    verdict the answer is the error `xlsform.not_checked` (ruling 52).
    """
    if _VALID in output and exit_code == 0:
        return ()
    if not any(mark in output for mark in _INVALID):
        return (Finding("xlsform.not_checked", args={"exit": exit_code}),)
    text = _plain(output)
    for pattern, what, _ in _KINDS:
        found = re.search(pattern, output, re.IGNORECASE)
        if found:
            return tuple(_placed(what, output, text, {**found.groupdict()}, workbook))
    return (Finding("xlsform.validate", place=_place(output, workbook), args={"message": text}),)


def _placed(what: str, output: str, text: str, args: dict[str, str], workbook: Workbook | None) -> Iterator[Finding]:
    if what == "cycle":
        paths = sorted(_paths(output))  # JavaRosa names them in any order
        named = ", ".join(dict.fromkeys(path.rsplit("/", 1)[-1] for path in paths))
        for path in paths or [""]:
            yield Finding("xlsform.cycle", place=_place_of(path, "", workbook), args={"names": named})
        return
    yield Finding(f"xlsform.{what}", place=_place(output, workbook), args={**args, "message": text})


def _plain(output: str) -> str:
    """The first complaint in words: no classes, hashes, stack or temporary names; paths as `${name}`."""
    lines: list[str] = []
    for line in output.splitlines():
        stripped = line.strip()
        if line.startswith("\t") or stripped.startswith(("Caused by", "...", "Validating:")):
            if lines:
                break
            continue
        if stripped and not stripped.startswith((">>", "[Fatal Error]", "Result:")):
            lines.append(_HASH.sub("", _CLASS.sub("", stripped)))
    text = " ".join(line for line in lines if line)
    return _PATH.sub(lambda found: f"${{{_name(found[0])}}}", text).strip()[:500]


def _name(path: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", path).rsplit("/", 1)[-1]


def _paths(output: str) -> list[str]:
    """The node paths of the first complaint, without root and positions, in their order."""
    head = output.split("\n\tat ")[0]
    found = (re.sub(r"\[[^\]]*\]", "", item) for item in _PATH.findall(head))
    return list(dict.fromkeys("/" + path.split("/", 2)[2] for path in found if path.count("/") > 1))


def _place(output: str, workbook: Workbook | None) -> Place | None:
    head = output.split("\n\tat ")[0]
    paths = _paths(output)
    return _place_of(paths[0], head, workbook) if paths else None


def _place_of(path: str, message: str, workbook: Workbook | None) -> Place | None:
    """The cell of the survey row that has this path; the column by what the message speaks of."""
    row = rows_by_path(workbook).get(path)
    if row is None:
        return None
    for pattern, headers in _COLUMNS:
        if re.search(pattern, message, re.IGNORECASE) and row.text(*headers):
            return row.place(*headers)
    if not message:
        for _, headers in _COLUMNS:
            if row.text(*headers):
                return row.place(*headers)
    return row.place("name")
