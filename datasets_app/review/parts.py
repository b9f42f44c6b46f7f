"""A sample's text as labelled parts, highlighted, with the lines marked that findings are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datasets_app.comments.places import texts_of
from datasets_app.facts.links import ASSEMBLY_DOMAINS
from datasets_app.models import SampleVersion
from datasets_app.review.blocks import Block, blocks
from datasets_app.review.evidence import Findings

Comments = Mapping[str, Mapping[int, int]]
NO_COMMENTS: Comments = {}


@dataclass(frozen=True)
class Part:
    """One labelled part of the text: a field, or a turn of a conversation."""

    label: str
    blocks: list[Block]


def parts_of(version: SampleVersion, findings: Findings, domain: str, comments: Comments = NO_COMMENTS) -> list[Part]:
    """The parts of a version, saved or not, of a sample of the domain with that slug; empty fields are left out.

    `comments`: field -> line -> how many comments are about it.
    """
    texts = texts_of(version)
    labels = [one["role"] for one in version.messages or ()] or list(texts)
    return [
        _part(label.capitalize(), field, text, findings, domain, comments.get(field, {}))
        for label, (field, text) in zip(labels, texts.items(), strict=True)
    ]


def _part(label: str, field: str, text: str, findings: Findings, domain: str, comments: Mapping[int, int]) -> Part:
    about = [one for one in findings if one.get("where", "output") == field and one.get("line")]
    marks = {one["line"]: one["level"] for one in reversed(about) if one["level"] in ("bad", "warn")}
    return Part(label, blocks(text, assembly=domain in ASSEMBLY_DOMAINS, marks=marks, comments=comments))
