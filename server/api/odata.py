"""OData of a form and of an entity list (central-api.md section 7) and of an office's cases: service document,
metadata, tables, rows."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, urlencode

from flask import Response, request

from server.api.answers import WHOLE, etagged, flag, number, tag_of, tagged, unchanged
from server.api.door import Route, runtime, viewer
from server.api.identity import address
from server.problems import Problem
from server.queries import cases_odata, entities_odata, entity_lists_api, exports, odata
from server.queries.entities_api import find_list
from server.queries.odata import Asked, Feed

JSON = "application/json; odata.metadata=minimal; charset=utf-8"
XML = "application/xml; charset=utf-8"
OPTIONS = frozenset({"$top", "$skip", "$count", "$skiptoken", "$filter", "$select", "$orderby", "$expand", "$wkt"})

_ROW = re.compile(r"Submissions\('((?:uuid:)?[^'/]+)'\)((?:/[A-Za-z_]\w*(?:\('[0-9a-f]{40}'\))?)*)")
_MAX_VERSION = re.compile(r"[0-9]+")


def _checked(*formats: str) -> None:
    """Refuses a client of an older OData and a format this address does not give."""
    newest = _MAX_VERSION.match(request.headers.get("OData-MaxVersion", ""))
    if newest and int(newest[0]) < 4:
        raise Problem("request.not_found")
    asked = request.args.get("$format")
    if asked is not None and asked.lower() not in formats:
        raise Problem("request.format", got=asked[:100], allowed=", ".join(formats))


def _asked() -> Asked:
    """The options of the request. Raises `request.unsupported` for one nobody knows."""
    for name in request.args:
        if name not in OPTIONS and name not in ("$format", "lang"):
            raise Problem("request.unsupported", feature=name[:100])
    expand = request.args.get("$expand")
    if expand not in (None, "", "*"):
        raise Problem("odata.expand", text=str(expand)[:100])
    text = {name: request.args.get(name) or None for name in ("$skiptoken", "$filter", "$select", "$orderby")}
    return Asked(
        top=number("$top"),
        skip=number("$skip") or 0,
        cursor=text["$skiptoken"],
        count=flag("$count"),
        filter=text["$filter"],
        select=text["$select"],
        orderby=text["$orderby"],
        expand=expand == "*",
        wkt=flag("$wkt"),
    )


def _root(project_id: int, form_id: str, *, draft: bool) -> str:
    end = "/draft.svc" if draft else ".svc"
    return f"{request.host_url}v1/projects/{project_id}/forms/{quote(form_id, safe='')}{end}"


def service_document(project_id: int, form_id: str, *, draft: bool = False) -> Response:
    _checked("json")
    found = odata.service(runtime().store, viewer(), project_id, form_id, draft=draft)
    body = {"@odata.context": f"{_root(project_id, form_id, draft=draft)}/$metadata", "value": found.document()}
    return _json(json.dumps(body, ensure_ascii=False))


def metadata(project_id: int, form_id: str, *, draft: bool = False) -> Response:
    _checked("xml")
    found = odata.service(runtime().store, viewer(), project_id, form_id, draft=draft)
    return _described(found.metadata())


def _json(body: str | Iterator[str]) -> Response:
    response = Response(body, content_type=JSON)
    response.headers["OData-Version"] = "4.0"
    return response


def table(project_id: int, form_id: str, rest: str, *, draft: bool = False) -> Response:
    """A table, one row of `Submissions`, or the rows of a repeat that one submission has; `draft`: of what was sent
    while the draft is tried."""
    _checked("json")
    asked, store, tag = _asked(), runtime().store, None
    row = _ROW.fullmatch(rest)
    if row is None and not _is_small(asked):
        tag = tag_of(exports.etag(store, viewer(), project_id, form_id, draft=draft))
        if known := unchanged(tag):
            return known
    if row is None:
        feed = odata.feed(store, viewer(), project_id, form_id, rest, asked, address(), draft=draft)
    else:
        steps = tuple(step for step in row[2].split("/") if step)
        feed = odata.one(store, viewer(), project_id, form_id, row[1], steps, asked, address(), draft=draft)
    root = _root(project_id, form_id, draft=draft)
    return _sent(feed, asked, f"{root}/$metadata#{feed.table}", f"{root}/{rest}", tag, small=row is not None)


def _sent(
    feed: Feed, asked: Asked, context: str, here: str, tag: str | None = None, *, small: bool = False
) -> Response:
    written = _written(feed, context, here)
    if small or _is_small(asked):
        return etagged(_json("".join(written)))
    return tagged(_json(written), tag) if tag else _json(written)


def _is_small(asked: Asked) -> bool:
    return asked.top is not None and asked.top <= WHOLE


def _written(feed: Feed, context: str, here: str) -> Iterator[str]:
    """The JSON of a feed, piece by piece."""
    yield '{"value":['
    between = ""
    for row in feed.rows:
        yield between + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        between = ","
    tail: dict[str, object] = {"@odata.context": context}
    if feed.next is not None:
        tail["@odata.nextLink"] = f"{here}?{_options(feed.next)}"
    if feed.count is not None:
        tail["@odata.count"] = feed.count
    if feed.masked:
        tail["@alur.masked"] = feed.masked
    yield "]," + json.dumps(tail, ensure_ascii=False, separators=(",", ":"))[1:]


def _options(more: Mapping[str, str]) -> str:
    kept = {name: text for name, text in request.args.items() if name not in ("$skip", "$skiptoken")}
    return urlencode({**kept, **more}, safe="$*'()/:", quote_via=quote)


def draft_document(project_id: int, form_id: str) -> Response:
    return service_document(project_id, form_id, draft=True)


def draft_metadata(project_id: int, form_id: str) -> Response:
    return metadata(project_id, form_id, draft=True)


def draft_table(project_id: int, form_id: str, rest: str) -> Response:
    return table(project_id, form_id, rest, draft=True)


def _document(root: str, tables: Iterable[str]) -> Response:
    value = [{"name": name, "kind": "EntitySet", "url": name} for name in tables]
    return _json(json.dumps({"@odata.context": f"{root}/$metadata", "value": value}))


def _described(csdl: str) -> Response:
    response = Response(csdl, content_type=XML)
    response.headers["OData-Version"] = "4.0"
    return etagged(response)


def cases_document(project_id: int) -> Response:
    _checked("json")
    return _document(_cases_root(project_id), cases_odata.TABLES)


def cases_metadata(project_id: int) -> Response:
    _checked("xml")
    return _described(cases_odata.metadata())


def cases_table(project_id: int, name: str) -> Response:
    _checked("json")
    asked = _asked()
    feed = cases_odata.feed(runtime().store, viewer(), project_id, name, asked, address())
    root = _cases_root(project_id)
    return _sent(feed, asked, f"{root}/$metadata#{name}", f"{root}/{name}")


def _cases_root(project_id: int) -> str:
    return f"{request.host_url}v1/projects/{project_id}/cases.svc"


def _list_root(project_id: int, name: str) -> str:
    return f"{request.host_url}v1/projects/{project_id}/datasets/{quote(name, safe='')}.svc"


def list_document(project_id: int, name: str) -> Response:
    _checked("json")
    find_list(runtime().store, viewer(), project_id, name)
    return _document(_list_root(project_id, name), [entities_odata.TABLE])


def list_metadata(project_id: int, name: str) -> Response:
    _checked("xml")
    return _described(entities_odata.metadata(runtime().store, viewer(), project_id, name))


def list_table(project_id: int, name: str) -> Response:
    _checked("json")
    asked, store = _asked(), runtime().store
    tag = None if _is_small(asked) else tag_of(entity_lists_api.state(store, viewer(), project_id, name))
    if tag and (known := unchanged(tag)):
        return known
    found = entities_odata.feed(store, viewer(), project_id, name, asked, address())
    root = _list_root(project_id, name)
    return _sent(found, asked, f"{root}/$metadata#{entities_odata.TABLE}", f"{root}/{entities_odata.TABLE}", tag)


_LIST = "/v1/projects/<int:project_id>/datasets/<name>.svc"
_CASES = "/v1/projects/<int:project_id>/cases.svc"
_SERVICE = "/v1/projects/<int:project_id>/forms/<form_id>.svc"
_DRAFT = "/v1/projects/<int:project_id>/forms/<form_id>/draft.svc"

ROUTES = (
    Route("GET", _SERVICE, service_document, "submission.read"),
    Route("GET", f"{_SERVICE}/$metadata", metadata, "submission.read"),
    Route("GET", f"{_SERVICE}/<path:rest>", table, "submission.read"),
    Route("GET", _DRAFT, draft_document, "submission.read"),
    Route("GET", f"{_DRAFT}/$metadata", draft_metadata, "submission.read"),
    Route("GET", f"{_DRAFT}/<path:rest>", draft_table, "submission.read"),
    Route("GET", _LIST, list_document, "case.read"),
    Route("GET", f"{_LIST}/$metadata", list_metadata, "case.read"),
    Route("GET", f"{_LIST}/{entities_odata.TABLE}", list_table, "case.read"),
    Route("GET", _CASES, cases_document, "case.read"),
    Route("GET", f"{_CASES}/$metadata", cases_metadata, "case.read"),
    Route("GET", f"{_CASES}/<name>", cases_table, "case.read"),
)
