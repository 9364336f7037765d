"""Which failures of a run have one cause."""

from typing import Any

from core.incidents.causes import Group, Known, Story, cluster, is_outage, match, sort_out
from core.incidents.model import Affected, Kind


def a_group(*ids: int, **changes: Any) -> Group:
    """Failing tests of one file that say the same, for a cause of their own."""
    values: dict[str, Any] = {
        "family": f"f{min(ids)}", "title": "KeyError: 'x'", "category": "code_error", "is_collection": False,
        "tests": tuple(Affected(each, f"test_{each}", f"f{min(ids)}") for each in ids),
        "files": frozenset({f"tests/test_{min(ids)}.py"}),
    }  # fmt: skip
    return Group(**(values | changes))


def known(id_: int, *tests: int, families: tuple[str, ...] = (), kind: Kind = Kind.FAILURES) -> Known:
    return Known(id_, kind, frozenset(families), frozenset(tests))


def test_each_group_is_a_cause_the_largest_first() -> None:
    found = cluster([a_group(1), a_group(2, 3)], was_blind=False)
    assert [(each.story, len(each.tests)) for each in found] == [(Story.REGRESSION, 2), (Story.REGRESSION, 1)]


def test_vague_words_in_one_file_are_one_cause() -> None:
    file = frozenset({"tests/test_a.py"})
    vague = [a_group(each, category="assertion", files=file) for each in (1, 2)]
    elsewhere = a_group(3, category="assertion")
    found = cluster([*vague, elsewhere], was_blind=False)
    assert [len(each.groups) for each in found] == [2, 1]


def test_a_vague_group_joins_the_files_it_spans() -> None:
    groups = [
        a_group(1, category="assertion", files=frozenset({"a"})),
        a_group(2, category="unknown", files=frozenset({"b"})),
        a_group(3, category="assertion", files=frozenset({"a", "b"})),
    ]
    assert [len(each.groups) for each in cluster(groups, was_blind=False)] == [3]


def test_more_than_three_causes_at_once_began_with_one_change() -> None:
    assert [len(each.groups) for each in cluster([a_group(n) for n in range(1, 4)], was_blind=False)] == [1, 1, 1]
    assert [len(each.groups) for each in cluster([a_group(n) for n in range(1, 5)], was_blind=False)] == [4]


def test_files_that_cannot_be_collected_are_one_cause_beside_the_others() -> None:
    groups = [a_group(1, is_collection=True), a_group(2, is_collection=True), a_group(3)]
    found = cluster(groups, was_blind=False)
    assert [(each.story, each.kind, len(each.groups)) for each in found] == [
        (Story.COLLECTION, Kind.COLLECTION, 2), (Story.REGRESSION, Kind.FAILURES, 1),
    ]  # fmt: skip


def test_what_never_passed_was_born_so_or_came_to_light() -> None:
    groups = [a_group(1, never_passed=True), a_group(2, never_passed=True)]
    assert [each.story for each in cluster(groups, was_blind=False)] == [Story.BORN]
    assert [each.story for each in cluster(groups, was_blind=True)] == [Story.REVEALED]


def test_known_flaky_tests_stand_alone() -> None:
    found = cluster([a_group(1, is_flaky=True), a_group(2)], was_blind=False)
    assert {each.story for each in found} == {Story.FLAKY, Story.REGRESSION}


def test_an_outage_is_one_cause() -> None:
    assert [each.story for each in cluster([a_group(1), a_group(2)], was_blind=False, is_storm=True)] == [Story.STORM]
    assert cluster([], was_blind=False, is_storm=True) == ()


def test_what_people_wrote_is_no_outage() -> None:
    network, code = a_group(1, 2, category="network"), a_group(3, category="code_error")
    assert is_outage([network])
    assert is_outage([network, code])
    assert not is_outage([code])
    assert not is_outage([a_group(1, category="network"), code])


def test_the_category_is_that_of_most_tests() -> None:
    (cause,) = cluster([a_group(1, category="timeout"), a_group(2, 3)], was_blind=False, is_storm=True)
    assert (cause.category, cause.leading.family, cause.families) == ("code_error", "f2", ("f1", "f2"))


def test_a_group_belongs_where_its_words_are_known() -> None:
    there = [known(7, 99, families=("f1",)), known(8, 1, 2, families=("f9",))]
    assert match(a_group(1, 2), there) == there[0]


def test_a_group_belongs_where_half_of_its_tests_are() -> None:
    assert match(a_group(1, 2), [known(7, 1)]) == known(7, 1)
    assert match(a_group(1, 2, 3), [known(7, 1)]) is None


def test_of_several_that_fit_the_one_with_most_tests_counts_then_the_oldest() -> None:
    assert match(a_group(1, 2), [known(7, 1), known(8, 1, 2)]) == known(8, 1, 2)
    assert match(a_group(1, 2), [known(8, 1), known(7, 2)]) == known(7, 2)


def test_a_file_that_cannot_be_collected_is_known_by_its_words_alone() -> None:
    group = a_group(1, is_collection=True)
    assert match(group, [known(7, 1, kind=Kind.COLLECTION)]) is None
    assert match(group, [known(7, 1, families=("f1",))]) is None
    same = known(8, families=("f1",), kind=Kind.COLLECTION)
    assert match(group, [same]) == same


def test_groups_are_sorted_by_the_incident_they_belong_to() -> None:
    joined, rest = sort_out([a_group(1), a_group(2), a_group(3)], [known(7, 1, 2)])
    assert {id_: len(groups) for id_, groups in joined.items()} == {7: 2}
    assert [each.family for each in rest] == ["f3"]
