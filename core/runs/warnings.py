"""Collects what was odd in a report: one sentence per kind, with a count and an example."""


class Warnings:
    """Counts oddities by kind, so that a report with a million of one kind says it once."""

    def __init__(self) -> None:
        self._counted: dict[str, list[int]] = {}
        self._examples: dict[str, str] = {}
        self._notes: list[str] = []

    def add(self, kind: str, example: str) -> None:
        """Count one oddity; the first example of a kind is kept."""
        if kind in self._counted:
            self._counted[kind][0] += 1
        else:
            self._counted[kind] = [1]
            self._examples[kind] = example

    def note(self, sentence: str) -> None:
        """Add a sentence of its own."""
        self._notes.append(sentence)

    def sentences(self) -> tuple[str, ...]:
        counted = (f"{count[0]} {kind}, e.g. {self._examples[kind]}" for kind, count in self._counted.items())
        return (*counted, *self._notes)
