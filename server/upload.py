"""The multipart body of a submission: the XML part in memory, every other file into the blob store."""

import errno
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from server.actions.received import MAX_XML, SentFile
from server.problems import Problem

XML_PART = "xml_submission_file"
# Collect's sign that more posts follow; what is complete is told by the XML (pitfalls 3).
INCOMPLETE = "*isIncomplete*"
MAX_PARTS = 1000
MAX_BODY = 100 * 1024 * 1024
CHUNK = 256 * 1024
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})

Put = Callable[[Iterable[bytes]], Any]


def read_upload(request: Request, put: Put) -> tuple[bytes, list[SentFile]]:
    """The submission XML and the files beside it, which `put` (the blob store) has made durable.

    A part sent without a file name is kept as a file all the same; two different XML parts are no
    submission. Raises Problem `submission.no_xml_part`, `submission.broken_multipart` or `submission.too_large`.
    """
    request.max_content_length = MAX_BODY
    if request.mimetype != "multipart/form-data":
        raise Problem("submission.no_xml_part")
    parser = FormDataParser(max_form_parts=MAX_PARTS, max_form_memory_size=MAX_XML, silent=False)
    try:
        _stream, fields, files = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except RequestEntityTooLarge:
        raise Problem("submission.too_large", limit=MAX_BODY >> 20) from None
    except OSError as error:
        if error.errno in NO_SPACE:
            raise Problem("store.full") from error
        raise Problem("submission.broken_multipart") from None
    except (ValueError, ClientDisconnected):
        raise Problem("submission.broken_multipart") from None
    xmls = {part.stream.read(MAX_XML + 1) for part in files.poplist(XML_PART)}
    xmls |= {text.encode() for text in fields.poplist(XML_PART)}
    if not xmls:
        raise Problem("submission.no_xml_part")
    if len(xmls) > 1:
        raise Problem("submission.broken_multipart")
    xml = xmls.pop()
    if len(xml) > MAX_XML:
        raise Problem("submission.too_large", limit=MAX_BODY >> 20)
    sent = [_keep(name, file, put) for name, file in files.items(multi=True)]
    sent += [
        SentFile.of(name or "tanpa-nama", put([text.encode()]), "text/plain")
        for name, text in fields.items(multi=True)
        if name != INCOMPLETE
    ]
    return xml, sent


def _keep(name: str, file: FileStorage, put: Put) -> SentFile:
    # Collect names each part by its file; the file name is the fallback for other clients.
    return SentFile.of(name or file.filename or "tanpa-nama", put(_chunks(file)), file.mimetype or None)


def _chunks(file: FileStorage) -> Iterator[bytes]:
    while chunk := file.stream.read(CHUNK):
        yield chunk
