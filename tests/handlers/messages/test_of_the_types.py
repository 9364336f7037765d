"""The TypeScript types of @slack/types, checked by one run of tsc over everything the bot can say."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.messages.corpus import CASES, HOMES, payload_of

MODULES = Path(__file__).parents[3] / "bot" / "workspace" / "page" / "node_modules"
OPTIONS = ("--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", "--pretty", "false")
HEAD = """\
import type { HomeView, KnownBlock } from "@slack/types";
// @slack/types has no type for charts yet.
type Points = { label: string; value: number }[];
interface Chart {
  type: "data_visualization";
  block_id?: string;
  title: string;
  chart:
    | { type: "bar" | "line" | "area"; series: { name: string; data: Points }[]; axis_config: Axis }
    | { type: "pie"; segments: Points };
}
interface Axis { categories: string[]; x_label?: string; y_label?: string }
interface Sent { text: string; blocks: (KnownBlock | Chart)[] }
interface Home extends Omit<HomeView, "blocks"> { blocks: (KnownBlock | Chart)[] }
"""
MUTANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "an element of a wrong type": ("button", {"type": "buttons"}),
    "an input among buttons": ("button", {"type": "plain_text_input", "text": None, "value": None}),
    "a button without its text": ("button", {"text": None}),
    "a heading in mrkdwn": ("header", {"text": {"type": "mrkdwn", "text": "x"}}),
    "a text of a wrong type": ("plain_text", {"type": "markdown"}),
    "an unknown key": ("mrkdwn", {"verbatims": True}),
    "a leaf without its text": ("text", {"text": None}),
    "a leaf of an unknown style": ("text", {"style": {"loud": True}}),
    "a date without a format": ("date", {"format": None}),
    "an unknown style of a list": ("rich_text_list", {"style": "dash"}),
    "a chart of an unknown kind": ("line", {"type": "donut"}),
    "a chart without its axis": ("line", {"axis_config": None}),
    "a title as an object": ("data_visualization", {"title": {"type": "plain_text", "text": "x"}}),
    "an unknown block": ("divider", {"type": "rule"}),
    "a modal's title on Home": ("home", {"title": {"type": "plain_text", "text": "x"}}),
}
"""What is wrong, the type of the object it is wrong in, and what is changed there; None takes a key away."""


@dataclass(frozen=True)
class Verdict:
    """What tsc said, by the line of the file it said it of."""

    everything: str
    faults: Mapping[str, Mapping[int, str]]


def literals(payloads: list[tuple[str, str]]) -> str:
    """One constant a line, after the head; the first is on the line after it."""
    lines = [
        f"export const x{number}: {'Home' if name in HOMES else 'Sent'} = {text};"
        for number, (name, text) in enumerate(payloads)
    ]
    return HEAD + "\n".join(lines) + "\n"


def typed(node: Any, kind: str) -> dict[str, Any] | None:
    """The first object of this type inside a payload."""
    if isinstance(node, dict) and node.get("type") == kind:
        return node
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return next((found for each in inner if (found := typed(each, kind)) is not None), None)


def mutant(kind: str, changes: dict[str, Any]) -> tuple[str, str]:
    """The first payload that holds an object of this type, which is changed; and the name of the payload."""
    for name in [*CASES, *HOMES]:
        payload = payload_of(name)
        if (place := typed(payload, kind)) is not None:
            place |= changes
            for key in [key for key, value in changes.items() if value is None]:
                place.pop(key)
            return name, json.dumps(payload)
    raise AssertionError(f"The bot never says a {kind}.")


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    """One run over all files."""
    tsc = MODULES / ".bin" / "tsc"
    if not (tsc.exists() and (MODULES / "@slack" / "types").exists()):
        pytest.fail("typescript and @slack/types are not in bot/workspace/page/node_modules: run make page", False)
    folder = tmp_path_factory.mktemp("types")
    (folder / "node_modules").symlink_to(MODULES)
    (folder / "corpus.ts").write_text(literals([(n, json.dumps(payload_of(n))) for n in (*CASES, *HOMES)]))
    (folder / "mutants.ts").write_text(literals([mutant(*each) for each in MUTANTS.values()]))
    run = subprocess.run(
        [tsc, *OPTIONS, "corpus.ts", "mutants.ts"], cwd=folder, capture_output=True, text=True, check=False
    )
    faults: dict[str, dict[int, str]] = {"corpus.ts": {}, "mutants.ts": {}}
    for file, line, fault in re.findall(r"^(\w+\.ts)\((\d+),\d+\): error (.*)$", run.stdout, re.MULTILINE):
        faults[file].setdefault(int(line) - HEAD.count("\n") - 1, fault)
    return Verdict(run.stdout + run.stderr, faults)


def test_everything_said_is_of_the_types_of_slack(verdict: Verdict) -> None:
    names = [*CASES, *HOMES]
    assert {names[line]: fault for line, fault in verdict.faults["corpus.ts"].items()} == {}


@pytest.mark.parametrize("what", MUTANTS)
def test_the_compiler_would_find(verdict: Verdict, what: str) -> None:
    assert list(MUTANTS).index(what) in verdict.faults["mutants.ts"], verdict.everything


def test_the_compiler_complains_of_nothing_else(verdict: Verdict) -> None:
    said = verdict.everything.strip().splitlines()
    assert all(re.match(r"mutants\.ts\(|\s", line) for line in said), verdict.everything
