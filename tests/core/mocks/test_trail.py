"""An answer that is given again leans on all that it leaned on when it was found."""

from core.mocks.trail import Memo, Trails


def test_who_is_given_an_answer_again_leans_on_what_it_was_found_in() -> None:
    trails = Trails()
    memo: Memo[str, int] = Memo(trails)

    def find() -> int:
        trails.current.files.add("shop/store.py")
        trails.current.questions.add(("word", "put"))
        return 1

    for _ in range(2):
        trails.begin()
        assert memo.answer("put", find) == 1
        leaning = trails.current.whole()
        assert leaning.files == {"shop/store.py"}
        assert leaning.questions == {("word", "put")}


def test_an_answer_leans_on_the_answers_that_it_was_made_of() -> None:
    trails = Trails()
    memo: Memo[str, int] = Memo(trails)

    def find(name: str) -> int:
        trails.current.files.add(f"{name}.py")
        return memo.answer("inner", lambda: find("inner")) if name != "inner" else 1

    memo.answer("other", lambda: find("other"))
    trails.begin()
    memo.answer("outer", lambda: find("outer"))
    assert trails.current.whole().files == {"outer.py", "inner.py"}


def test_an_answer_is_found_once() -> None:
    trails, found = Trails(), list[int]()
    memo: Memo[str, int] = Memo(trails)
    for _ in range(2):
        trails.begin()
        memo.answer("put", lambda: found.append(1) or 1)
    assert found == [1]


def test_what_was_found_in_a_circle_is_found_anew_for_the_next_result() -> None:
    trails, found = Trails(), list[str]()
    memo: Memo[str, int] = Memo(trails)

    def find(name: str) -> int:
        found.append(name)
        if name == "inner":
            trails.current.is_circular = True
            return 0
        return memo.answer("inner", lambda: find("inner"))

    for _ in range(2):
        trails.begin()
        memo.answer("outer", lambda: find("outer"))
        memo.answer("inner", lambda: find("inner"))
    assert found == ["outer", "inner"] * 2


def test_what_was_looked_into_before_a_failure_is_leant_on() -> None:
    trails = Trails()
    memo: Memo[str, int] = Memo(trails)

    def find() -> int:
        trails.current.files.add("deep.py")
        raise RecursionError

    outer = trails.begin()
    try:
        memo.answer("deep", find)
    except RecursionError:
        assert trails.current is outer
    assert trails.current.whole().files == {"deep.py"}
