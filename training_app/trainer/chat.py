"""Chat templates, rendered as transformers renders them, with the places that a template marks as the assistant's.

What a template may use is described at https://huggingface.co/docs/transformers/chat_templating_writing: Jinja in a
sandbox with `trim_blocks` and `lstrip_blocks`, `tojson`, `raise_exception`, `strftime_now`, and `{% generation %}`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

Span = tuple[int, int]


@dataclass(frozen=True)
class Rendered:
    """A conversation as text, and the spans of it (begin, end; in characters) that the template says are generated."""

    text: str
    spans: tuple[Span, ...]


def render(
    template: str,
    messages: Sequence[Mapping[str, str]],
    *,
    special: Mapping[str, str],
    add_generation_prompt: bool = False,
) -> Rendered:
    """`messages` by `template`; `special` are the tokenizer's tokens by name, such as eos_token.

    Raises jinja2's TemplateError where the template refuses them or is no template.
    """
    # Nobody can know it before, so no message can forge a mark.
    mark = secrets.token_hex(16)
    text = _compiled(template).render(
        messages=[dict(message) for message in messages],
        tools=None,
        documents=None,
        add_generation_prompt=add_generation_prompt,
        generation_mark=mark,
        **special,
    )
    return _without_marks(text, mark)


def _without_marks(text: str, mark: str) -> Rendered:
    pieces = text.split(mark)
    spans, at = [], 0
    for index, piece in enumerate(pieces):
        if index % 2:
            spans.append((at, at + len(piece)))
        at += len(piece)
    return Rendered("".join(pieces), tuple(spans))


class _Generation(Extension):
    """`{% generation %} … {% endgeneration %}`: what it holds stands between two marks in the rendered text."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)

        def mark() -> nodes.Node:
            return nodes.Output([nodes.Name("generation_mark", "load")], lineno=line)

        return [mark(), *body, mark()]


@lru_cache(maxsize=32)
def _compiled(template: str) -> Template:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _tojson
    environment.globals |= {"raise_exception": _refuse, "strftime_now": _now}
    return environment.from_string(template)


def _tojson(value: Any, ensure_ascii: bool = False, **more: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, **more)


def _refuse(message: str) -> None:
    raise TemplateError(message)


def _now(form: str) -> str:
    return datetime.now().strftime(form)
