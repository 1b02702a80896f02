"""What whoever sent a form reads: received, the case's number, and what comes next."""

from datetime import datetime

from babel.dates import format_date

from server.access import Viewer
from server.actions.received import Receipt
from server.locale import say

# A longer list tells an enumerator nothing.
MOST_NUMBERS = 4


def told(receipt: Receipt, viewer: Viewer, language: str) -> str:
    """The sentence for this sender: whoever holds a public link learns that it arrived, nothing of the case."""
    if viewer.kind == "public_link":
        receipt = Receipt(receipt.code, receipt.instance_id, missing=receipt.missing)
    return sentence(receipt, language)


def sentence(receipt: Receipt, language: str) -> str:
    """One short text; it names the case by number only, never the client."""
    numbers = ", ".join(receipt.numbers)
    parts = [say(language, f"openrosa.{receipt.code}", number=numbers)]
    if len(receipt.numbers) > MOST_NUMBERS:
        parts.append(say(language, "openrosa.cases", count=len(receipt.numbers)))
    elif numbers:
        parts.append(say(language, "openrosa.case", number=numbers))
    if receipt.closed:
        parts.append(say(language, "openrosa.closed"))
    for name, labels, due in receipt.open_steps[:3]:
        step = labels.get(language) or labels.get("id") or next(iter(labels.values()), name)
        if due:
            day = format_date(datetime.fromisoformat(due).date(), "EEE d MMM", locale=language)
            parts.append(say(language, "openrosa.next_due", step=step, day=day))
        else:
            parts.append(say(language, "openrosa.next", step=step))
    if receipt.missing:
        parts.append(say(language, "openrosa.missing", count=len(receipt.missing)))
    return " ".join(parts)
