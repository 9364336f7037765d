"""Whatever is sent, the answer is a sentence with a status below 500, and the next report is stored."""

import asyncio
import contextlib
import gzip
import json
import random
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.bot.reports import a_bomb, a_report
from tests.bot.server.conftest import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

PINGS = "&lt;!channel>`\u202e&amp;\u2066x"
FACES = "😀" * 10_000
DEEP = b"<testsuite>" * 5000 + b"</testsuite>" * 5000
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><testsuites><testcase name="&c;"/></testsuites>"""
XXE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<testsuites><testcase name="a"><failure>&f;</failure></testcase></testsuites>"""

REFUSED = {
    "nothing": b"",
    "one zero byte": b"\x00",
    "only blanks": b" \n\t" * 1000,
    "words": b"hello",
    "json": b'{"tests": 1}',
    "html": b"<!DOCTYPE html><html><body>login</body></html>",
    "robot": b"<robot/>",
    "coverage": b"<coverage/>",
    "laughs": LAUGHS,
    "outside entity": XXE,
    "undefined entity": b"<testsuites><testcase name='&nope;'/></testsuites>",
    "depth": DEEP,
    "never closed": b"<testsuites>" + b"<a>" * 100_000,
    "cut off": a_report(50)[:-40],
    "a huge attribute": b'<testsuites><testcase name="' + b"n" * (11 << 20 >> 2) + b'<"/></testsuites>',
    "escape characters": b"<testsuites><testcase name='a'><failure>\x1b[31mred</failure></testcase></testsuites>",
    "wrong bytes": b"<?xml version='1.0' encoding='utf-8'?><testsuites><testcase name='\xff\xfe'/></testsuites>",
    "unknown encoding": b"<?xml version='1.0' encoding='klingon'?><testsuites/>",
    "declared utf-16, is ascii": b"<?xml version='1.0' encoding='utf-16'?><testsuites/>",
    "half a utf-16 mark": b"\xff\xfe<",
    "only a declaration": b"<?xml version='1.0'?>",
    "instructions": b"<?a?>" * 10_000,
    "random": random.Random(1).randbytes(100_000),
    "double gzip": gzip.compress(gzip.compress(a_report(), mtime=0)),
}


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def still_stores_afterwards(house: House, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """After every attack a report of somebody else is stored."""
    yield
    status, _ = await house.post(a_report(name=f"after {hash(request.node.name)}"))
    assert status in (200, 201)


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_report_is_refused_with_a_sentence(house: House, name: str) -> None:
    for data in (REFUSED[name], gzip.compress(REFUSED[name], mtime=0)):
        status, answer = await house.post(data)
        assert status == 422, answer
        assert len(answer["error"]) > 20
        assert "\x1b" not in answer["error"]
        assert "root:" not in json.dumps(answer)


STORED = {
    "names that ping and break": f"<testsuites><testcase classname='{PINGS}' name='a'/></testsuites>".encode(),
    "a name of 10,000 characters": b"<testsuites><testcase name='" + b"n" * 10_000 + b"'/></testsuites>",
    "a class of 10,000 signs": "<testsuites><testcase classname='{}' name='\u202e'/></testsuites>".format(
        "😀" * 10_000
    ).encode(),
    "odd times": b"<testsuites><testcase name='a' time='1e400'/><testcase name='b' time='nan'/>"
    b"<testcase name='c' time='-5'/><testcase name='d' time='1_000'/><testcase name='e' time='\xd9\xa3'/></testsuites>",
    "odd counts": b"<testsuite tests='99999999999999999999' errors='x'><testcase name='a'/></testsuite>",
    "no attributes": b"<testsuites><testsuite><testcase/><testcase/></testsuite></testsuites>",
    "odd stamps": b"<testsuite timestamp='9999-12-31T23:59:59-14:00'><testcase name='a'/></testsuite>",
    "old stamps": b"<testsuite timestamp='0001-01-01T00:00:00+14:00'><testcase name='a'/></testsuite>",
    "utf-16": "<?xml version='1.0' encoding='utf-16'?><testsuites><testcase name='a'/></testsuites>".encode("utf-16"),
    "latin-1": "<?xml version='1.0' encoding='iso-8859-1'?><testsuites><testcase name='é'/></testsuites>".encode(
        "latin-1"
    ),
    "no case": b"<testsuites/>",
    "a megabyte of failure": b"<testsuites><testcase name='a'><failure>"
    + b"E  x\n" * 200_000
    + b"</failure></testcase></testsuites>",
    "20,000 equal names": b"<testsuites>" + b"<testcase name='a'/>" * 20_000 + b"</testsuites>",
    "20,000 failures": b"<testsuites>" + b"<testcase name='a'><failure/></testcase>" * 20_000 + b"</testsuites>",
}


@pytest.mark.parametrize("name", STORED)
async def test_what_is_odd_is_stored(house: House, name: str) -> None:
    status, answer = await house.post(STORED[name])
    assert status == 201, answer


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (a_report()[:20], 400),
        (b"\x1f\x8b", 400),
        (gzip.compress(a_report(100), mtime=0)[:-12], 400),
        (gzip.compress(a_report(100), mtime=0)[:40] + b"\x00" * 40, 400),
        (gzip.compress(a_report(), mtime=0) + b"rubbish", 400),
        (zlib.compress(a_report()), 400),
    ],
    ids=["plain and cut", "two bytes", "cut", "damaged", "rubbish behind", "zlib"],
)
async def test_broken_gzip_is_a_bad_request(house: House, data: bytes, status: int) -> None:
    found, answer = await house.post(data, headers={"Content-Encoding": "gzip"})
    assert (found, "gzip" in answer["error"]) == (status, True)


async def test_other_encodings_are_not_accepted(house: House) -> None:
    for encoding in ("br", "deflate", "zstd", "gzip, gzip", "x" * 1000):
        assert (await house.post(a_report(), headers={"Content-Encoding": encoding}))[0] == 415


async def test_a_bomb_ends_at_the_cap(house: House) -> None:
    for headers in ({}, {"Content-Encoding": "gzip"}):
        status, answer = await house.post(a_bomb(100), headers=headers)
        assert (status, "server.max_upload_bytes" in answer["error"]) == (413, True)


async def test_too_many_bytes_end_at_the_cap_announced_or_not(house: House) -> None:
    async def without_length() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * (1 << 16)

    assert (await house.post(b"x" * (5 << 20)))[0] == 413
    # The server may close before the client has sent it all.
    with contextlib.suppress(OSError):
        assert (await house.post(without_length()))[0] == 413


@pytest.mark.parametrize("charset", ["klingon", "x" * 1000, "\u00ff", "utf-8;;", "idna", "rot13", "base64"])
async def test_no_charset_breaks_it(house: House, charset: str) -> None:
    status, _ = await house.post(
        a_report(name=f"charset {charset}"), headers={"Content-Type": f"text/xml; charset={charset}"}
    )
    assert status in (200, 201, 400)


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "image/png",
        "nonsense",
        "multipart/mixed; boundary=x",
        "x/" + "y" * 5000,
        "text/xml; a=b; a=c",
    ],
)
async def test_the_content_type_decides_nothing(house: House, kind: str) -> None:
    assert (await house.post(a_report(name=kind), headers={"Content-Type": kind}))[0] in (201, 415)


def a_form(*parts: bytes, boundary: bytes = b"b") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"


def named(name: bytes, data: bytes, *more: bytes) -> bytes:
    return b"\r\n".join([b'Content-Disposition: form-data; name="' + name + b'"', *more, b"", data])


GOOD = named(b"report", a_report())
FORMS: dict[str, tuple[bytes, bytes]] = {
    "empty": (b"b", b""),
    "no boundary": (b"", a_form(GOOD)),
    "another boundary": (b"other", a_form(GOOD)),
    "a boundary of 1000": (b"b" * 1000, a_form(GOOD, boundary=b"b" * 1000)),
    "cut off in a header": (b"b", b"--b\r\nContent-Dispo"),
    "cut off in a part": (b"b", a_form(GOOD)[:-30]),
    "no part": (b"b", b"--b--\r\n"),
    "no report": (b"b", a_form(named(b"suite", b"x"))),
    "a part without a name": (b"b", a_form(b"\r\n\r\nx")),
    "an unknown part": (b"b", a_form(GOOD, named(b"evil", b"x"))),
    "a field twice": (b"b", a_form(GOOD, named(b"suite", b"x"), named(b"suite", b"y"))),
    "coverage twice": (b"b", a_form(GOOD, named(b"coverage", b"x"), named(b"coverage", b"y"))),
    "a field of 100,000": (b"b", a_form(GOOD, named(b"suite", b"x" * 100_000))),
    "a field that is no text": (b"b", a_form(GOOD, named(b"suite", b"\xff\xfe"))),
    "a field of a strange charset": (
        b"b",
        a_form(GOOD, named(b"suite", b"x", b"Content-Type: text/plain; charset=klingon")),
    ),
    "a field of a binary charset": (
        b"b",
        a_form(GOOD, named(b"suite", b"x", b"Content-Type: text/plain; charset=rot13")),
    ),
    "a form in a form": (
        b"b",
        a_form(named(b"report", a_form(GOOD, boundary=b"c"), b"Content-Type: multipart/mixed; boundary=c")),
    ),
    "a part in base64": (b"b", a_form(named(b"report", b"eA==", b"Content-Transfer-Encoding: base64"))),
    "1000 parts": (b"b", a_form(*[GOOD] * 1000)),
    "1000 headers": (b"b", a_form(named(b"report", b"x", *[b"X-A: b"] * 1000))),
    "a header of 100,000": (b"b", a_form(named(b"report", b"x", b"X-A: " + b"b" * 100_000))),
    "a preamble without an end": (b"b", b"x" * 1_000_000),
    "many lines before": (b"b", b"x\r\n" * 300_000),
    "a started_at of nonsense": (b"b", a_form(GOOD, named(b"started_at", b"\xf0\x9f\x98\x80" * 100))),
}


@pytest.mark.parametrize("name", FORMS)
async def test_a_broken_form_is_a_bad_request(house: House, name: str) -> None:
    boundary, data = FORMS[name]
    kind = "multipart/form-data" + ("; boundary=" + boundary.decode() if boundary else "")
    status, answer = await house.post(data, headers={"Content-Type": kind})
    assert status == 400, answer
    assert answer["error"]


async def test_file_names_are_cleaned(house: House) -> None:
    data = named(b'report"; filename="../../\xe2\x80\xae<!channel>' + b"n" * 3000, b"<robot/>")
    status, answer = await house.post(a_form(data), headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert status == 422
    (refused,) = answer["rejected"]
    assert len(refused["source"]) <= 500
    assert "\u202e" not in refused["source"]


async def test_fields_of_any_signs_are_cleaned_and_cut(house: House) -> None:
    odd = "\u202e<!channel>\x00\ud7ff😀" + "n" * 10_000
    status, answer = await house.post(
        a_report(name="odd fields"), suite=odd, branch=odd, revision=odd, run=odd, variant=odd
    )
    assert status == 201, answer
    (run,) = answer["runs"]
    assert len(run["suite"]) == 200
    assert not {"\u202e", "\x00"} & set(json.dumps(run, ensure_ascii=False))
    status, _ = await house.post(a_report(name="blank"), suite="\x00 \u202e", branch="", run="\x01")
    assert status == 201


async def raw(house: House, data: bytes, *, then: bytes = b"", wait: float = 0.0) -> tuple[bytes, bytes]:
    """Send bytes as they are; answers status line and all that follows."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.listening.port)
    try:
        writer.write(data)
        if then:
            await asyncio.sleep(wait)
            writer.write(then)
        status, length = await asyncio.wait_for(reader.readline(), 20), 0
        while status and (line := await reader.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return status, await reader.readexactly(length)
    finally:
        writer.close()


def a_head(house: House, *lines: str) -> bytes:
    first = ["POST /api/v1/runs HTTP/1.1", "Host: x", f"Authorization: Bearer {house.token}", "Connection: close"]
    return ("\r\n".join([*first, *lines]) + "\r\n\r\n").encode("latin-1")


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
)
async def test_what_is_no_http_is_refused_in_json(house: House, data: bytes) -> None:
    status, rest = await raw(house, data, then=b"GET /healthz HTTP/1.0\r\n\r\n")
    if status:
        assert status.split()[1][:1] == b"4" or data == b"\r\n\r\n", status
        assert b'"error"' in rest or data == b"\r\n\r\n"


async def test_broken_chunks_are_a_bad_request(impatient: House) -> None:
    for body in (b"zz\r\nab\r\n", b"5\r\nab", b"-1\r\n", b"fffffffffffffffffff\r\n"):
        status, _ = await raw(
            impatient, a_head(impatient, "Transfer-Encoding: chunked") + body, then=b"\r\n\r\n", wait=0.05
        )
        assert status.split()[1] in (b"400", b"408", b"413"), (body, status)


async def test_a_body_that_stops_is_not_waited_for(impatient: House) -> None:
    status, rest = await raw(impatient, a_head(impatient, "Content-Length: 1000") + b"<testsuites>")
    assert status.split()[1] == b"408"
    assert b"no bytes came for 0.5 seconds" in rest


async def test_a_form_that_stops_is_not_waited_for(impatient: House) -> None:
    head = a_head(impatient, "Content-Length: 1000", "Content-Type: multipart/form-data; boundary=b")
    status, _ = await raw(impatient, head + b"--b\r\nContent-Disposition: form-data; na")
    assert status.split()[1] == b"408"


async def test_a_client_that_goes_away_leaves_nothing_behind(house: House) -> None:
    for _ in range(10):
        _, writer = await asyncio.open_connection("127.0.0.1", house.listening.port)
        writer.write(a_head(house, "Content-Length: 100000") + b"<testsuites>")
        await writer.drain()
        writer.close()
    for _ in range(5):
        writers = [(await asyncio.open_connection("127.0.0.1", house.listening.port))[1] for _ in range(20)]
        for writer in writers:
            writer.close()
    status, _ = await house.post(a_report(name="after they left"))
    assert status == 201


async def test_mutated_reports_never_break_it(house: House) -> None:
    chance, seed = random.Random(3), a_report(3, 2)
    for number in range(80):
        data: Any = bytearray(seed)
        for _ in range(chance.randint(1, 8)):
            spot = chance.randrange(len(data))
            act = chance.randrange(4)
            if act == 0:
                data[spot] = chance.randrange(256)
            elif act == 1:
                del data[spot : spot + chance.randint(1, 30)]
            elif act == 2:
                data[spot:spot] = data[: chance.randint(1, 60)]
            else:
                data[spot:spot] = chance.choice(
                    [b"<!--", b"]]>", b"<![CDATA[", b"&#0;", b"&#x10ffff;", b"\xef\xbb\xbf"]
                )
        status, answer = await house.post(bytes(data), variant=str(number))
        assert status in (201, 422), answer
