"""Files of answers that were opened with a reason: their addresses say so for a while, to the one who gave it."""

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from server.web.guard import viewer
from server.web.render import runtime

SECONDS = 900
NAME = "buka"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(runtime().secret, salt="opened-files")


def key_of(opened: int | str) -> str:
    """What an address of the files of this submission (or of what waits, by its task) carries after it was opened."""
    return str(_signer().dumps([viewer().id, opened]))


def is_opened(opened: int | str) -> bool:
    """Whether the address that was asked for carries it."""
    try:
        told = _signer().loads(request.args.get(NAME, ""), max_age=SECONDS)
    except BadSignature:
        return False
    return bool(told == [viewer().id, opened])
