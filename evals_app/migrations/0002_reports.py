"""Suites with revisions, scorers, judges and people, duels, held-out loss, leaks, and the gates of the four experts."""

import hashlib
import json
import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
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


def name_contents(apps, schema_editor):
    """Give each case the hash of its content, as `evals_app.suites` makes it of a case without tags and references."""
    Case = apps.get_model("evals", "Case")
    for case in Case.objects.filter(sha256="").iterator():
        content = [case.category, case.cluster, case.messages, case.expected]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        Case.objects.filter(pk=case.pk).update(sha256=hashlib.sha256(text.encode()).hexdigest())


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0017_evaluation_notifications'),
        ('datasets', '0021_campaign_topics'),
        ('evals', '0001_initial'),
        ('training', '0004_promotions_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
            ],
        ),
        migrations.CreateModel(
            name='Duel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('winner', models.CharField(blank=True, choices=[('left', 'the left one'), ('right', 'the right one'), ('both', 'both the same'), ('neither', 'neither')], help_text='Empty while it is on the screen.', max_length=8)),
                ('seconds', models.FloatField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('number', models.PositiveIntegerField(default=1)),
                ('rules', models.JSONField(help_text='As evals_app.gate.rules reads them.')),
            ],
            options={
                'ordering': ['expert', '-number'],
            },
        ),
        migrations.CreateModel(
            name='HeldOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('stopped', 'stopped'), ('succeeded', 'succeeded'), ('failed', 'failed')], default='queued', max_length=16)),
                ('error', models.TextField(blank=True)),
                ('rows', models.PositiveIntegerField(blank=True, null=True)),
                ('tokens', models.PositiveBigIntegerField(blank=True, help_text='Of the answers; only they count.', null=True)),
                ('loss', models.FloatField(blank=True, help_text='Nats a token; perplexity is its exponential.', null=True)),
                ('per_row', models.JSONField(blank=True, default=list, help_text="[nats, tokens] of each row, in the split's order.")),
            ],
        ),
        migrations.CreateModel(
            name='JudgeCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('version', models.CharField(blank=True, help_text='Of the judge, the rubric and the prompt, as on scores.', max_length=32)),
                ('model', models.CharField(blank=True, help_text="The judge's model at that time.", max_length=200)),
                ('marks', models.JSONField(help_text='Of each anchor, by its key: 0 to 1, null where none could be read.')),
            ],
        ),
        migrations.CreateModel(
            name='JudgedPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(help_text='Of the judge, the rubric and the prompt.', max_length=32)),
                ('forward', models.CharField(blank=True, help_text='Better with the baseline first: left, right, same.', max_length=8)),
                ('backward', models.CharField(blank=True, help_text='The same with the candidate first.', max_length=8)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Rubric',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('slug', models.SlugField(max_length=64)),
                ('number', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=200)),
                ('criteria', models.JSONField(default=list)),
                ('safety', models.JSONField(blank=True, default=list)),
                ('anchors', models.JSONField(blank=True, default=list, help_text='Fixed answers with the mark that people gave, 0 to 1.')),
            ],
            options={
                'ordering': ['slug', '-number'],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scorer', models.CharField(max_length=48)),
                ('version', models.CharField(help_text="Of the scorer; a judge's holds its model and rubric.", max_length=80)),
                ('value', models.FloatField(blank=True, null=True)),
                ('extracted', models.CharField(blank=True, max_length=200)),
                ('evidence', models.JSONField(default=list)),
                ('explanation', models.TextField(blank=True)),
                ('measures', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='references',
            field=models.JSONField(blank=True, default=list, help_text='Answers that a person holds for good.'),
        ),
        migrations.AddField(
            model_name='case',
            name='revision',
            field=models.PositiveIntegerField(default=1, help_text='Counts the wordings that this key has had.'),
        ),
        migrations.AddField(
            model_name='case',
            name='scorer',
            field=models.CharField(blank=True, help_text="Empty: the suite's.", max_length=48),
        ),
        migrations.AddField(
            model_name='case',
            name='sha256',
            field=models.CharField(blank=True, help_text='Of all that is asked and scored.', max_length=64),
        ),
        migrations.AddField(
            model_name='case',
            name='tags',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='comparison',
            name='note',
            field=models.TextField(blank=True, help_text='What people say about it.'),
        ),
        migrations.AddField(
            model_name='evalrun',
            name='cost_limit',
            field=models.DecimalField(blank=True, decimal_places=4, help_text='US dollars it may cost at most.', max_digits=10, null=True),
        ),
        migrations.AddField(
            model_name='evalrun',
            name='judge',
            field=models.ForeignKey(blank=True, help_text='Who judges where a rubric decides.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.endpoint'),
        ),
        migrations.AddField(
            model_name='evalrun',
            name='may_reuse',
            field=models.BooleanField(default=False, help_text='Answers kept of the same question are taken, not asked.'),
        ),
        migrations.AddField(
            model_name='evalrun',
            name='simulator',
            field=models.ForeignKey(blank=True, help_text='Who plays the user.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.endpoint'),
        ),
        migrations.AddField(
            model_name='evalrun',
            name='token_limit',
            field=models.PositiveBigIntegerField(blank=True, help_text='Tokens it may take at most, both ways.', null=True),
        ),
        migrations.AddField(
            model_name='result',
            name='is_reused',
            field=models.BooleanField(default=False, help_text='Taken from an earlier run, not asked.'),
        ),
        migrations.AddField(
            model_name='result',
            name='is_unsafe',
            field=models.BooleanField(blank=True, help_text='A safety rule was broken; null: not asked.', null=True),
        ),
        migrations.AddField(
            model_name='result',
            name='measures',
            field=models.JSONField(blank=True, default=dict, help_text='What else was measured: bytes, cycles, …'),
        ),
        migrations.AddField(
            model_name='result',
            name='request_sha256',
            field=models.CharField(blank=True, help_text='Of all that was sent, to find it again.', max_length=64),
        ),
        migrations.AddField(
            model_name='result',
            name='retries',
            field=models.PositiveSmallIntegerField(default=0, help_text='How often it was asked again after a refusal.'),
        ),
        migrations.AddField(
            model_name='result',
            name='stop_reason',
            field=models.CharField(blank=True, help_text='Why the answer or the conversation ended.', max_length=32),
        ),
        migrations.AddField(
            model_name='result',
            name='transcript',
            field=models.JSONField(blank=True, default=list, help_text='Of a conversation: every message in order.'),
        ),
        migrations.AddField(
            model_name='suite',
            name='purpose',
            field=models.CharField(choices=[('domain', 'the domain'), ('safety', 'safety'), ('general', 'general ability')], default='domain', max_length=8),
        ),
        migrations.AlterField(
            model_name='case',
            name='expected',
            field=models.JSONField(help_text='What its scorer needs to judge an answer: its settings.'),
        ),
        migrations.AlterField(
            model_name='case',
            name='messages',
            field=models.JSONField(help_text='The chat so far; it ends with the question.'),
        ),
        migrations.AlterField(
            model_name='evalrun',
            name='hashes',
            field=models.JSONField(default=dict, help_text='What makes it comparable, by name.'),
        ),
        migrations.AlterField(
            model_name='result',
            name='state',
            field=models.CharField(choices=[('planned', 'planned'), ('answered', 'answered, not scored yet'), ('scored', 'scored'), ('unparsed', 'unparsed'), ('failed', 'failed'), ('spoilt', 'spoilt by the simulator')], default='planned', max_length=16),
        ),
        migrations.AlterField(
            model_name='suite',
            name='scorer',
            field=models.CharField(help_text='Of the cases that name no scorer of their own.', max_length=48),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(condition=models.Q(('request_sha256', ''), _negated=True), fields=['request_sha256'], name='result_asked'),
        ),
        migrations.AddField(
            model_name='contamination',
            name='job',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job'),
        ),
        migrations.AddField(
            model_name='contamination',
            name='snapshot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='datasets.snapshot'),
        ),
        migrations.AddField(
            model_name='contamination',
            name='suite',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contaminations', to='evals.suite'),
        ),
        migrations.AddField(
            model_name='duel',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='duel',
            name='left',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duels_on_the_left', to='evals.result'),
        ),
        migrations.AddField(
            model_name='duel',
            name='right',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duels_on_the_right', to='evals.result'),
        ),
        migrations.AddField(
            model_name='gate',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='gate',
            name='expert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gates', to='training.expert'),
        ),
        migrations.AddField(
            model_name='heldout',
            name='job',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job'),
        ),
        migrations.AddField(
            model_name='heldout',
            name='snapshot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='datasets.snapshot'),
        ),
        migrations.AddField(
            model_name='heldout',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='held_out', to='training.modelversion'),
        ),
        migrations.AddField(
            model_name='judgecheck',
            name='judge',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.endpoint'),
        ),
        migrations.AddField(
            model_name='judgecheck',
            name='run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='judge_checks', to='evals.evalrun'),
        ),
        migrations.AddField(
            model_name='judgedpair',
            name='judge',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.endpoint'),
        ),
        migrations.AddField(
            model_name='judgedpair',
            name='left',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='evals.result'),
        ),
        migrations.AddField(
            model_name='judgedpair',
            name='right',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='evals.result'),
        ),
        migrations.AddField(
            model_name='rubric',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='judgedpair',
            name='rubric',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairs', to='evals.rubric'),
        ),
        migrations.AddField(
            model_name='judgecheck',
            name='rubric',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='evals.rubric'),
        ),
        migrations.AddField(
            model_name='score',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='score',
            name='result',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='evals.result'),
        ),
        migrations.AddConstraint(
            model_name='contamination',
            constraint=models.UniqueConstraint(fields=('suite', 'snapshot'), name='one_contamination_per_snapshot'),
        ),
        migrations.AddConstraint(
            model_name='duel',
            constraint=models.CheckConstraint(condition=models.Q(('left', models.F('right')), _negated=True), name='two_different_answers'),
        ),
        migrations.AddConstraint(
            model_name='duel',
            constraint=models.UniqueConstraint(fields=('by', 'left', 'right'), name='one_duel_per_person'),
        ),
        migrations.AddConstraint(
            model_name='gate',
            constraint=models.UniqueConstraint(fields=('expert', 'number'), name='one_gate_per_number'),
        ),
        migrations.AddConstraint(
            model_name='heldout',
            constraint=models.UniqueConstraint(fields=('version', 'snapshot'), name='one_held_out_loss_per_snapshot'),
        ),
        migrations.AddConstraint(
            model_name='rubric',
            constraint=models.UniqueConstraint(fields=('slug', 'number'), name='one_rubric_per_number'),
        ),
        migrations.AddIndex(
            model_name='judgedpair',
            index=models.Index(fields=['version', 'id'], name='judged_pairs_of_version'),
        ),
        migrations.AddConstraint(
            model_name='judgedpair',
            constraint=models.UniqueConstraint(fields=('left', 'right', 'version'), name='one_judged_pair_per_judge'),
        ),
        migrations.AddIndex(
            model_name='judgecheck',
            index=models.Index(fields=['rubric', 'judge', '-id'], name='judge_checks'),
        ),
        migrations.AddIndex(
            model_name='judgecheck',
            index=models.Index(fields=['version', 'id'], name='judge_checks_of_version'),
        ),
        migrations.AddConstraint(
            model_name='judgecheck',
            constraint=models.UniqueConstraint(fields=('run', 'version'), name='one_check_per_judged_run'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.UniqueConstraint(fields=('result', 'scorer', 'version', 'by'), name='one_score_per_opinion', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.CheckConstraint(condition=models.Q(('value__isnull', True), models.Q(('value__gte', 0), ('value__lte', 1)), _connector='OR'), name='a_score_is_a_share'),
        ),
        migrations.RunPython(name_contents, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(make_gates, migrations.RunPython.noop),
    ]
