"""An expert's current version is one that was promoted to it: the database holds that. And the four experts."""

from __future__ import annotations

from typing import Any

from django.db import migrations

FORWARD = """
ALTER TABLE training_expert ADD CONSTRAINT expert_current_was_promoted
    FOREIGN KEY (id, current_version_id, current_promotion_id)
    REFERENCES training_promotion (expert_id, version_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = """
ALTER TABLE training_expert DROP CONSTRAINT expert_current_was_promoted;
"""
EXPERTS = [
    ("din", "Din", "Optimises: fewer bytes and cycles for the same effect"),
    ("nayru", "Nayru", "Writes new 65816 assembly"),
    ("farore", "Farore", "Finds and fixes bugs"),
    ("veran", "Veran", "Explains code and SNES hardware"),
]


def fill(apps: Any, _editor: Any) -> None:
    expert = apps.get_model("training", "Expert")
    expert.objects.bulk_create([expert(slug=slug, name=name, purpose=purpose) for slug, name, purpose in EXPERTS])


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
