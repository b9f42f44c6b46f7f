import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# A machine's role may update reports of hosts (afsweb/core/joining/rights.py); its own alone, which no grant can say.
OWN_ROW = """
CREATE FUNCTION core_host_own_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user LIKE 'afs\\_host\\_%' AND current_user <> 'afs_host_' || replace(OLD.uuid::text, '-', '') THEN
        RAISE EXCEPTION 'a machine reports about itself alone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER core_host_own_row BEFORE UPDATE ON core_host FOR EACH ROW EXECUTE FUNCTION core_host_own_row();
"""
NO_OWN_ROW = """
DROP TRIGGER core_host_own_row ON core_host;
DROP FUNCTION core_host_own_row();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0012_files_that_arrive_whole'),
    ]

    operations = [
        migrations.CreateModel(
            name='Installation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_version', models.CharField(max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name='host',
            name='checked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='host',
            name='disk_total_bytes',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='host',
            name='findings',
            field=models.JSONField(blank=True, default=list, help_text='What `afs doctor` found there.'),
        ),
        migrations.AddField(
            model_name='host',
            name='joined_at',
            field=models.DateTimeField(blank=True, help_text='Empty for the hub itself.', null=True),
        ),
        migrations.AddField(
            model_name='host',
            name='may_use_keys',
            field=models.BooleanField(default=False, help_text='Whether it was given what provider keys are read with.'),
        ),
        migrations.CreateModel(
            name='HostInvite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host_name', models.CharField(max_length=100)),
                ('may_use_keys', models.BooleanField(default=False)),
                ('token_sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invites', to='core.host')),
            ],
        ),
        migrations.AddField(
            model_name='job',
            name='on_hub',
            field=models.BooleanField(db_default=False, default=False, help_text='It works on files that the hub alone has.'),
        ),
        migrations.RunSQL(OWN_ROW, NO_OWN_ROW),
    ]
