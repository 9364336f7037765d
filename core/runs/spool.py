"""Holds a report's rows between reading and storing: in memory while small, in a temporary file beyond that."""

import marshal
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

CHUNK_ROWS = 10_000
_IN_MEMORY_BYTES = 4 << 20

Rows = list[tuple[Any, ...]]
Chunk = tuple[Rows, Rows, Rows, Rows]
"""Rows for the tables test_group, test, result and failure, whose values are plain Python numbers, texts and None."""


class Spool:
    """Chunks of rows, written once, then read in order; the memory it takes does not grow with the report."""

    def __init__(self) -> None:
        self._file = cast(IO[bytes], SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))
        self._sizes: list[int] = []
        self._last: Chunk | None = None

    def put(self, chunk: Chunk) -> None:
        if self._last is not None:
            self._sizes.append(self._file.write(marshal.dumps(self._last)))
        self._last = chunk

    def chunks(self) -> Iterator[Chunk]:
        self._file.seek(0)
        for size in self._sizes:
            yield marshal.loads(self._file.read(size))  # noqa: S302 - written by this process a moment ago
        if self._last is not None:
            yield self._last

    def close(self) -> None:
        self._last = None
        self._file.close()
