"""Settings come from the environment, else from the file, else from a default, and every problem is told at once."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import SECRETS, Settings, load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_file(text: str, name: str = "t12.toml") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_and_variables_all_is_default() -> None:
    found = load_settings(environ={})
    assert found.settings == Settings()
    assert (found.file, found.origins, found.ignored) == (None, {}, ())


def test_a_variable_wins_over_the_file_and_the_file_over_the_default() -> None:
    a_file('suite = "file"\ntimezone = "Europe/Madrid"\n[server]\nport = 1\nhost = "0.0.0.0"\n')
    found = load_settings(environ={"T12_SUITE": "variable", "T12_SERVER__PORT": "2"})
    settings = found.settings
    assert (settings.suite, settings.timezone, settings.server.port, settings.server.host) == (
        "variable", "Europe/Madrid", 2, "0.0.0.0",
    )  # fmt: skip
    assert found.origins == {
        "suite": "T12_SUITE", "timezone": "t12.toml", "server.port": "T12_SERVER__PORT", "server.host": "t12.toml",
    }  # fmt: skip


def test_the_file_is_named_by_the_caller_else_by_a_variable() -> None:
    a_file('suite = "here"')
    one, two = a_file('suite = "one"', "a/one.toml"), a_file('suite = "two"', "b/two.toml")
    assert load_settings(one, {"T12_CONFIG": str(two)}).settings.suite == "one"
    assert load_settings(environ={"T12_CONFIG": str(two)}).settings.suite == "two"
    assert load_settings(environ={"T12_CONFIG": ""}).settings.suite == "here"


def test_secrets_come_from_the_environment_and_are_not_shown() -> None:
    found = load_settings(environ={variable: f"https://x/{field}" for field, variable in SECRETS.items()})
    assert found.settings.slack.bot_token is not None
    assert found.settings.slack.bot_token.get_secret_value() == "https://x/bot_token"
    assert found.settings.slack.api_url == "https://x/api_url"
    for text in (repr(found), str(found.settings), found.settings.model_dump_json()):
        assert "https://x/bot_token" not in text
    assert found.origins["slack.bot_token"] == "SLACK_BOT_TOKEN"


def test_a_secret_in_the_file_is_refused() -> None:
    a_file('[slack]\nbot_token = "xoxb-1"')
    with pytest.raises(SettingsError, match="secrets come from the environment alone") as refused:
        load_settings(environ={})
    assert "xoxb-1" not in str(refused.value)


def test_every_problem_is_told_at_once_with_its_place() -> None:
    a_file('suit = "x"\ntimezone = "Mars"\n[server]\nport = 99999\n[ingest]\nrepeats = "often"\nmax_bytes = 0\n')
    with pytest.raises(SettingsError) as refused:
        load_settings(environ={"T12_HEALTH__WINDOW_RUNS": "many"})
    problems = refused.value.problems
    assert len(problems) == 6
    for words in (
        "suit (from t12.toml) is no setting of T12",
        "timezone (from t12.toml): 'Mars' is no time zone; write one like Europe/Madrid or UTC",
        "server.port (from t12.toml): Input should be less than or equal to 65535",
        "ingest.repeats (from t12.toml): Input should be 'auto', 'attempts' or 'cases'",
        "ingest.max_bytes (from t12.toml)",
        "health.window_runs (from T12_HEALTH__WINDOW_RUNS)",
    ):
        assert any(words in each for each in problems), words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("suite = ", "is not TOML"), ("[server\n", "is not TOML"), ('server = "x"', "server"),
        ("watch = [{}]", "watch.0.path"),

        ('watch = [{path = "a", kind = "b"}]', "watch.0.kind"), ('suite = ""', "suite"),
        ("[health]\nwindow_runs = 1", "health.window_runs"),
        ("[failures]\nrules = 3", "failures.rules"), ("[retention]\nruns_days = -1", "retention.runs_days"),
    ],
)  # fmt: skip
def test_mistakes_in_the_file_are_told(text: str, words: str) -> None:
    a_file(text)
    with pytest.raises(SettingsError, match=words):
        load_settings(environ={})


def test_a_file_that_cannot_be_read_is_told() -> None:
    with pytest.raises(SettingsError, match="does not exist; write one with `t12 init`"):
        load_settings(Path("gone.toml"), {})
    Path("folder.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(Path("folder.toml"), {})
    Path("latin.toml").write_bytes(b'suite = "\xe4"')
    with pytest.raises(SettingsError, match="is not TOML"):
        load_settings(Path("latin.toml"), {})


def test_variables_that_name_no_setting_are_ignored_and_told() -> None:
    names = (
        "T12_PORT",
        "T12_SERVER",
        "T12_WATCH",
        "T12_SLACK__BOT_TOKEN",
        "T12_SUITE__NAME",
        "T12_",
        "T12_SERVER__X__Y",
    )
    found = load_settings(
        environ=dict.fromkeys(names, "tcp://10.0.0.1:80") | {"T12_CONFIG": "", "T12_TOKEN": "x", "PATH": "y"}
    )
    assert found.settings == Settings()
    assert set(found.ignored) == set(names)


def test_places_are_beside_the_settings_file() -> None:
    home = a_file(
        'database_url = "sqlite:///data/t.db"\n[[watch]]\npath = "reports"\n[[watch]]\npath = "/abs"', "etc/t12.toml"
    )
    found = load_settings(home, {}).settings
    folder = home.resolve().parent
    assert found.database_url == f"sqlite:///{folder / 'data/t.db'}"
    assert [each.path for each in found.watch] == [folder / "reports", Path("/abs")]


@pytest.mark.parametrize("url", ["sqlite:////var/t12.db", "postgresql://u:p@h/d"])
def test_absolute_places_stay(url: str) -> None:
    assert load_settings(a_file(f'database_url = "{url}"'), {}).settings.database_url == url


@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_word_is_none(blank: str) -> None:
    a_file(f'default_branch = "{blank}"\n[[watch]]\npath = "x"\nsuite = "{blank}"\nbranch = "{blank}"')
    found = load_settings(environ={}).settings
    assert (found.default_branch, found.watch[0].suite, found.watch[0].branch) == (None, None, None)
    assert load_settings(environ={"T12_DEFAULT_BRANCH": blank}).settings.default_branch is None


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().suite = "x"


def test_places_of_incidents_are_beside_the_settings_file() -> None:
    home = a_file('[incidents]\nproject = "repo"\ncodeowners = "repo/OWNERS"\n', "etc/t12.toml")
    found = load_settings(home, {}).settings.incidents
    folder = home.resolve().parent
    assert (found.project, found.codeowners) == (folder / "repo", folder / "repo/OWNERS")


def test_tables_in_tables_come_from_the_file_or_a_variable() -> None:
    a_file('[incidents.critical]\nrespond = "10m"\n[roles.developer]\nmembers = ["U1"]\n')
    found = load_settings(environ={"T12_INCIDENTS__HIGH__RESPOND": "2h", "T12_INCIDENTS__HOLD": "30"})
    incidents = found.settings.incidents
    assert (incidents.critical.respond, incidents.high.respond, incidents.hold) == ("10m", "2h", 30)
    assert found.origins == {
        "incidents.critical.respond": "t12.toml", "incidents.high.respond": "T12_INCIDENTS__HIGH__RESPOND",
        "incidents.hold": "T12_INCIDENTS__HOLD", "roles.developer.members": "t12.toml",
    }  # fmt: skip


def test_lists_and_tables_of_names_cannot_be_set_by_a_variable() -> None:
    names = {"T12_ROLES", "T12_ROLES__DEVELOPER__TITLE", "T12_INCIDENTS__WORDS", "T12_CALENDAR__DAYS", "T12_ACCESS"}
    found = load_settings(environ=dict.fromkeys(names, "x"))
    assert set(found.ignored) == names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[roles.developer]\nmembers = ["U1", "ana"]', "roles.developer.members.1 (from t12.toml): 'ana'"),
        ('[[roles.qa.overrides]]\nfrom = 2026-01-01', "roles.qa.overrides.0.until (from t12.toml)"),
        ("[incidents.urgent]\nrespond = 3", "incidents.urgent (from t12.toml) is no setting of T12"),
        ('[emergency]\ntell = ["boss"]', "emergency.tell: 'boss' is no role"),
    ],
)  # fmt: skip
def test_a_problem_inside_a_table_or_a_list_is_told_with_its_place(text: str, words: str) -> None:
    a_file(text)
    with pytest.raises(SettingsError) as refused:
        load_settings(environ={})
    assert words in str(refused.value)
