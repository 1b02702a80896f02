"""Runs every measurement and prints what it found beside the bars of the design."""

from tests.bench import fold, growth, ingest
from tests.intake import filled_intake


def main() -> None:
    intakes = filled_intake()
    for part in (fold.bench, lambda: ingest.bench(intakes), lambda: growth.bench(intakes)):
        for line in part():
            print(line, flush=True)


if __name__ == "__main__":
    main()
