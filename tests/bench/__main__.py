"""Runs every measurement and prints what it found beside the bars of the design."""

from tests.bench import fold, ingest
from tests.intake import filled_intake


def main() -> None:
    for part in (fold.bench, lambda: ingest.bench(filled_intake())):
        for line in part():
            print(line, flush=True)


if __name__ == "__main__":
    main()
