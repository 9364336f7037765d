"""Which cause category a failure has: all rules speak, the heaviest wins, the second best is kept."""

import re
from functools import lru_cache
from typing import Final

from core.failures.excerpt import Excerpt, read_excerpt
from core.failures.frames import Frame
from core.failures.model import Category, FailureText, Phase, Verdict
from core.failures.rules import Rule, RuleSet
from core.failures.text import cap_line
from core.failures.trace import Block

# A direct cause explains nearly as well as the final exception; what merely happened before it explains little.
LINK_FACTOR: Final = {"final": 1.0, "cause": 0.85, "context": 0.4}
# Words inside an assertion quote the values compared; they decide only when nothing else speaks at all.
QUOTED_FACTOR: Final = 0.2
_ASSERTING: Final = re.compile(
    r"(?:[\w.$]{0,200}\.)?(?:AssertionError|AssertionFailedError|ComparisonFailure|AssertionException|Failed"
    r"|AssertFailedException"
    r"|MultipleFailuresError|ExpectationNotMetError)\b|assert |Assert\.|Failed: "
)
_NEAR_FRAMES: Final = 4
_IMPORTING: Final = ("<frozen importlib", "importlib/__init__.py", "importlib\\__init__.py")

Voice = tuple[float, Rule, str]


def classify(failure: FailureText, rules: RuleSet) -> Verdict:
    """The verdict on a failure; never raises, whatever the text. The same text judged again costs one look-up."""
    return _judge(read_excerpt(failure), rules)


@lru_cache(maxsize=256)
def _judge(excerpt: Excerpt, rules: RuleSet) -> Verdict:
    best: dict[Category, Voice] = {}
    for block in excerpt.blocks:
        for voice in _hear(block, excerpt.phase, rules):
            category = voice[1].category
            if category not in best or voice[0] > best[category][0]:
                best[category] = voice
    if not best:
        return Verdict(Category.UNKNOWN, "", "", None)
    ranked = sorted(best.values(), key=lambda voice: -voice[0])
    _, rule, matched = ranked[0]
    runner_up = ranked[1][1].category if len(ranked) > 1 else None
    return Verdict(rule.category, rule.id, matched, runner_up)


def _hear(block: Block, phase: Phase | None, rules: RuleSet) -> list[Voice]:
    """At most two voices of one exception: the heaviest rule and the heaviest of another category."""
    words = block.words
    lowered = words.lower()
    frames = "\n".join(frame.words for frame in _near(block.frames))
    asserting = _ASSERTING.match(block.type_name or words) is not None
    factor = LINK_FACTOR[block.link]
    voices: list[Voice] = []
    quoted: list[Voice] = []
    for chain, rule in rules.candidates(lowered):
        if voices and rule.category is voices[0][1].category:
            continue
        found = chain.search(words)
        if found is None or not rule.allows(words, lowered, frames, phase):
            continue
        matched = cap_line(words[found.start : found.end], 200)
        if asserting and not rule.inside_assertion:
            quoted.append((rule.weight * factor * QUOTED_FACTOR, rule, matched))
            continue
        voices.append((rule.weight * factor, rule, matched))
        if len(voices) == 2:
            return voices
    return [*voices, *quoted[: 2 - len(voices)]]


def _near(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The innermost frames; who asked for an import that failed stands outside of the importing."""
    end = len(frames)
    while end and any(part in frames[end - 1][0] for part in _IMPORTING):
        end -= 1
    end = end or len(frames)
    return frames[max(end - _NEAR_FRAMES, 0) : end]
