"""Making many samples golden writes fewer indexes, and the database asks once for all of them who must approve."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ASK_ONCE = """
DROP TRIGGER datasets_golden_approvals ON datasets_golden;
CREATE OR REPLACE FUNCTION datasets_golden_has_its_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM made
               JOIN datasets_sampleversion AS version ON version.id = made.version_id
               JOIN datasets_sample AS sample ON sample.id = version.sample_id
               JOIN datasets_domain AS domain ON domain.id = sample.domain_id
               WHERE made.needed < domain.golden_approvals) THEN
        RAISE EXCEPTION 'golden needs two persons in this domain' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER datasets_golden_approvals AFTER INSERT ON datasets_golden REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION datasets_golden_has_its_approvals();
"""
ASK_EACH = """
DROP TRIGGER datasets_golden_approvals ON datasets_golden;
CREATE OR REPLACE FUNCTION datasets_golden_has_its_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0019_passed_over'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='golden',
            name='replaces',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='datasets.golden'),
        ),
        migrations.AlterField(
            model_name='golden',
            name='sample',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='goldens', to='datasets.sample'),
        ),
        migrations.AddConstraint(
            model_name='golden',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces__isnull', False)), fields=('replaces',), name='golden_replaced_once'),
        ),
        migrations.RunSQL(ASK_ONCE, ASK_EACH),
    ]
