"""How programs are answered: JSON bodies, and refusals as ODK Central writes them (central-api.md section 1)."""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from secrets import token_hex

from flask import Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from forms.findings import Finding
from server.actions.bundle import warning_key
from server.handing_out import REVALIDATE
from server.locale import LANGUAGES, findings, say
from server.problems import Problem

log = logging.getLogger("alur.api")

# Exactly 76 bytes: ruODK takes a downloaded file of this size for an earlier refusal and fetches it again.
NOT_FOUND = b'{"message":"Could not find the resource you were looking for.","code":404.1}'
LIMIT_MB = 100
# A body of JSON is small; files come by other routes.
MAX_JSON = 2 * 1024 * 1024
MAX_FILE = LIMIT_MB * 1024 * 1024
CHUNK = 256 * 1024
# A list this short is made whole, so that it has an ETag of its own; a longer one flows out as it is read.
WHOLE = 1000
FLUSH = 64 * 1024
INT = re.compile(r"-?[0-9]{1,15}")


def answer(value: object, status: int = 200) -> Response:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status=status, content_type="application/json; charset=utf-8")


def success() -> Response:
    """The answer of an act that has no resource to show."""
    return answer({"success": True})


def extended() -> bool:
    """Whether the client asks for joined facts too (ODK Central's header)."""
    return request.headers.get("X-Extended-Metadata", "").lower() == "true"


def language() -> str:
    """The language of sentences: `?lang=` of the address, the account's, what the client asks for, Indonesian."""
    if (asked := request.args.get("lang", "")) in LANGUAGES:
        return asked
    viewer = g.get("viewer")
    if viewer is not None and viewer.kind == "user":
        return str(viewer.language)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def finding_json(finding: Finding, lang: str) -> dict[str, object]:
    """A finding as programs read it; a warning with the key that accepts it."""
    told = findings.as_json(finding, lang)
    return {**told, "key": warning_key(finding)} if finding.level == "warning" else told


def _details(problem: Problem, lang: str) -> dict[str, object]:
    details: dict[str, object] = {"problem": problem.code, **problem.args_}
    if not problem.findings:
        return details
    found: tuple[Finding, ...] = problem.findings
    errors = [f for f in found if f.level == "error"]
    warnings = [f for f in found if f.level == "warning"]
    details["findings"] = [finding_json(f, lang) for f in found]
    if problem.code == "form.warnings":
        details["warnings"] = {"xlsFormWarnings": [findings.line(f, lang) for f in warnings], "workflowWarnings": []}
    else:
        details["error"] = "\n".join(findings.line(f, lang) for f in errors)
        details["warnings"] = [findings.line(f, lang) for f in warnings]
    return details


def refuse(problem: Problem) -> Response:
    """A refusal: sentence, Central's number (else the status) and details; 429 and 503 say when to come back."""
    if problem.kind.central == "404.1":
        return Response(NOT_FOUND, status=404, content_type="application/json; charset=utf-8")
    lang = language()
    code = problem.kind.central
    body: Mapping[str, object] = {
        "message": say(lang, f"problem.{problem.code}", **{"limit": LIMIT_MB, **problem.args_}),
        "code": float(code) if code else problem.kind.status,
        "details": {name: _plain(value) for name, value in _details(problem, lang).items()},
    }
    response = answer(body, problem.kind.status)
    if problem.kind.status == 429:
        response.headers["Retry-After"] = str(int(str(problem.args_.get("minutes", 1))) * 60)
    elif problem.kind.status == 503:
        response.headers["Retry-After"] = "10"
    elif problem.code in ("auth.required", "auth.wrong") and request.headers.get("X-Requested-With") is None:
        response.headers["WWW-Authenticate"] = 'Basic realm="Alur", charset="UTF-8"'
    return response


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def refuse_http(error: HTTPException) -> Response:
    """What Flask itself refuses, in the same shape."""
    if isinstance(error, RequestEntityTooLarge):
        return refuse(Problem("request.too_large"))
    if error.code in (404, 308):
        return refuse(Problem("request.not_found"))
    if error.code == 405:
        return refuse(Problem("request.method"))
    return refuse(Problem("request.bad_json"))


def fault(error: Exception) -> Response:
    """A defect of ours: an id to quote, nothing about the inside."""
    incident = token_hex(4)
    log.error("request failed", exc_info=error, extra={"incident": incident, "fault": type(error).__name__})
    return refuse(Problem("internal", incident=incident))


def body_chunks() -> Iterator[bytes]:
    """The file in the body, piece by piece, as it comes: a Content-Encoding here only repeats the file's name (pyodk),
    the bytes are the file's own."""
    request.max_content_length = MAX_FILE
    while chunk := request.stream.read(CHUNK):
        yield chunk


def json_body(most: int = MAX_JSON) -> Mapping[str, object]:
    """The JSON object of the request, at most so many bytes; an absent body is an empty one. Raises
    `request.bad_json`."""
    request.max_content_length = most
    data = request.get_data()
    if not data.strip():
        return {}
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise Problem("request.bad_json", rawLength=len(data)) from None
    if not isinstance(body, dict) or not _is_text(body):
        raise Problem("request.bad_json", rawLength=len(data))
    return body


def _is_text(body: object) -> bool:
    """Whether all texts are ones a database holds: no NUL, no half of a character pair."""
    if isinstance(body, dict):
        return all(_is_text(name) and _is_text(value) for name, value in body.items())
    if isinstance(body, list):
        return all(map(_is_text, body))
    return not isinstance(body, str) or ("\0" not in body and not any("\ud800" <= sign <= "\udfff" for sign in body))


def text_of(body: Mapping[str, object], name: str, *, required: bool = True) -> str | None:
    """A text of a JSON body. Raises `request.missing` or `request.bad_type`."""
    value = body.get(name)
    if value is None or value == "":
        if required:
            raise Problem("request.missing", field=name)
        return None
    if not isinstance(value, str):
        raise Problem("request.bad_type", field=name, value=str(value)[:100], expected="string")
    return value


def refuse_properties(body: Mapping[str, object]) -> None:
    """Phones and links have no properties: a phone has the rows of its officer or shift (decision 0037), and what ODK
    Central would filter by must not seem to be kept. Raises `request.unsupported` for any that says something."""
    given = body.get("properties")
    if given and (not isinstance(given, dict) or any(given.values())):
        raise Problem("request.unsupported", feature="properties")


def reason() -> str:
    """Why somebody who sees answers masked needs them whole: the note Central's clients send with a request."""
    return " ".join(request.headers.get("X-Action-Notes", "").split())[:200]


def flag(name: str) -> bool:
    """A boolean of the query: 'true' in any case, anything else is no."""
    return request.args.get(name, "").lower() == "true"


def number(name: str, *, low: int = 0) -> int | None:
    """A whole number of the query, or None. Raises `request.bad_type` (400.11)."""
    text = request.args.get(name)
    if text is None or text == "":
        return None
    if not INT.fullmatch(text) or int(text) < low:
        raise Problem("request.bad_type", field=name, value=text[:100], expected="integer")
    return int(text)


def tag_of(state: str) -> str:
    """The ETag of what is asked for here, as long as `state` is the same."""
    asked = json.dumps([request.path, sorted(request.args.items()), language(), extended()])
    return hashlib.sha256(f"{state}{asked}".encode()).hexdigest()[:32]


def tagged(response: Response, tag: str) -> Response:
    """The answer with its weak ETag."""
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = REVALIDATE
    return response


def unchanged(tag: str) -> Response | None:
    """304 for a client that has what this ETag names."""
    return tagged(Response(status=304), tag) if request.if_none_match.contains_weak(tag) else None


def listed(items: Iterable[object], limit: int | None, state: Callable[[], str]) -> Response:
    """A JSON list with an ETag: a small one of its bytes, any other of `state`, and it flows out as it is read."""
    if limit is not None and limit <= WHOLE:
        return etagged(answer(list(items)))
    tag = tag_of(state())
    known = unchanged(tag)
    return known or tagged(Response(_flowing(items), content_type="application/json; charset=utf-8"), tag)


def _flowing(items: Iterable[object]) -> Iterator[str]:
    part, size = "[", 1
    parts: list[str] = []
    for item in items:
        parts.append(part + json.dumps(item, ensure_ascii=False, separators=(",", ":")))
        part, size = ",", size + len(parts[-1])
        if size > FLUSH:
            yield "".join(parts)
            parts, size = [], 0
    yield "".join(parts) + ("[]" if part == "[" else "]")


def etagged(response: Response) -> Response:
    """Adds a weak ETag of the body and answers 304 to a client that has it (central-api.md section 1, Caching)."""
    response.add_etag(weak=True)
    response.headers["Cache-Control"] = REVALIDATE
    response.make_conditional(request)
    return response
