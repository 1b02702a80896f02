"""Logs: one JSON object per line on stderr, without answers, names or tokens."""

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime

# Addresses of phones carry their token in the path (/v1/key/<token>/…) or in ?st=.
_TOKENS = re.compile(r"(/key/|[?&]st=)[^/?&\s]+")
# What our own modules add to a log record: codes and ids.
_CODES = frozenset({"job", "kind", "fault", "incident"})
_process = "alur"


def redacted(text: str) -> str:
    """A text with the tokens of addresses blotted out."""
    return _TOKENS.sub(r"\1…", text)


def log(level: str, event: str, /, **details: object) -> None:
    """Writes one line; `details` hold codes, ids and numbers, never what people wrote."""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": level,
        "event": event,
        "process": _process,
        "pid": os.getpid(),
        **details,
    }
    sys.stderr.write(redacted(json.dumps(line, ensure_ascii=False, default=str)) + "\n")
    sys.stderr.flush()


def places(error: BaseException) -> list[str]:
    """Where in our own code an exception passed; its message is left out, because it may quote an answer."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    return [f"{frame.filename}:{frame.lineno}" for frame in ours[-6:]]


class _Lines(logging.Handler):
    """What libraries log, in our shape: logger, level and place; their message only when it is a fixed text."""

    def emit(self, record: logging.LogRecord) -> None:
        details: dict[str, object] = {"logger": record.name, "where": f"{record.filename}:{record.lineno}"}
        details["text"] = redacted(str(record.msg))
        details.update((name, value) for name, value in vars(record).items() if name in _CODES)
        if record.exc_info and record.exc_info[0]:
            details["type"] = record.exc_info[0].__name__
            if record.exc_info[1] is not None:
                details["places"] = places(record.exc_info[1])
        log(record.levelname.lower(), "library", **details)


def start_logging(process: str) -> None:
    """Sends all logging of this process to stderr as JSON lines."""
    global _process
    _process = process
    root = logging.getLogger()
    root.handlers[:] = [_Lines()]
    root.setLevel(logging.WARNING)
    # That requests wait for a thread is a line for each of them, when the server has least time for it.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.captureWarnings(True)
