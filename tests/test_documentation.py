"""The README is held true: every command, setting, variable and metric it names exists, and the other way round."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.cli import COMMANDS, main
from bot.server.metrics import Metrics
from core.settings import SECRETS, Settings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def _settings(table: type[BaseModel] = Settings, before: str = "") -> set[str]:
    names = set()
    for name, field in table.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            names |= _settings(inner, f"{before}{name}.")
        else:
            names.add(before + name)
    return {name for name in names if not name.startswith("slack.")}


def _rows(title: str) -> set[str]:
    """What stands in back quotes in the first column of the table under a header cell."""
    table = README.split(f"\n| {title} |", 1)[1].split("\n\n", 1)[0]
    return {name for row in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])}


def test_the_settings_table_names_every_setting_and_no_other() -> None:
    assert _rows("setting") == _settings()


def test_the_variables_table_names_every_secret_and_what_push_needs() -> None:
    assert _rows("variable") == {*SECRETS.values(), "T12_DATABASE_URL", "T12_CONFIG", "T12_URL", "T12_TOKEN"}


def test_every_command_is_in_the_readme() -> None:
    missing = [name for name in COMMANDS if f"`t12 {name}" not in README and f"| `{name}" not in README]
    assert not missing


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`t12 ([a-z]+)", README))))
def test_every_command_the_readme_names_exists(name: str) -> None:
    assert name in COMMANDS


@pytest.mark.parametrize(
    "line", sorted(set(re.findall(r"`?(t12 [a-z]+(?: [a-z]+)? [^`\n|]*--[a-z][^`\n|)]*)", README)))
)
def test_every_option_the_readme_shows_exists(line: str) -> None:
    words = line.split()[1:]
    command = main.get_command(main.make_context("t12", ["help"]), words[0])
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= known


def test_the_metrics_table_names_every_metric_and_no_other() -> None:
    exposed = {
        sample.name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
        for family in Metrics().registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }
    exposed |= {f"{family.name}_total" for family in Metrics().registry.collect() if family.type == "counter"}
    assert _rows("metric") == {name for name in exposed if name.startswith("t12_")}
