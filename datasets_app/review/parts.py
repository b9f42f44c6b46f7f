"""A sample's text as labelled parts, highlighted, with the lines marked that findings are about."""

from __future__ import annotations

from dataclasses import dataclass

from datasets_app.facts.links import ASSEMBLY_DOMAINS
from datasets_app.models import SampleVersion
from datasets_app.review.blocks import Block, blocks
from datasets_app.review.evidence import Findings

FIELDS = ("system", "instruction", "input", "output")


@dataclass(frozen=True)
class Part:
    """One labelled part of the text: a field, or a turn of a conversation."""

    label: str
    blocks: list[Block]


def parts_of(version: SampleVersion, findings: Findings, domain: str) -> list[Part]:
    """The parts of a version, saved or not, of a sample of the domain with that slug; empty fields are left out."""
    if version.messages:
        turns = [(one["role"].capitalize(), "", one["content"]) for one in version.messages]
    else:
        turns = [(name.capitalize(), name, getattr(version, name)) for name in FIELDS]
    return [_part(label, field, text, findings, domain) for label, field, text in turns if text]


def _part(label: str, field: str, text: str, findings: Findings, domain: str) -> Part:
    about = [one for one in findings if one.get("where", "output") == field and one.get("line")]
    marks = {one["line"]: one["level"] for one in reversed(about) if one["level"] in ("bad", "warn")}
    return Part(label, blocks(text, assembly=domain in ASSEMBLY_DOMAINS, marks=marks))
