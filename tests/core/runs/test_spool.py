"""Rows wait for the store in memory while there are few, in a file beyond that."""

from core.runs.spool import Chunk, Spool


def chunk(number: int) -> Chunk:
    return [(number, "größe\ud800", None)], [(number, 1.5)] * 3, [(True, "x", -(1 << 63))]


def filled(chunks: int) -> Spool:
    spool = Spool()
    for number in range(chunks):
        spool.put(chunk(number))
    return spool


def test_chunks_come_back_in_order_however_many() -> None:
    for count in (0, 1, 2, 3, 9):
        spool = filled(count)
        assert list(spool.chunks()) == [chunk(number) for number in range(count)]
        spool.close()


def test_they_can_be_read_twice() -> None:
    spool = filled(5)
    assert list(spool.chunks()) == list(spool.chunks())
    spool.close()


def test_few_chunks_need_no_file_and_many_need_no_memory() -> None:
    assert filled(2)._file is None
    many = filled(3)
    assert many._file is not None
    assert many._first == []
    many.close()
    assert many._file.closed


def test_closing_twice_is_allowed() -> None:
    spool = filled(3)
    spool.close()
    spool.close()
