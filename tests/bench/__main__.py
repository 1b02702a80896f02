"""Runs every measurement and prints what it found beside the bars of the design."""

from tests.bench import fold, growth, ingest

if __name__ == "__main__":
    for part in (fold.bench, ingest.bench, growth.bench):
        for line in part():
            print(line, flush=True)
