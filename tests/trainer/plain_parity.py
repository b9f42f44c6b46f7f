"""Run by the trainer's interpreter: whether our plain tokenizer says what transformers' says, template by template.

Argument: the base's folder. Prints {template: same or differs, or refused where transformers renders no conversation}.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from importlib.resources import files
from pathlib import Path

from jinja2 import TemplateError

from training_app.trainer.plain import load_plain
from training_app.trainer.tokens import load_tokenizer

USER = {"role": "user", "content": "What is at $2100? Say “é”, 日本 and 🙂."}
ANSWER = {"role": "assistant", "content": "INIDISP: <b>brightness</b>.\n\nSEP #$20\n"}
SYSTEM = {"role": "system", "content": "Be brief."}
CONVERSATIONS = [[USER, ANSWER], [USER, ANSWER, USER, ANSWER], [SYSTEM, USER, ANSWER]]

base = Path(sys.argv[1])
theirs, ours = load_tokenizer(base), load_plain(base)


def compare(template: str) -> str:
    said = []
    for messages in CONVERSATIONS:
        marked = "{% generation" in template.replace("{%-", "{%").replace("{%  ", "{% ")
        try:
            expected = theirs.apply_chat_template(
                messages, chat_template=template, tokenize=True, return_dict=True, return_assistant_tokens_mask=marked
            )
        except (TemplateError, TypeError):
            said.append("refused")
            continue
        found = dataclasses.replace(ours, chat_template=template).apply_chat_template(messages)
        is_same = list(expected["input_ids"]) == found["input_ids"]
        if marked:
            is_same = is_same and list(expected["assistant_masks"]) == found["assistant_masks"]
        said.append("same" if is_same else "differs")
    return "differs" if "differs" in said else "same" if "same" in said else "refused"


told = {}
for file in sorted(files("trl").joinpath("chat_templates").iterdir(), key=lambda one: one.name):
    if file.name.endswith(".jinja"):
        told[file.name] = compare(file.read_text(encoding="utf-8"))
print(json.dumps(told))
