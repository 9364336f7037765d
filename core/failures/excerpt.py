"""What of a failure may be judged: error lines, exception types, the cause chain and frames; never quoted source."""

from dataclasses import dataclass, replace
from functools import lru_cache

from core.failures.frames import Frame
from core.failures.model import FailureText, Phase
from core.failures.text import TEXT_CHARS, cap_text
from core.failures.trace import BLOCK_CHARS, MAX_BLOCKS, Block, Trace, is_marked, read_trace


@dataclass(frozen=True, slots=True, eq=False)
class Excerpt:
    """The judgeable part of a failure: the final exception, then direct causes from near to far, then the rest."""

    blocks: tuple[Block, ...]
    frames: tuple[Frame, ...]
    phase: Phase | None

    @property
    def own_frame(self) -> str:
        """The innermost own frame as path:function, the final exception's if it has one; empty when there is none."""
        final = self.blocks[0].frames if self.blocks else ()
        for frames in (final, self.frames):
            for frame in reversed(frames):
                if frame.own:
                    return frame.place
        return ""

    @property
    def root(self) -> Block | None:
        """The far end of the chain of direct causes; None when the final exception was raised from nothing."""
        causes = [block for block in self.blocks if block.link == "cause"]
        return causes[-1] if causes else None


def read_excerpt(failure: FailureText) -> Excerpt:
    """The judgeable part of a failure. Linear in the capped text; reading the same failure again costs one look-up."""
    return _read(
        cap_text(failure.message or "", TEXT_CHARS // 2),
        cap_text(failure.text or ""),
        (failure.type_name or "")[:200],
        failure.phase,
    )


@lru_cache(maxsize=256)
def _read(message: str, text: str, type_name: str, phase: Phase | None) -> Excerpt:
    body = read_trace(text, phase) if text else Trace((), (), phase)
    if not type_name and (not message or (body.blocks and is_marked(text))):
        return Excerpt(body.blocks, body.frames, body.phase or _phase_of(message))
    head = read_trace(message, body.phase)
    final = _final_of(head.blocks, body.blocks, type_name)
    blocks = (*([final] if final else ()), *_rest(body.blocks, final))
    return Excerpt(blocks[:MAX_BLOCKS], body.frames or head.frames, head.phase or body.phase)


def _rest(body: tuple[Block, ...], final: Block | None) -> tuple[Block, ...]:
    """The body's exceptions behind the final one; its own final exception is a cause if the message outranks it."""
    if not body or final is None or body[0].words in final.words:
        return body[1:]
    return (replace(body[0], link="cause"), *body[1:])


def _phase_of(message: str) -> Phase | None:
    """The phase that pytest writes into JUnit's message attribute."""
    if message.startswith("failed on setup"):
        return "setup"
    if message.startswith("failed on teardown"):
        return "teardown"
    return "collection" if message.startswith("collection failure") else None


def _final_of(head: tuple[Block, ...], body: tuple[Block, ...], type_name: str) -> Block | None:
    """The final exception: the body's, unless only the message attribute tells what went wrong."""
    told = body[0] if body else None
    said = head[0] if head else None
    if told is None or (said and not told.type_name and said.words.partition("\n")[0] not in told.words):
        told = replace(said, frames=told.frames if told else ()) if said else told
    if not type_name:
        return told
    if told is None:
        return Block(type_name, type_name, (), "final")
    if told.type_name:
        return told
    return replace(told, type_name=type_name, words=f"{type_name}: {told.words}"[:BLOCK_CHARS])
