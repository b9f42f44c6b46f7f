"""The codes of findings: counted as verdicts are stored, so that a filter offers them without reading the verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from datasets_app.domains.catalog import DOMAINS
from datasets_app.models import Verdict


def count_codes(verdicts: Sequence[Verdict]) -> None:
    """Add the codes of newly stored verdicts to what was found so far. One statement."""
    counted = Counter((one.verifier, one.verifier_version, code) for one in verdicts for code in one.codes)
    # In one order everywhere: two jobs that count at once would wait for each other.
    rows = sorted((*key, found) for key, found in counted.items())
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO datasets_findingcode AS known (verifier, verifier_version, code, found)
               SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
               ON CONFLICT (verifier, verifier_version, code) DO UPDATE SET found = known.found + excluded.found""",
            [list(column) for column in zip(*rows, strict=True)],
        )


def said_by_todays_verifiers() -> Q:
    """The condition on verdicts and codes that a verifier in its present version said them."""
    versions = [
        Q(verifier=domain.slug, verifier_version=domain.verifier_version)
        for domain in DOMAINS.values()
        if domain.verifier
    ]
    return reduce(or_, versions)
