"""What of a suite stands in training data, and the gates that the four experts come with."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

COMMON = {"baseline": "", "improvement": 0.1, "bars": [], "safety": "safety-65816", "general": "general", "judged": 0}
# As evals_app.gate.defaults has them; a test holds both together.
RULES = {
    "din": COMMON | {"primary": "optimise"},
    "nayru": COMMON | {"primary": "write"},
    "farore": COMMON | {"primary": "debug"},
    "veran": COMMON
    | {"primary": "snes-hardware", "bars": [{"suite": "snes-hardware", "category": "", "minimum": 0.7}]},
}


def make_gates(apps, schema_editor):
    """Give each of the four experts its first gate, unless it has one."""
    Expert, Gate = apps.get_model("training", "Expert"), apps.get_model("evals", "Gate")
    for expert in Expert.objects.filter(slug__in=RULES, gates=None):
        Gate.objects.create(expert=expert, number=1, rules=RULES[expert.slug])


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0017_evaluation_notifications'),
        ('datasets', '0021_campaign_topics'),
        ('evals', '0002_reports'),
        ('training', '0004_promotions_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contamination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('stopped', 'stopped'), ('succeeded', 'succeeded'), ('failed', 'failed')], default='queued', max_length=16)),
                ('error', models.TextField(blank=True)),
                ('method', models.CharField(blank=True, max_length=64)),
                ('samples', models.PositiveIntegerField(blank=True, help_text='How many were looked through.', null=True)),
                ('leaks', models.JSONField(default=list, help_text='key, how, sample, figure, words, samples of each leaked case.')),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='datasets.snapshot')),
                ('suite', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contaminations', to='evals.suite')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('suite', 'snapshot'), name='one_contamination_per_snapshot')],
            },
        ),
        migrations.RunPython(make_gates, migrations.RunPython.noop),
    ]
