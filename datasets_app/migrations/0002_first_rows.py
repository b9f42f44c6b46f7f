"""The domains with the thresholds of the user's pipeline (hybrid-training seed), its weights as gate 1, the default embedder."""

from __future__ import annotations

from typing import Any

from django.db import migrations

DOMAINS = [
    ("asm65816", "65816 assembly", "SNES assembly code and hardware registers", 0.4),
    ("oracle", "Oracle of Secrets", "ROM hack code and tooling", 0.4),
    ("yaze", "yaze", "C++ of the ROM editor", 0.5),
    ("cpp", "C++", "C++ code", 0.5),
    ("gigaleak", "Original sources", "Commented original game sources", 0.45),
    ("errors", "Errors", "Error messages and their causes", 0.3),
    ("text", "Text", "Prose about the games and their tools", 0.6),
]
WEIGHTS = {"diversity": 0.3, "kg_consistency": 0.2, "hallucination_risk": 0.3, "coherence": 0.2}


def fill(apps: Any, _editor: Any) -> None:
    domain, gate, embedder = (apps.get_model("datasets", name) for name in ("Domain", "GateVersion", "Embedder"))
    domain.objects.bulk_create(
        [domain(slug=slug, name=name, description=text, threshold=bound) for slug, name, text, bound in DOMAINS]
    )
    gate.objects.create(
        number=1,
        weights=WEIGHTS,
        vetoes=["contradicted_fact", "exact_duplicate"],
        thresholds={slug: bound for slug, _, _, bound in DOMAINS},
        note="The weights and thresholds of the pipeline before afsweb; contradicted facts and exact duplicates never pass.",
        is_current=True,
    )
    embedder.objects.create(
        name="hashing", version="char_wb-3-5", dimensions=384, duplicate_bound=0.95, is_default=True
    )


class Migration(migrations.Migration):
    dependencies = [("datasets", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
