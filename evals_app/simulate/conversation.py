"""One conversation: whose turn it is, what was said, and why it ended. Asks nobody and stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from zlib import crc32

from afsweb.llm.answering import Answer, Prompt
from evals_app.models import Case, Result, ResultState
from evals_app.results.outcomes import set_score
from evals_app.scorers import Scorer
from evals_app.simulate.simulator import messages_for, prompt_key, read
from evals_app.simulate.stops import SIMULATORS, StopReason

Side = Literal["version", "simulator"]


@dataclass
class Conversation:
    """A case being talked through. Tokens and milliseconds are those of the version alone."""

    result: Result
    case: Case
    run_seed: int
    messages: list[dict[str, str]] = field(default_factory=list)
    stop: StopReason | None = None
    error: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    milliseconds: int = 0

    def __post_init__(self) -> None:
        self.messages = [dict(message) for message in self.case.messages]

    @property
    def seed(self) -> int:
        """The draw of this persona's conversation: the same for every version that is asked, another for a repeat."""
        return (self.run_seed + crc32(f"{self.case.key}#{self.result.repeat}".encode())) % 2**31

    @property
    def side(self) -> Side:
        """Whose turn it is."""
        return "version" if self.messages[-1]["role"] == "user" else "simulator"

    @property
    def answered(self) -> list[str]:
        """What the version said so far."""
        return [message["content"] for message in self.messages[len(self.case.messages) :] if _is_version(message)]

    def prompt(self) -> Prompt:
        """What is asked next, of whose turn it is."""
        told = self.messages
        if self.side == "simulator":
            told = messages_for(self.case.expected["persona"], self.messages)
        return Prompt(prompt_key(self.result.pk, self.side, told), told, self.seed)

    def hear(self, answer: Answer) -> None:
        """Take the answer of whose turn it is."""
        if self.side == "version":
            self._hear_version(answer)
        else:
            self._hear_simulator(answer)

    def _hear_version(self, answer: Answer) -> None:
        self.input_tokens = _sum(self.input_tokens, answer.input_tokens)
        self.output_tokens = _sum(self.output_tokens, answer.output_tokens)
        self.milliseconds += answer.milliseconds or 0
        if answer.error:
            self.stop, self.error = StopReason.VERSION_ERROR, answer.error
        elif not answer.text.strip():
            self.stop = StopReason.SILENT
        else:
            self.messages.append({"role": "assistant", "content": answer.text})

    def _hear_simulator(self, answer: Answer) -> None:
        earlier = [message["content"] for message in self.messages if message["role"] == "user"]
        said = read(answer.text, earlier)
        stop = StopReason.SIMULATOR_ERROR if answer.error else said.stop
        if len(self.answered) >= self.case.expected["turns"] and stop not in (StopReason.GOAL, StopReason.GAVE_UP):
            # Only asked whether the last answer was enough: what else it said would stand there unanswered.
            self.stop = StopReason.TURN_LIMIT
            return
        if said.text and not answer.error:
            self.messages.append({"role": "user", "content": said.text})
        self.stop = stop
        if stop in SIMULATORS:
            self.error = answer.error or f"the {stop.label}"

    def set_result(self, scorer: Scorer) -> None:
        """Set the columns, unsaved: what was said, why it ended, and what it is worth where the scorer is quick."""
        result = self.result
        result.transcript, result.stop_reason = self.messages, self.stop or ""
        result.answer, result.error = "\n\n".join(self.answered), self.error
        result.input_tokens, result.output_tokens = self.input_tokens, self.output_tokens
        result.milliseconds = self.milliseconds
        if self.stop in SIMULATORS:
            result.state = ResultState.SPOILT
        elif self.stop == StopReason.VERSION_ERROR:
            result.state = ResultState.FAILED
        elif scorer.when == "at once":
            set_score(result, self.case, scorer)
        else:
            result.state = ResultState.ANSWERED


def _is_version(message: dict[str, str]) -> bool:
    return message["role"] == "assistant"


def _sum(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more
