"""Runs every measurement and prints what it found beside the bars of the design."""

from tests.bench import ingest
from tests.intake import filled_intake

if __name__ == "__main__":
    for line in ingest.bench(filled_intake()):
        print(line, flush=True)
