"""Verdicts: what a domain's verifier finds about versions, kept as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db.models import QuerySet

from afsweb.core.clock import database_now
from datasets_app.domains import base
from datasets_app.domains.base import Domain as DomainCode
from datasets_app.domains.base import UnknownDomain, get_domain
from datasets_app.models import Domain, SampleVersion, Verdict
from datasets_app.quality.finding_codes import count_codes
from datasets_app.symbols.names import ProjectNames

NAMES = "names"
"""The key under which a verdict's tool versions say which names of the project it was told."""

NO_PROJECT = ProjectNames()
_SAID = (
    "level",
    "findings",
    "codes",
    "supported",
    "contradicted",
    "unknown",
    "byte_count",
    "cycles",
    "tool_versions",
)


def domain_code(domain: Domain) -> DomainCode | None:
    """The code of a domain that can verify; None where this version of the program has none."""
    try:
        code = get_domain(domain.slug)
    except UnknownDomain:
        return None
    return code if code.verifier else None


def verify(code: DomainCode, versions: Sequence[SampleVersion], project: ProjectNames = NO_PROJECT) -> list[Verdict]:
    """One unsaved verdict for each version. Of a conversation, the first question and the last answer are verified."""
    return [_verdict(code, version, project) for version in versions]


def save_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Store verdicts; what the same verifier in the same version said before, of other names, gives way."""
    now = database_now()
    for verdict in verdicts:
        verdict.created_at = now
    Verdict.objects.bulk_create(
        verdicts,
        update_conflicts=True,
        unique_fields=["version", "verifier", "verifier_version"],
        update_fields=[*_SAID, "created_at"],
    )
    count_codes(verdicts)


def verdicts_of(code: DomainCode, project: ProjectNames = NO_PROJECT) -> QuerySet[Verdict]:
    """What this version of the domain's verifier has said so far, told these names."""
    said = Verdict.objects.filter(verifier=code.slug, verifier_version=code.verifier_version)
    if not project.version:
        return said.exclude(tool_versions__has_key=NAMES)
    return said.filter(tool_versions__contains={NAMES: project.version})


def counts_of(verdict: Verdict) -> base.Verdict:
    """The counts of a stored verdict, for the domain's scoring functions."""
    return base.Verdict(
        level=verdict.level,
        supported=verdict.supported,
        contradicted=verdict.contradicted,
        unknown=verdict.unknown,
    )


def context_of(version: SampleVersion, project: ProjectNames = NO_PROJECT) -> base.Context:
    """What its verifier may know of a version beside its answer; `version.sample` and its item are read."""
    sample = version.sample
    item = getattr(sample, "item", None)
    return base.Context(version.instruction, version.input, sample.kind, item.params if item else {}, project.names)


def _verdict(code: DomainCode, version: SampleVersion, project: ProjectNames) -> Verdict:
    found = code.verify(version.output, context_of(version, project))
    return Verdict(
        version=version,
        verifier=code.slug,
        verifier_version=code.verifier_version,
        level=found.level,
        findings=[asdict(finding) for finding in found.findings],
        codes=sorted({finding.code for finding in found.findings}),
        supported=found.supported,
        contradicted=found.contradicted,
        unknown=found.unknown,
        byte_count=found.byte_count,
        cycles=list(found.cycles) if found.cycles else None,
        tool_versions=dict(found.tool_versions) | ({NAMES: project.version} if project.version else {}),
    )
