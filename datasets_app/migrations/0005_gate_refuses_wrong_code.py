"""The next gate: what the one before asks for, and code that a verifier found wrong never passes."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def add_gate(apps: Any, _editor: Any) -> None:
    gates = apps.get_model("datasets", "GateVersion").objects
    current = gates.filter(is_current=True).first()
    if current is None or "wrong_code" in current.vetoes:
        return
    gates.filter(pk=current.pk).update(is_current=False)
    gates.create(
        number=gates.order_by("-number").values_list("number", flat=True)[0] + 1,
        weights=current.weights,
        vetoes=[*current.vetoes, "wrong_code"],
        thresholds=current.thresholds,
        note=f"Gate {current.number}, and code that was found wrong never passes.",
        is_current=True,
    )


class Migration(migrations.Migration):
    dependencies = [("datasets", "0004_verdict_codes")]
    operations = [migrations.RunPython(add_gate, migrations.RunPython.noop)]
