"""Seats for overlapping judgements, and on samples a copy of their score, which the orders of a queue walk by index.

The copy is kept by triggers, whoever writes scores or makes a version the current one. Rows are locked in the order of
their keys, or two writers of many would wait for each other.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION datasets_scores_under_current_gate(versions bigint[])
RETURNS TABLE (version_id bigint, overall double precision, distance double precision) LANGUAGE sql STABLE AS $$
    SELECT score.version_id, score.overall,
           abs(score.overall - COALESCE((gate.thresholds ->> domain.slug)::double precision, domain.threshold))
    FROM datasets_score AS score
    JOIN datasets_gateversion AS gate ON gate.id = score.gate_id AND gate.is_current
    JOIN datasets_sampleversion AS version ON version.id = score.version_id
    JOIN datasets_sample AS sample ON sample.id = version.sample_id
    JOIN datasets_domain AS domain ON domain.id = sample.domain_id
    WHERE score.version_id = ANY (versions)
$$;
CREATE FUNCTION datasets_sample_copies_scores() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    versions CONSTANT bigint[] := ARRAY(SELECT version_id FROM touched);
BEGIN
    PERFORM 1 FROM datasets_sample WHERE current_id = ANY (versions) ORDER BY id FOR NO KEY UPDATE;
    UPDATE datasets_sample AS sample SET overall = score.overall, distance = score.distance
    FROM datasets_scores_under_current_gate(versions) AS score
    WHERE sample.current_id = score.version_id
      AND (sample.overall, sample.distance) IS DISTINCT FROM (score.overall, score.distance);
    RETURN NULL;
END $$;
CREATE TRIGGER datasets_score_is_new AFTER INSERT ON datasets_score
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION datasets_sample_copies_scores();
CREATE TRIGGER datasets_score_changes AFTER UPDATE ON datasets_score
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION datasets_sample_copies_scores();

CREATE FUNCTION datasets_sample_copies_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT score.overall, score.distance INTO NEW.overall, NEW.distance
    FROM datasets_scores_under_current_gate(ARRAY[NEW.current_id]) AS score;
    RETURN NEW;
END $$;
CREATE TRIGGER datasets_sample_has_new_version BEFORE UPDATE OF current_id ON datasets_sample
    -- The first text of a sample has no score yet, and thousands of them become current at once.
    FOR EACH ROW WHEN (OLD.current_id IS NOT NULL AND OLD.current_id IS DISTINCT FROM NEW.current_id)
    EXECUTE FUNCTION datasets_sample_copies_score();

UPDATE datasets_sample AS sample SET overall = score.overall, distance = score.distance
FROM datasets_scores_under_current_gate(ARRAY(SELECT current_id FROM datasets_sample)) AS score
WHERE sample.current_id = score.version_id;
"""
BACKWARD = """
DROP TRIGGER datasets_sample_has_new_version ON datasets_sample;
DROP FUNCTION datasets_sample_copies_score();
DROP TRIGGER datasets_score_changes ON datasets_score;
DROP TRIGGER datasets_score_is_new ON datasets_score;
DROP FUNCTION datasets_sample_copies_scores();
DROP FUNCTION datasets_scores_under_current_gate(bigint[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0011_maps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('until', models.DateTimeField(help_text='Free again from then on, unless there is a judgement.')),
            ],
        ),
        migrations.AddField(
            model_name='sample',
            name='distance',
            field=models.FloatField(blank=True, editable=False, help_text='Between the score and its threshold, when it was scored.', null=True),
        ),
        migrations.AddField(
            model_name='sample',
            name='overall',
            field=models.FloatField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('queue__isnull', False)), fields=['queue', '-id'], name='review_of_queue'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('repeat_of__isnull', False)), fields=['reviewer', '-id'], name='review_repeated'),
        ),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['kind', 'id'], name='sample_pending_kind'),
        ),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(condition=models.Q(models.Q(('state', 'archived'), _negated=True), models.Q(('decided_by', 'person'), _negated=True), ('is_disputed', False)), fields=['decided_by', '-id'], name='undecided_newest'),
        ),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(condition=models.Q(models.Q(('state', 'archived'), _negated=True), models.Q(('decided_by', 'person'), _negated=True), ('is_disputed', False)), fields=['decided_by', 'distance', 'id'], name='undecided_unsure'),
        ),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(condition=models.Q(models.Q(('state', 'archived'), _negated=True), models.Q(('decided_by', 'person'), _negated=True), ('is_disputed', False)), fields=['decided_by', 'overall', 'id'], name='undecided_lowest'),
        ),
        migrations.AddIndex(
            model_name='sample',
            index=models.Index(models.F('decided_by'), models.OrderBy(models.F('overall'), descending=True, nulls_last=True), models.F('id'), condition=models.Q(models.Q(('state', 'archived'), _negated=True), models.Q(('decided_by', 'person'), _negated=True), ('is_disputed', False)), name='undecided_best'),
        ),
        migrations.AddField(
            model_name='seat',
            name='queue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='datasets.reviewqueue'),
        ),
        migrations.AddField(
            model_name='seat',
            name='review',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='seat', to='datasets.review'),
        ),
        migrations.AddField(
            model_name='seat',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='seat',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='datasets.sampleversion'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(condition=models.Q(('review__isnull', True)), fields=['reviewer', 'version'], name='seat_held'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('version', 'queue', 'number'), name='one_person_per_seat'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('version', 'queue', 'reviewer'), name='one_seat_per_person'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('number__lte', 8)), name='nine_seats_at_most'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
