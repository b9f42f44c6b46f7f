from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

Message = dict[str, str]


@dataclass(frozen=True)
class Text:
    """What a sample says, apart from any row.

    `messages` is only for more than one turn; then the three fields hold the first user turn and the last answer.
    """

    instruction: str
    input: str = ""
    output: str = ""
    system: str = ""
    messages: list[Message] | None = None

    @classmethod
    def of_chat(cls, messages: list[Message]) -> Text:
        """The text of a conversation whose last message is the assistant's; one turn becomes plain fields."""
        system = messages[0]["content"] if messages[0]["role"] == "system" else ""
        turns = messages[1:] if messages[0]["role"] == "system" else messages
        instruction, output = turns[0]["content"], turns[-1]["content"]
        return cls(instruction, "", output, system, messages if len(turns) > 2 else None)

    def chat(self) -> list[Message]:
        """The chat form (design, Words): optional system, user = instruction, blank line, input; assistant = output."""
        if self.messages:
            return [{"role": message["role"], "content": message["content"]} for message in self.messages]
        system = [{"role": "system", "content": self.system}] if self.system else []
        asked = f"{self.instruction}\n\n{self.input}" if self.input else self.instruction
        return [*system, {"role": "user", "content": asked}, {"role": "assistant", "content": self.output}]

    def __len__(self) -> int:
        """Characters, about."""
        turns = sum(len(message["content"]) for message in self.messages or ())
        return len(self.system) + len(self.instruction) + len(self.input) + len(self.output) + turns

    @property
    def sha256(self) -> str:
        """Of the exact text: every field, in one canonical JSON list."""
        parts = [self.system, self.instruction, self.input, self.output, self.chat() if self.messages else None]
        return _sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True))

    @property
    def normal_sha256(self) -> str:
        """Of instruction and output, lower case, each run of white space folded to one space."""
        return _sha256("\n".join(" ".join(part.lower().split()) for part in (self.instruction, self.output)))

    def columns(self) -> dict[str, Any]:
        """The columns of a SampleVersion that say this."""
        return asdict(self) | {"sha256": self.sha256, "normal_sha256": self.normal_sha256}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
