"""Per component: status, the book's numbers, and what to do."""

from pathlib import Path

from core.mocks.audit import AuditOptions, audit
from core.mocks.model import Component, Priority, Status

from .projects import a_project

HEAD = "from unittest.mock import Mock, patch\nfrom app.mail import Campaign, Mailer\n\n\n"
CONFIGURED = {"Mailer": "app.mail", "Campaign": "app.mail", "Gone": "app.mail", "Flexible": "app.mail"}


def components(root: Path, body: str, **configured: str) -> dict[str, Component]:
    a_project(root, f"{HEAD}{body}")
    made = audit(root, AuditOptions(components=configured or CONFIGURED))
    return {each.component: each for each in made.components}


def test_a_phantom_makes_a_component_invalid_and_names_the_closest(tmp_path: Path) -> None:
    body = "def test_it():\n    m = Mock(spec=Mailer)\n    m.send.return_value = 1\n    m.sends.return_value = 1\n"
    mailer = components(tmp_path, body)["Mailer"]
    assert mailer.status is Status.INVALID
    assert mailer.extra_methods == ("sends",)
    assert (mailer.mocks, mailer.with_spec) == (1, 1)
    assert mailer.recommendations[0] == "Remove or rename phantom sends (closest real name: send)"
    assert "Add mock for method: close" in mailer.recommendations
    assert mailer.recommendations[-1] == "Review entire mock configuration for completeness"
    assert mailer.priority is Priority.CRITICAL


def test_missing_alone_never_makes_invalid(tmp_path: Path) -> None:
    body = "def test_it():\n    m = Mock(spec=Mailer)\n    m.send.return_value = 1\n"
    mailer = components(tmp_path, body)["Mailer"]
    assert mailer.status is Status.VALID
    assert "close" in mailer.missing_methods


def test_what_nobody_mocks_and_what_is_not_there_are_told_apart(tmp_path: Path) -> None:
    found = components(tmp_path, "def test_it(): ...\n")
    assert found["Campaign"].status is Status.NOT_MOCKED
    assert found["Campaign"].recommendations == ()
    assert found["Gone"].status is Status.UNKNOWN
    assert "Gone" in found["Gone"].reason


def test_members_that_nobody_can_judge_make_it_unknown(tmp_path: Path) -> None:
    body = (
        "from app.mail import Flexible\n\n\ndef test_it():\n    m = Mock(spec=Flexible)\n"
        "    m.anything.return_value = 1\n"
    )
    flexible = components(tmp_path, body)["Flexible"]
    assert flexible.status is Status.UNKNOWN
    assert flexible.unknown_methods == ("anything",)


def test_classes_that_tests_replace_are_found_without_settings(tmp_path: Path) -> None:
    body = "def test_it():\n    with patch('app.jobs.Mailer') as m:\n        m.return_value.send.return_value = 1\n"
    found = components(tmp_path, body, Campaign="app.mail")
    assert list(found) == ["Campaign", "Mailer"]
    assert found["Mailer"].mock_methods == ("send",)


def test_a_name_ties_a_mock_to_a_component_of_the_settings_only(tmp_path: Path) -> None:
    body = "def test_it():\n    mock_mailer = Mock()\n    mock_mailer.send_mail.return_value = 1\n"
    assert components(tmp_path / "a", body)["Mailer"].extra_methods == ("send_mail",)
    assert "Mailer" not in components(tmp_path / "b", body, Campaign="app.mail")


def test_many_missing_methods_are_counted(tmp_path: Path) -> None:
    body = "def test_it():\n    Mock(spec=Wide).a.return_value = 1\n"
    methods = "\n".join(f"        def {name}(self): ..." for name in "abcdefgh")
    a_project(
        tmp_path,
        f"from unittest.mock import Mock\nfrom app.wide import Wide\n\n{body}",
        wide=f"    class Wide:\n{methods}\n",
    )
    (wide,) = audit(tmp_path).components
    assert [each for each in wide.recommendations if "more" in each] == ["Add mock for method: and 2 more"]
