"""Prompts: versioned rows. The facts come from the domain's own generator; the model words them anew."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Max

from afsweb.core.models import User
from afsweb.llm.request import Request
from datasets_app.domains.base import Draft
from datasets_app.models import Domain, PromptVersion

DEFAULT_NAME = "reword-facts"
DEFAULT_SYSTEM = (
    "You write training samples for a small expert model about SNES hardware and 65816 assembly. "
    "Use only the facts you are given; a register named wrongly makes the sample worthless."
)
DEFAULT_TEMPLATE = """Write one training sample of the kind “{kind}” that teaches this fact, in words of your own:

{fact}

The instruction must be a question or a task a person would really write, and differ in wording from the fact above.
The output must answer it fully and correctly."""
ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "instruction": {"type": "string", "description": "the question or task"},
        "input": {"type": "string", "description": "code or text the task is about; empty when there is none"},
        "output": {"type": "string", "description": "the full answer"},
    },
    "required": ["instruction", "output"],
}


class UnusableAnswer(Exception):
    """The answer is no sample; the text says what it lacks."""


def save_prompt(name: str, domain: Domain, system: str, template: str, *, by: User | None) -> PromptVersion:
    """The next version of a prompt; the newest one when nothing differs."""
    sha256 = hashlib.sha256(f"{system}\0{template}".encode()).hexdigest()
    with transaction.atomic():
        newest = PromptVersion.objects.select_for_update().filter(name=name).order_by("-number").first()
        if newest and newest.sha256 == sha256:
            return newest
        number = (PromptVersion.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0) + 1
        return PromptVersion.objects.create(
            name=name, number=number, domain=domain, system=system, template=template, sha256=sha256, created_by=by
        )


def default_prompt(domain: Domain) -> PromptVersion:
    """The prompt that comes with afsweb, kept as version 1 when it is first used."""
    return save_prompt(f"{DEFAULT_NAME}-{domain.slug}"[:64], domain, DEFAULT_SYSTEM, DEFAULT_TEMPLATE, by=None)


def make_request(prompt: PromptVersion, draft: Draft, *, seed: int) -> Request:
    """The request for one item: `draft` is the generator's own wording of the fact."""
    fact = "\n\n".join(part for part in (draft.instruction, draft.input, draft.output) if part)
    text = prompt.template.replace("{kind}", draft.kind).replace("{fact}", fact)
    return Request(text, system=prompt.system, schema=ANSWER_SCHEMA, seed=seed % 2**31, thinking="LOW")


def read_answer(parsed: Any, draft: Draft) -> Draft:
    """The sample in a model's answer, in the group of the fact it is about. Raises UnusableAnswer."""
    if not isinstance(parsed, dict):
        raise UnusableAnswer("The answer is not the JSON object that was asked for.")
    parts = {name: parsed.get(name) or "" for name in ("instruction", "input", "output")}
    if not all(isinstance(part, str) and "\0" not in part for part in parts.values()):
        raise UnusableAnswer("The answer's fields are not plain text.")
    if not parts["instruction"].strip() or not parts["output"].strip():
        raise UnusableAnswer("The answer lacks its instruction or its output.")
    return Draft(**parts, kind=draft.kind, group_id=draft.group_id, params=draft.params)
