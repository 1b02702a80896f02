"""Files of answers that were opened with a reason: their addresses say so for a while, to the one who gave it."""

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from server.web.guard import viewer
from server.web.render import runtime

SECONDS = 900
NAME = "buka"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(runtime().secret, salt="opened-files")


def key_of(submission_id: int) -> str:
    """What an address of this submission's files carries after its answers were opened."""
    return str(_signer().dumps([viewer().id, submission_id]))


def is_opened(submission_id: int) -> bool:
    """Whether the address that was asked for carries it."""
    try:
        told = _signer().loads(request.args.get(NAME, ""), max_age=SECONDS)
    except BadSignature:
        return False
    return bool(told == [viewer().id, submission_id])
