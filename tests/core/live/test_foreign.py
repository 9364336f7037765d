"""What a watcher elsewhere says is read back as it was meant, and nothing that it says breaks who shows it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.live.card import LiveCard, Seen, Word
from core.live.follow import Moment
from core.live.foreign import read_observed, read_word, word_to_json
from core.live.model import End, Ended
from core.live.observed import Observed, observed_to_json
from core.live.report import ResourcesReport, WatchedRun
from core.runs.model import RunMark
from handlers.commands import Ask
from handlers.messages.live import render_live, render_live_event
from handlers.messages.resources import render_resources
from tests.handlers.messages.values import NOW, a_run
from tests.handlers.messages.watched import LEAK, SAMPLE, a_busy_run, a_hang, a_live_run, an_alert, an_event

KEY = "0123456789abcdef"
MARK = RunMark("web", "main", "abc", NOW - timedelta(minutes=4), "github-1")
SEEN = Seen(a_live_run("a::b"), SAMPLE, (an_alert("cpu", "a::b"),), a_hang("a::b"), "It grew", NOW)
EVENTS = (an_event(an_alert("memory", "a::b")), an_event(a_hang("a::b")))
WORD = Word(KEY, 7, MARK, SEEN, EVENTS, End(Ended.DIED, "x", 9))
OBSERVED = Observed(
    (Moment("a::b", NOW.timestamp(), NOW.timestamp() + 2),),
    a_busy_run("a::b", alerts=(an_alert("cpu", "a::b"),), silences=(a_hang("a::b"),), growth=LEAK), KEY,
)  # fmt: skip


def test_a_word_is_read_as_it_was_meant() -> None:
    found = read_word(json.loads(json.dumps(word_to_json(WORD))), "default", NOW)
    assert word_to_json(found) == word_to_json(WORD)
    assert (found.mark, found.seen.run, found.seen.at, found.end) == (MARK, SEEN.run, NOW, WORD.end)


def test_what_a_watcher_saw_is_read_as_it_was() -> None:
    found = read_observed(json.loads(json.dumps(observed_to_json(OBSERVED))), NOW)
    assert (found.moments, found.live) == (OBSERVED.moments, KEY)
    assert observed_to_json(found) == observed_to_json(OBSERVED)


def test_text_is_cleaned_and_secrets_are_cut() -> None:
    run = replace(SEEN.run, last_test="a\x07b\u202ec", notes=("token=abcdefghij", "x" * 900))
    found = read_word(word_to_json(replace(WORD, seen=replace(SEEN, run=run))), "default", NOW).seen.run
    assert (found.last_test, found.notes[0]) == ("abc", "token=[secret cut]")
    assert len(found.notes[1]) <= 500


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [path]
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in entries:
        found += places(each, (*path, name))
    return found


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


_SAID = json.loads(json.dumps(word_to_json(WORD)))
_SAW = json.loads(json.dumps(observed_to_json(OBSERVED)))
odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.just("<!channel> *_~`"),
    st.sampled_from(["2026-03-02T08:00:00+00:00", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"]),
    st.just("x" * 3000),
    st.lists(st.integers(), max_size=3), st.just({}), st.just([{}]), st.just(10**30), st.just(-1),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(places(_SAID)), odd), min_size=1, max_size=3))
def test_whatever_is_said_is_refused_in_a_sentence_or_can_be_shown(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    said: Any = _SAID
    for path, new in changes:
        try:
            said = changed(said, path, new)
        except (TypeError, KeyError, IndexError):
            continue  # the change before took that place away
    if not isinstance(said, dict):
        return
    try:
        word = read_word(said, "default", NOW)
    except ValueError as error:
        assert str(error)
        return
    card = LiveCard(1, word.mark.suite, word.mark.branch, word.mark.revision, NOW, NOW, word.seen)
    assert render_live(card).text
    for event in word.events:
        assert render_live_event(event).text


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(places(_SAW)), odd), min_size=1, max_size=3))
def test_whatever_was_seen_is_refused_in_a_sentence_or_can_be_shown(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    saw: Any = _SAW
    for path, new in changes:
        try:
            saw = changed(saw, path, new)
        except (TypeError, KeyError, IndexError):
            continue
    try:
        found = read_observed(saw, NOW)
    except ValueError as error:
        assert str(error)
        return
    if found.resources is not None:
        watched = WatchedRun(a_run(1), found.resources)
        assert render_resources(ResourcesReport("web", None, watched, (watched,)), Ask("resources")).text


@pytest.mark.parametrize("values", [None, [], "x", {"live": 7}, {"live": "<!channel>"}, {"moments": [["a", 1]]}])
def test_what_is_no_observation_is_refused(values: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_observed(values, NOW)
