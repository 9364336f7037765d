"""Promises about rules: one door for packaged and team rules, one sentence per mistake, no pattern that hangs."""

import tomllib
from contextlib import suppress
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.failures.classify import classify
from core.failures.model import Category, FailureText
from core.failures.patterns import Chain, PatternError, read_pattern
from core.failures.rules import RulesError, extend_rules, load_rules, parse_rules
from tests.cpu import ends_soon


def a_table(**changes: object) -> dict[str, object]:
    return {"id": "team-vault", "category": "network", "patterns": ["vault is sealed"], **changes}


def found(pattern: str, text: str) -> bool:
    return any(chain.search(text) is not None for chain in read_pattern(pattern))


def test_a_team_rule_decides_over_the_packaged_ones() -> None:
    text = FailureText(text="E   KeyError: 'vault is sealed'")
    assert classify(text, load_rules()).category is Category.CODE_ERROR
    verdict = classify(text, extend_rules(load_rules(), [a_table()]))
    assert (verdict.category, verdict.rule, verdict.matched) == (Category.NETWORK, "team-vault", "vault is sealed")


def test_a_team_rule_with_a_packaged_id_replaces_that_rule() -> None:
    rules = extend_rules(load_rules(), [a_table(id="db-lock", category="timeout", patterns=["database is locked"])])
    assert classify(FailureText(text="x.BusyError: database is locked"), rules).category is Category.TIMEOUT
    assert len(rules.rules) == len(load_rules().rules)


def test_the_version_names_the_rules_that_were_used() -> None:
    base = load_rules()
    one, same = extend_rules(base, [a_table()]), extend_rules(base, [a_table()])
    other = extend_rules(base, [a_table(weight=50)])
    assert extend_rules(base, []) is base
    assert one.version == same.version != other.version
    assert one.version.startswith(f"{base.version}+")


def test_the_packaged_rules_pass_the_door_for_team_rules() -> None:
    packaged = tomllib.loads(resources.files("core.failures").joinpath("rules.toml").read_text("utf-8"))
    assert len(parse_rules(packaged["rules"])) == len(load_rules().rules)


def test_every_category_but_unknown_has_a_rule() -> None:
    assert {rule.category for rule in load_rules().rules} == set(Category) - {Category.UNKNOWN}


MISTAKES = [
    (a_table(category="gremlins"), "has the category 'gremlins', which does not exist; choose one of mock_config"),
    (a_table(patterns=[]), "has no patterns; give it at least one."),
    ({"id": "x", "category": "network"}, "has no patterns; give it at least one."),
    (a_table(patterns="vault"), "has patterns of the wrong kind; use a list of strings."),
    (a_table(patterns=["(a+)+b"]), "repeats a group"),
    (a_table(patterns=["[a"]), "opens '[' and never closes it."),
    (a_table(unless=["(?=a)b"]), "look-around"),
    (a_table(weight=0), "has the weight 0; use a whole number from 1 to 100."),
    (a_table(weight=True), "has the weight True"),
    (a_table(phases=["noon"]), "has the phase 'noon'; choose from call, collection, setup, teardown."),
    (a_table(pattern=["x"]), "has the unknown key 'pattern'; known are"),
    (a_table(id=""), "needs an id of 1 to 80 printable characters."),
    (a_table(inside_assertion="yes"), "has inside_assertion of the wrong kind; use true or false."),
    ("vault", "must be a table with id, category and patterns."),
]


@pytest.mark.parametrize(("table", "sentence"), MISTAKES)
def test_each_mistake_is_told_in_one_sentence(table: object, sentence: str) -> None:
    with pytest.raises(RulesError) as caught:
        parse_rules([table])
    assert len(caught.value.problems) == 1
    assert sentence in caught.value.problems[0]
    assert caught.value.problems[0].startswith("Rule ")


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(RulesError) as caught:
        parse_rules([a_table(), a_table(), a_table(id="b", weight=101, category="?")])
    assert len(caught.value.problems) == 3
    assert "Rule 'team-vault' is defined twice; give each rule its own id." in caught.value.problems


@pytest.mark.parametrize("tables", [{"id": "x"}, "rules", None])
def test_anything_but_a_list_of_tables_is_refused(tables: object) -> None:
    with pytest.raises(RulesError, match=r"\[\[failures.rules\]\]"):
        parse_rules(tables)


def test_more_rules_than_anyone_needs_are_refused() -> None:
    with pytest.raises(RulesError, match="at most 500"):
        parse_rules([a_table(id=str(number)) for number in range(501)])


BOOK = [
    ("'.*' object has no attribute '.*'", "x: 'A' object has no attribute 'b'"),
    ("session.*already closed", "the session was already closed"),
    ("event loop.*closed", "Event loop is CLOSED"),
    (r"coroutine.*was never awaited", "coroutine 'x' was never awaited"),
    (r"a[\]b]c|d{2,3}e$", "xa]c"),
    (r"^E\d+\.5?", "one\nE12."),
    (r"disk.+full", "disk is full"),
]


@pytest.mark.parametrize(("pattern", "text"), BOOK)
def test_everyday_patterns_work_as_people_expect(pattern: str, text: str) -> None:
    assert found(pattern, text)


@pytest.mark.parametrize(("pattern", "text"), [("a.*b", "a\nb"), ("a.+b", "ab"), ("b.*a", "a b"), ("^b", "ab")])
def test_gaps_stay_on_one_line_and_in_order(pattern: str, text: str) -> None:
    assert not found(pattern, text)


REFUSED = [
    "", "(a+)+b", "(a|a)*b", "(a*)*", r"(\w+\s?)*$", r"\w+\w+\w+x", "a?" * 30 + "a" * 30, "(a|aa|aaa){3}(a|aa|aaa){3}b",
    "(?P<n>a)", "(?i)a", "(?<=a)b", r"(a)\1", "a)", "(a", "[z-a]", "*a", "a**", "x{}", "a{9,1}", "a{5000}", ".*", "a|",
    r"\b", r"\p{L}", "\\", "x" * 1_001, "(" * 41 + "a" + ")" * 41,
]  # fmt: skip


@pytest.mark.parametrize("pattern", REFUSED, ids=lambda pattern: pattern[:20] or "empty")
def test_patterns_that_could_hang_or_mean_nothing_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        read_pattern(pattern)


PROBES = [
    "a" * 1_600,
    "ab" * 800,
    "'" * 1_600,
    "a.b:" * 400,
    "AttributeError: '" * 90,
    " " * 1_600,
    "0" * 1_600,
    "(\\" * 800,
]
ATOMS = st.sampled_from(
    [
        "a",
        "b",
        ".",
        r"\w",
        "[ab]",
        "[^x]",
        "a*",
        "a+",
        r"\w*",
        r"\w+",
        "a?",
        "b?",
        ".*",
        ".+",
        "(a|b)",
        "(a|ab)?",
        "a{2,9}",
        "^",
        "$",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ATOMS, min_size=1, max_size=8).map("".join), st.sampled_from(PROBES))
def test_an_accepted_pattern_is_quick_on_pathological_text(pattern: str, probe: str) -> None:
    try:
        chains = read_pattern(pattern)
    except PatternError:
        return
    assert ends_soon(lambda: [chain.search(probe + "!") for chain in chains])


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab|()[]{}?*+.^$\\-,1w", max_size=30))
def test_reading_any_pattern_either_works_or_is_refused(pattern: str) -> None:
    with suppress(PatternError):
        assert all(isinstance(chain, Chain) for chain in read_pattern(pattern))


@settings(max_examples=200, deadline=None)
@given(st.lists(ATOMS, min_size=1, max_size=6).map("".join), st.text(alphabet="abAB' \n", max_size=60))
def test_the_cheap_test_never_rejects_a_match(pattern: str, text: str) -> None:
    try:
        chains = read_pattern(pattern)
    except PatternError:
        return
    for chain in chains:
        assert chain.may_match(text.lower()) or chain.search(text) is None


def test_no_packaged_rule_is_slow_on_pathological_text() -> None:
    table = load_rules().table
    assert ends_soon(lambda: [chain.search(probe) for chain, _ in table for probe in PROBES])
