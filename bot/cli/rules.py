"""`t12 classify` and `t12 reclassify`: how a team tries its failure rules, and applies them to its history."""

import json
import sys
from collections.abc import Iterable
from typing import BinaryIO

import click

from bot.cli.context import Command, command, with_store
from core.failures.classify import classify as judge
from core.failures.diagnose import diagnoser
from core.failures.diagnose import reclassify as reclassify_all
from core.failures.model import FailureText
from core.storage.database import Database


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@command
async def classify(self: Command, file: BinaryIO) -> None:
    """Read JSON Lines with `text` and print for each the category, the rule and text that decided, and the runner-up.

    `message`, `type` and `phase` are read too where a line has them. A line that is not such an object is answered by
    an object with `error`, in its place; the exit code is then 1.
    """
    rules = diagnoser(self.settings.failures.rules).rules
    bad = 0
    for number, line in enumerate(_lines(file), start=1):
        try:
            verdict = judge(_failure(line), rules)
        except ValueError as error:
            bad += 1
            answer: dict[str, object] = {"category": None, "rule": None, "matched": None, "runner_up": None}
            answer["error"] = f"line {number}: {error}"
        else:
            answer = {
                "category": verdict.category.value,
                "rule": verdict.rule,
                "matched": verdict.matched,
                "runner_up": verdict.runner_up.value if verdict.runner_up else None,
            }
        sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()
    if bad:
        click.echo(f"t12: {bad} lines are no JSON object with `text`", err=True)
        sys.exit(1)


@click.command()
@command
@with_store
async def reclassify(self: Command, store: Database) -> None:
    """Judge every stored failure again by the present rules, after they changed."""
    rules = diagnoser(self.settings.failures.rules)
    judged, changed = await reclassify_all(store, rules)
    click.echo(f"{judged} failures judged by rules {rules.version}, {changed} changed category")


def _lines(file: BinaryIO) -> Iterable[bytes]:
    """Lines that hold anything; a UTF-8 mark at the start is passed over."""
    for number, line in enumerate(file):
        kept = line.removeprefix(b"\xef\xbb\xbf") if not number else line
        if kept.strip():
            yield kept


def _failure(line: bytes) -> FailureText:
    """Raises `ValueError` with a sentence."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError('not JSON; each line is one object such as {"text": "E   assert 1 == 2"}') from None
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise ValueError("an object with a text under `text` is expected")
    words = {name: found.get(key) for name, key in (("message", "message"), ("type_name", "type"), ("phase", "phase"))}
    for name, value in words.items():
        if value is not None and not isinstance(value, str):
            raise ValueError(f"`{name}` must be a text")
    if words["phase"] not in (None, "call", "setup", "teardown", "collection"):
        raise ValueError("`phase` is one of call, setup, teardown, collection")
    return FailureText(text=found["text"], **words)
