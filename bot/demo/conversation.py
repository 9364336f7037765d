"""A conversation with the bot, had for real in the local workspace and printed as it happens."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from bot.demo.drawing import draw_blocks
from bot.demo.words import Reader, unescape
from bot.workspace import Answer, Message, Person, Workspace
from core.errors import T12Error

SHARE = "answer.share"
SHARED = "Shared by "
CHANNEL = "qa"
_ASKS, _WATCHES = "ana", "luis"
_ANSWER_SECONDS = 20.0
_TEXT_LINES = 2
_BRIEF_BLOCKS = 3


class ConversationError(T12Error):
    """The bot did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Acts as people of the workspace and prints both sides; `whole_text` prints all of a message's text."""

    workspace: Workspace
    console: Console
    whole_text: bool = False

    async def have(self) -> None:
        """Ask for health and failures, share the last answer. Raises `ConversationError` without an answer."""
        self.console.print()
        self.console.print(Rule(Text(f"#{CHANNEL}", style="bold"), align="left", style="dim"))
        await self.ask("health")
        failures = await self.ask("failures")
        await self.share(failures)
        self.console.print(Rule(style="dim"))
        for line in self._figures():
            self.console.print(line)

    async def ask(self, words: str) -> Message:
        """Type `/t12 words` and wait for the answer, which the person alone sees."""
        person = self.workspace.team.find_person(_ASKS)
        self._say(person, Text(f"/t12 {words}", style="bold"))
        after = self._newest()
        answer = _acknowledged(await self.workspace.command(_ASKS, CHANNEL, words))
        message = await self._wait(after, person)
        self._show(message, person, f"only {person.real_name} sees this, {_took(answer)}")
        return message

    async def share(self, message: Message) -> Message:
        """Press the share button of an answer, and wait for the message that everybody sees."""
        person, watcher = (self.workspace.team.find_person(name) for name in (_ASKS, _WATCHES))
        self._say(person, Text("presses ").append("[Share in channel]", style="bold blue"))
        after = self._newest()
        answer = _acknowledged(await self.workspace.press(_ASKS, SHARE, channel=CHANNEL, ts=message.ts))
        shared = await self._wait(after, watcher, shared=True)
        self._show(
            shared, watcher, f"as {watcher.real_name} and everybody in #{CHANNEL} see it, {_took(answer)}", brief=True
        )
        return shared

    def _newest(self) -> str:
        """The ts after which an answer is new."""
        return max((message.ts for message in self.workspace.messages(CHANNEL, _ASKS)), default="")

    async def _wait(self, after: str, person: Person, *, shared: bool = False) -> Message:
        """The bot's answer to a person, or what it shared; a card that it posts meanwhile is neither."""

        def find() -> Message | None:
            shown = self.workspace.messages(CHANNEL, person.id)
            new = (message for message in shown if message.from_app and message.ts > after)
            return next((m for m in new if (m.text.startswith(SHARED) if shared else m.ephemeral_to)), None)

        try:
            return await self.workspace.until(find, _ANSWER_SECONDS)
        except TimeoutError:
            raise ConversationError(f"the bot did not answer {person.real_name} in {_ANSWER_SECONDS:g} s") from None

    def _say(self, person: Person, words: Text) -> None:
        self.console.print()
        self.console.print(Text(person.real_name, style="bold green").append(f"  {person.title}", style="dim not bold"))
        self.console.print(Text("  ").append(words))
        self.console.print()

    def _show(self, message: Message, reader: Person, seen_by: str, *, brief: bool = False) -> None:
        """Print a message as its reader sees it; `brief` leaves out what the answer above has shown."""
        people = self.workspace.team.people
        eyes = Reader(ZoneInfo(reader.zone), lambda id_: people[id_].real_name if id_ in people else id_)
        blocks = message.blocks
        left = [block for block in blocks[_BRIEF_BLOCKS:] if brief and block["type"] != "actions"]
        drawn = [*draw_blocks([block for block in blocks if block not in left], eyes)] or [Text(unescape(message.text))]
        if left:
            drawn.insert(_BRIEF_BLOCKS, Text(f"… {len(left)} more blocks, as in the answer above", style="dim"))
        title = Text(" T12", style="bold magenta").append(f"  {seen_by} ", style="dim not bold")
        self.console.print(Panel(Group(*drawn), title=title, title_align="left", border_style="dim"))
        self.console.print(self._as_text(message))

    def _as_text(self, message: Message) -> Padding:
        """What a screen reader and a notification get."""
        lines = unescape(message.text).splitlines()
        shown = lines if self.whole_text else lines[:_TEXT_LINES]
        left = len(lines) - len(shown)
        more = [f"… and {left} more {'line' if left == 1 else 'lines'}; --text shows them"] if left else []
        told = "\n".join(["As text, for screen readers and notifications:", *shown, *more])
        return Padding(Text(told, style="dim"), (0, 2), expand=False)

    def _figures(self) -> Iterable[Text]:
        sent = [each for each in self.workspace.deliveries_made if each.latency_seconds is not None]
        slowest = max((each.latency_seconds or 0.0 for each in sent), default=0.0)
        yield Text(f"{len(sent)} acts, the slowest acknowledged in {slowest * 1000:.0f} ms (Slack allows 3 s)")
        broken = self.workspace.broken_rules
        told = f"rules of Slack broken: {len(broken)}" if broken else "no rule of Slack broken"
        yield Text(told, style="red" if broken else "green")
        for rule in broken:
            yield Text(f"  {rule.rule} in {rule.where}: {rule.detail}", style="red")


def _acknowledged(answer: Answer) -> Answer:
    if answer.failure:
        raise ConversationError(f"the bot did not take it; Slack would show: {answer.shown}")
    return answer


def _took(answer: Answer) -> str:
    return f"acknowledged in {(answer.latency_seconds or 0) * 1000:.0f} ms"
