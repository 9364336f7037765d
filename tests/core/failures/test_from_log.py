"""A console log answers why, and claims nothing about what is new."""

from core.failures.diagnose import diagnoser
from core.failures.from_log import failures_from_log
from core.failures.report import FailuresReport

LOG = """\
============================= test session starts ==============================
collected 3 items

tests/security/test_keys.py F.                                           [ 66%]
tests/test_app.py F                                                      [100%]

=================================== FAILURES ===================================
_________________________________ test_rotate __________________________________

    def test_rotate():
>       assert rotate() == 2
E       assert 1 == 2
E        +  where 1 = rotate()

tests/security/test_keys.py:5: AssertionError
___________________________________ test_app ___________________________________

    def test_app():
>       import gone
E       ModuleNotFoundError: No module named 'gone'

tests/test_app.py:4: ModuleNotFoundError
=========================== short test summary info ============================
FAILED tests/security/test_keys.py::test_rotate - assert 1 == 2
FAILED tests/test_app.py::test_app - ModuleNotFoundError: No module named 'gone'
========================= 2 failed, 1 passed in 0.10s ==========================
"""


def answer(log: str) -> FailuresReport:
    return failures_from_log(log, "ci.log", diagnoser(()))


def test_failures_of_a_log() -> None:
    report = answer(LOG)
    assert (report.run, report.source, report.total_failures) == (None, "ci.log", 2)
    assert report.categories == {"assertion": 1, "import_errors": 1}
    assert report.groups[0].tests == ("tests/security/test_keys.py::test_rotate",)
    assert report.groups[0].critical
    assert not any(group.new for group in report.groups)
    assert report.headline == "ci.log: 2 failures by 2 causes"


def test_a_log_without_failures_says_what_it_may_be() -> None:
    assert answer("hello").headline == "ci.log: no failure found"
    assert answer("hello").caveats != answer("").caveats
