"""Writes the files: `.venv/bin/python -m tests.journeys.golden`; then read what changed, aloud."""

from tests.journeys.golden import alone, cohort, demo, thread, write


def main() -> None:
    with alone() as house:
        write(demo.play(house))
    with alone() as house:
        write(cohort.play(house))
    for language in thread.WORDS:
        with alone() as house:
            write(thread.play(house, language))


if __name__ == "__main__":
    main()
