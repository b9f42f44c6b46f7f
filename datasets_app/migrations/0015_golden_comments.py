"""Golden is approved by one person or two, and the database holds it; comments; flags that somebody resolves.

A sample that is golden has its current version among the approved ones of datasets_golden, by a foreign key on a column
that the database computes: whatever program writes `is_golden`, it cannot write it without the approvals.
"""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


# Every golden decision so far that stands becomes an approval by one person. What a rejection stands between is another
# approval, in the place of the one before, as the program makes it from now on.
APPROVALS = """
WITH told AS (
    SELECT id, version_id, sample_id, reviewer_id, decision, created_at,
           count(*) FILTER (WHERE decision = 'reject') OVER (PARTITION BY version_id ORDER BY id) AS era
    FROM datasets_review
    WHERE decision IN ('golden', 'reject') AND undone_at IS NULL AND reviewer_id IS NOT NULL AND NOT is_opinion
), firsts AS (
    SELECT DISTINCT ON (version_id, era) * FROM told WHERE decision = 'golden' ORDER BY version_id, era, id
)
INSERT INTO datasets_golden (sample_id, version_id, review_id, first_by_id, needed, is_current, looked_at)
SELECT sample_id, version_id, id, reviewer_id, 1, era = max(era) OVER (PARTITION BY version_id), created_at
FROM firsts ORDER BY id;
UPDATE datasets_golden AS golden SET replaces_id = earlier.before
FROM (SELECT id, lag(id) OVER (PARTITION BY version_id ORDER BY id) AS before FROM datasets_golden) AS earlier
WHERE golden.id = earlier.id AND earlier.before IS NOT NULL;
-- Golden without a decision of anybody: only another program can have written it.
WITH nobodys AS (
    UPDATE datasets_sample SET is_golden = false, revision = revision + 1
    WHERE is_golden AND NOT EXISTS (
        SELECT FROM datasets_golden WHERE approved = datasets_sample.current_id)
    RETURNING id
)
INSERT INTO core_event (source, verb, object_type, object_id, before, after, reason)
SELECT 'job', 'ungold', 'datasets.sample', id, '{"is_golden": true}', '{"is_golden": false}',
       'nobody had decided that it is golden' FROM nobodys;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
HOLD = """
ALTER TABLE datasets_sample
    ADD COLUMN golden_version bigint GENERATED ALWAYS AS (CASE WHEN is_golden THEN current_id END) STORED;
CREATE INDEX sample_golden_version ON datasets_sample (golden_version) WHERE golden_version IS NOT NULL;
ALTER TABLE datasets_sample ADD CONSTRAINT golden_is_approved
    FOREIGN KEY (golden_version) REFERENCES datasets_golden (approved) DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION datasets_golden_has_its_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.needed < (SELECT domain.golden_approvals FROM datasets_sampleversion AS version
                     JOIN datasets_sample AS sample ON sample.id = version.sample_id
                     JOIN datasets_domain AS domain ON domain.id = sample.domain_id
                     WHERE version.id = NEW.version_id) THEN
        RAISE EXCEPTION 'golden needs two persons in this domain' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER datasets_golden_approvals BEFORE INSERT ON datasets_golden
    FOR EACH ROW EXECUTE FUNCTION datasets_golden_has_its_approvals();

-- What may still change is named: a column that comes later is held too.
CREATE FUNCTION datasets_golden_keeps_its_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free CONSTANT text[] := '{is_current,approved,looked_at,looked_by_id,passed}';
BEGIN
    IF to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'who approved a text is never changed: another approval is another row'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER datasets_golden_kept BEFORE UPDATE ON datasets_golden
    FOR EACH ROW EXECUTE FUNCTION datasets_golden_keeps_its_approvals();
"""
LET_GO = """
DROP TRIGGER datasets_golden_kept ON datasets_golden;
DROP FUNCTION datasets_golden_keeps_its_approvals();
DROP TRIGGER datasets_golden_approvals ON datasets_golden;
DROP FUNCTION datasets_golden_has_its_approvals();
ALTER TABLE datasets_sample DROP CONSTRAINT golden_is_approved;
DROP INDEX sample_golden_version;
ALTER TABLE datasets_sample DROP COLUMN golden_version;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0014_snapshots_of_queries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('field', models.CharField(blank=True, max_length=16)),
                ('line', models.PositiveIntegerField(blank=True, help_text='From 1 in that field.', null=True)),
                ('text', models.CharField(blank=True, max_length=2000)),
                ('quote', models.CharField(blank=True, help_text='The beginning of the line that it is about.', max_length=300)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='datasets.comment')),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='datasets.sample')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='datasets.sampleversion')),
            ],
        ),
        migrations.CreateModel(
            name='Golden',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('needed', models.PositiveSmallIntegerField(default=1, help_text='How many persons must approve.')),
                ('is_current', models.BooleanField(default=True, help_text='No later row is in its place.')),
                ('passed', models.BooleanField(help_text='Whether the gate passed the text then; null: not scored.', null=True)),
                ('looked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='When a person last said that it is to be followed.')),
                ('first_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('looked_by', models.ForeignKey(db_index=False, blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replaced_by', to='datasets.golden')),
                ('review', models.OneToOneField(help_text='The decision that made it.', on_delete=django.db.models.deletion.CASCADE, related_name='golden', to='datasets.review')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goldens', to='datasets.sample')),
                ('second_by', models.ForeignKey(db_index=False, blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goldens', to='datasets.sampleversion')),
                ('approved', models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('is_current', True), models.Q(('needed', 1), ('second_by__isnull', False), _connector='OR')), then=models.F('version')), default=None), help_text='The version, once enough persons approved it.', output_field=models.BigIntegerField(null=True), unique=True)),
            ],
        ),
        migrations.AddField(
            model_name='domain',
            name='golden_approvals',
            field=models.PositiveSmallIntegerField(choices=[(1, 'one person'), (2, 'two persons')], default=1, help_text='Who must approve a sample before it is golden. It counts for what is approved from now on.'),
        ),
        migrations.AddField(
            model_name='review',
            name='resolution',
            field=models.CharField(blank=True, db_default='', max_length=300),
        ),
        migrations.AddField(
            model_name='review',
            name='resolved_at',
            field=models.DateTimeField(blank=True, help_text='When somebody settled what was flagged.', null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='resolved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='review',
            name='waits',
            field=models.BooleanField(db_default=False, default=False, help_text='The first of two golden approvals: accepted, so far.'),
        ),
        migrations.AlterField(
            model_name='review',
            name='decision',
            field=models.CharField(choices=[('accept', 'accept'), ('reject', 'reject'), ('skip', 'skip'), ('edit', 'edit'), ('golden', 'golden'), ('flag', 'flag'), ('ungold', 'no longer golden')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('decision', 'flag'), ('resolved_at__isnull', True), ('undone_at__isnull', True)), name='review_open_flag'),
        ),
        migrations.AddConstraint(
            model_name='domain',
            constraint=models.CheckConstraint(condition=models.Q(('golden_approvals__in', (1, 2))), name='golden_needs_one_or_two'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('waits', False), ('decision', 'golden'), _connector='OR'), name='only_golden_waits_for_a_second'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', True), ('resolved_by__isnull', True)), models.Q(('decision', 'flag'), ('resolved_at__isnull', False), ('resolved_by__isnull', False)), _connector='OR'), name='only_a_flag_is_resolved_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['sample', 'id'], name='comment_of_sample'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('parent__isnull', True), ('resolved_at__isnull', True)), fields=['sample'], name='comment_open'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('line__isnull', True), models.Q(('field', ''), _negated=True), _connector='OR'), name='a_line_is_of_a_field'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('line__isnull', True), ('line__gte', 1), _connector='OR'), name='lines_count_from_one'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('field', ''), ('line__isnull', True), ('resolved_at__isnull', True)), _connector='OR'), name='an_answer_is_where_its_comment_is'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', True), ('resolved_by__isnull', True)), models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False)), _connector='OR'), name='a_resolved_comment_says_by_whom'),
        ),
        migrations.AddIndex(
            model_name='golden',
            index=models.Index(fields=['sample', '-id'], name='golden_of_sample'),
        ),
        migrations.AddIndex(
            model_name='golden',
            index=models.Index(models.OrderBy(models.F('id'), descending=True), condition=models.Q(('is_current', True), ('needed', 2), ('second_by__isnull', True)), name='golden_waiting'),
        ),
        migrations.AddConstraint(
            model_name='golden',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('version',), name='one_golden_per_text'),
        ),
        migrations.AddConstraint(
            model_name='golden',
            constraint=models.CheckConstraint(condition=models.Q(('needed__in', (1, 2))), name='golden_approvals_are_one_or_two'),
        ),
        migrations.AddConstraint(
            model_name='golden',
            constraint=models.CheckConstraint(condition=models.Q(('second_by__isnull', True), models.Q(('second_by', models.F('first_by')), _negated=True), _connector='OR'), name='two_persons_approve'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('is_golden', False), ('current__isnull', False), _connector='OR'), name='golden_has_a_text'),
        ),
        migrations.RunSQL(APPROVALS, migrations.RunSQL.noop),
        migrations.RunSQL(HOLD, LET_GO),
    ]
