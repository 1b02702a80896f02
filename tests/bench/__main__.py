"""Runs measurements and prints what they found beside the bars of the design: all, or those named as arguments."""

import sys

from tests.bench import check, export, fold, growth, ingest, lists, replay

PARTS = {
    "check": check.bench,
    "fold": fold.bench,
    "replay": replay.bench,
    "ingest": ingest.bench,
    "growth": growth.bench,
    "lists": lists.bench,
    "export": export.bench,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        for line in PARTS[name]():
            print(line, flush=True)
