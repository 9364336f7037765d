"""Holds a report's rows between reading and storing: in memory while small, in a temporary file beyond that."""

import marshal
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

CHUNK_ROWS = 50_000
_CHUNKS_IN_MEMORY = 2

Rows = list[tuple[Any, ...]]
Chunk = tuple[Rows, Rows, Rows]
"""Rows for the tables test_group, test and failure, whose values are plain Python numbers, texts and None."""


class Spool:
    """Chunks of rows, written once, then read in order; the memory it takes does not grow with the report."""

    def __init__(self) -> None:
        self._first: list[Chunk] = []
        self._file: IO[bytes] | None = None
        self._sizes: list[int] = []

    def put(self, chunk: Chunk) -> None:
        self._first.append(chunk)
        if self._file is None and len(self._first) > _CHUNKS_IN_MEMORY:
            self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`
        if self._file is not None:
            self._sizes += [self._file.write(marshal.dumps(each)) for each in self._first]
            self._first.clear()

    def chunks(self) -> Iterator[Chunk]:
        yield from self._first
        if self._file is not None:
            self._file.seek(0)
            for size in self._sizes:
                yield marshal.loads(self._file.read(size))  # noqa: S302 - written by this process a moment ago

    def close(self) -> None:
        self._first = []
        if self._file is not None:
            self._file.close()
