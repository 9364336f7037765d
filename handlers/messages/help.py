"""The answer to `help`: what can be asked, from the same table that reads the words."""

from handlers.commands import COMMANDS, SLASH, Ask, Command
from handlers.incident_words import VERBS

from .message import Message, compose, note
from .pieces import Json, Line, actions, ask_button, bullets, header, line, rich, section, small, typed, words


def render_help(ask: Ask) -> Message:
    """Everything, or one command in full."""
    command = COMMANDS.get((ask.argument or "").lower())
    return _one(command) if command is not None else _all()


def render_problem(sentence: str) -> Message:
    """An error that a person can do something about, as it is."""
    sentence = sentence.strip() or "something went wrong"
    return note(sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith((".", "!", "?")) else "."))


def _all() -> Message:
    lines: list[Line] = [
        [typed(f"{SLASH} {command.word} {command.argument}"), words(f" {command.summary}")]
        for command in COMMANDS.values()
    ]
    return compose(
        [
            header("T12 says whether your tests can be trusted"),
            rich(line(words("Ask, and only you see the answer until you share it:")), bullets(lines)),
            small(words("Options: "), typed("--suite NAME"), words(" and "), typed("--branch NAME"),
                  words(". The same words work in a terminal, as "), typed("t12 health"), words(".")),
            *_start(),
        ]
    )  # fmt: skip


def _start() -> list[Json]:
    found = ask_button("Show health", "health.show", Ask("health"))
    found += ask_button("Show failures", "failures.show", Ask("failures"))
    return actions([*found, *ask_button("Show flaky tests", "flaky.show", Ask("flaky"))])


def _one(command: Command) -> Message:
    blocks = [
        header(f"{SLASH} {command.word}"),
        rich(line(words(command.summary[:1].upper() + command.summary[1:] + "."))),
        rich(line(typed(f"{SLASH} {command.usage}"))),
    ]
    if command.word == "incident":
        lines: list[Line] = [[typed(f"{SLASH} {verb.usage}"), words(f" {verb.summary}")] for verb in VERBS.values()]
        blocks += [
            rich(bullets(lines)),
            small(words("Times: "), typed("90m"), words(", "), typed("2h"), words(", "), typed("1d")),
        ]
    if command.options:
        lines = [[typed(f"--{option.name} {option.value}"), words(f" {option.summary}")] for option in command.options]
        blocks.append(section("Options", lines))
    return compose(blocks)
