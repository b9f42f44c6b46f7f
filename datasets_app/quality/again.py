"""Verifying one stored version again while a person waits: its verdict and its score are made anew."""

from __future__ import annotations

from django.db import transaction

from datasets_app.models import GateVersion, SampleVersion, Score, Verdict
from datasets_app.quality.duplicates import exact_duplicates
from datasets_app.quality.examine import save_scores
from datasets_app.quality.scoring import Evidence, score
from datasets_app.quality.verifying import domain_code, save_verdicts, verify
from datasets_app.symbols.names import names_of

NOT_MEASURED = "Not compared with the others yet: examine its source."


def verify_again(version: SampleVersion) -> Verdict | None:
    """Store a new verdict and score of `version`; None, and nothing is stored, where its domain has no verifier.

    What the others are like is not asked again: that component of the score stays as it was measured last.
    """
    domain = version.sample.domain
    code = domain_code(domain)
    if code is None:
        return None
    verdict = verify(code, [version], names_of(domain))[0]
    gate = GateVersion.objects.get(is_current=True)
    known = Score.objects.filter(version=version, gate=gate).first()
    diversity = (known.diversity, str(known.reasons.get("diversity", ""))) if known else (None, NOT_MEASURED)
    repeated = exact_duplicates(domain, [version.sample_id]).get(version.sample_id)
    again = score(Evidence(version.pk, verdict, None, repeated, diversity), gate, domain)
    with transaction.atomic():
        save_verdicts([verdict])
        save_scores([again])
    return verdict
