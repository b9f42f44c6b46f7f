"""Which column of a file says what, where the columns are none that we know: said by a person, kept with the source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from datasets_app.errors import DatasetError
from datasets_app.exchange.formats.sharegpt import messages_of
from datasets_app.exchange.lists import list_in
from datasets_app.exchange.rows import Row, read_row
from datasets_app.models import Source

FIELDS = ("instruction", "input", "output", "system", "messages", "kind", "group_id")
CONSTANT_LIMIT = 20_000
# What columns are called elsewhere, for a first guess that a person looks at.
GUESSES = {
    "instruction": ("instruction", "question", "prompt", "query", "problem", "user"),
    "input": ("input", "context"),
    "output": ("output", "answer", "response", "completion", "solution", "target", "assistant"),
    "system": ("system", "system_prompt"),
    "messages": ("messages", "conversations", "conversation", "dialogue", "chat"),
    "kind": ("kind", "category", "task"),
    "group_id": ("group_id", "group"),
}


class MappingEmpty(DatasetError):
    """Say which column is the instruction and which is the output, or which one holds the messages."""


class MappingBoth(DatasetError):
    """Messages say everything of a conversation: say which column holds them, or which are {fields}, not both."""


class MappingTwice(DatasetError):
    """“{field}” is given a column and a constant text. Keep the one that is meant."""


class ConstantMessages(DatasetError):
    """Messages cannot be the same in every sample. Say which column holds them."""


class ConstantTooLong(DatasetError):
    """The constant text of “{field}” has more than {limit:,} characters. Shorten it."""


class NoSuchColumn(DatasetError):
    """There is no column “{column}” in this file. There are {known}."""


class NoSuchField(DatasetError):
    """Samples have no field “{field}”. There are {known}."""


@dataclass(frozen=True)
class ColumnMapping:
    """For some of FIELDS the column that says it, or one text for every sample."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> ColumnMapping:
        """The mapping that a source keeps."""
        return cls(told.get("columns", {}), told.get("constants", {}))

    def as_json(self) -> dict[str, Any]:
        """What a source keeps."""
        return {"columns": dict(self.columns), "constants": dict(self.constants)}

    def check(self, known: Collection[str]) -> None:
        """Raise a `DatasetError` for a mapping that makes no samples of a file with these columns."""
        for name in (*self.columns, *self.constants):
            if name not in FIELDS:
                raise NoSuchField(field=_shown([name]), known=_shown(FIELDS))
        for name, text in self.constants.items():
            if name in self.columns:
                raise MappingTwice(field=name)
            if len(text) > CONSTANT_LIMIT:
                raise ConstantTooLong(field=name, limit=CONSTANT_LIMIT)
        for column in self.columns.values():
            if column not in known:
                raise NoSuchColumn(column=_shown([column]), known=_shown(known))
        self._check_whole()

    def _check_whole(self) -> None:
        told = {*self.columns, *self.constants}
        if "messages" in self.constants:
            raise ConstantMessages
        if "messages" in told and (also := told & {"instruction", "input", "output"}):
            raise MappingBoth(fields=_shown(name for name in FIELDS if name in also))
        if "messages" not in told and not {"instruction", "output"} <= told:
            raise MappingEmpty

    def read(self, content: dict[str, Any]) -> Row:
        """The sample that a row says. Raises a `LineProblem`."""
        said = {name: content.get(column) for name, column in self.columns.items()} | dict(self.constants)
        if "messages" in said:
            turns = messages_of(list_in(said["messages"], self.columns["messages"]), self.columns["messages"])
            system = said.pop("system", None)
            opening = [{"role": "system", "content": system}] if system else []
            said["messages"] = [*opening, *turns]
        used = set(self.columns.values())
        return replace(read_row(said), ignored=tuple(_shown([name]) for name in content if name not in used))


def guess(columns: Collection[str]) -> ColumnMapping:
    """What the columns probably are, by their names."""
    named = {name.lower(): name for name in reversed(list(columns))}
    found = {name: next((named[one] for one in called if one in named), None) for name, called in GUESSES.items()}
    if found["messages"]:
        found |= {"instruction": None, "input": None, "output": None}
    return ColumnMapping({name: column for name, column in found.items() if column})


def earlier_mapping(source: Source) -> Source | None:
    """The newest other source with the very same columns that a person mapped."""
    mapped = Source.objects.filter(columns=source.columns).exclude(mapping={}).exclude(pk=source.pk)
    return mapped.order_by("-pk").first()


def _shown(names: Any) -> str:
    return ", ".join(str(name)[:60].encode("utf-8", "replace").decode() for name in list(names)[:20])
