"""The names that mocks and the mocking libraries give meaning to."""

from difflib import SequenceMatcher
from functools import lru_cache

ASSERTIONS = frozenset({
    "assert_called", "assert_called_once", "assert_called_with", "assert_called_once_with", "assert_any_call",
    "assert_has_calls", "assert_not_called", "assert_awaited", "assert_awaited_once", "assert_awaited_with",
    "assert_awaited_once_with", "assert_any_await", "assert_has_awaits", "assert_not_awaited",
})  # fmt: skip
WITH_ARGUMENTS = frozenset({
    "assert_called_with", "assert_called_once_with", "assert_any_call", "assert_awaited_with",
    "assert_awaited_once_with", "assert_any_await",
})  # fmt: skip
WITH_LISTS = frozenset({"assert_has_calls", "assert_has_awaits"})
NEGATIVE = frozenset({"assert_not_called", "assert_not_awaited"})
CALLS = frozenset({
    "called", "call_count", "call_args", "call_args_list", "mock_calls", "method_calls", "await_count", "await_args",
    "await_args_list",
})  # fmt: skip
"""What a mock remembers of its calls; reading it is as good as an assertion."""
RECORDS = CALLS | {"mock"}
SETTABLE = frozenset({"return_value", "side_effect"})
METHODS = frozenset({
    "configure_mock", "attach_mock", "reset_mock", "mock_add_spec", "start", "stop", "spy_return", "spy_exception",
    "spy_return_list", "spy_return_iter",
})  # fmt: skip
API = ASSERTIONS | RECORDS | SETTABLE | METHODS
OPTIONS = frozenset({
    "spec", "spec_set", "wraps", "name", "return_value", "side_effect", "unsafe", "new_callable", "autospec", "create",
    "new", "instance", "parent", "_spec_class", "_spec_state", "_eat_self", "_name", "_new_name", "_new_parent",
})  # fmt: skip
KINDS = {
    "Mock": "Mock", "MagicMock": "MagicMock", "NonCallableMock": "NonCallableMock", "AsyncMock": "AsyncMock",
    "NonCallableMagicMock": "NonCallableMock", "PropertyMock": "PropertyMock", "CoroutineMock": "AsyncMock",
    "ThreadingMock": "Mock",
}  # fmt: skip
MISSPELT = frozenset({
    "called_with", "called_once", "called_once_with", "any_call", "has_calls", "not_called", "awaited_with",
    "awaited_once", "awaited_once_with", "any_await", "has_awaits", "not_awaited", "called_with_once",
    "is_called_once_with", "is_called_with", "was_called_with", "was_called_once_with", "called_once_and_with",
})  # fmt: skip
"""Names that read like an assertion and make a new mock instead; the first few are refused from Python 3.12 on."""
REFUSED = ("assert", "assret", "asert", "aseert", "assrt")
"""How a name begins that a mock refuses with an AttributeError since Python 3.5."""


@lru_cache(maxsize=20_000)
def close_to(word: str, known: frozenset[str], cutoff: float = 0.82) -> str:
    """The known name that a word is surely a misspelling of; empty when it is none or is known itself."""
    if word in known:
        return ""
    best, letters = ("", cutoff), set(word)
    for each in known:
        if abs(len(each) - len(word)) > 3:
            continue
        if 2 * sum(min(word.count(letter), each.count(letter)) for letter in letters) <= best[1] * (
            len(word) + len(each)
        ):
            continue  # too few letters in common, in whatever order
        ratio = SequenceMatcher(None, word, each).ratio()
        if ratio > best[1]:
            best = (each, ratio)
    return best[0]
