from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0010_sessions_know_their_person'),
    ]

    operations = [
        migrations.AddField(
            model_name='host',
            name='token_sha256',
            field=models.CharField(blank=True, editable=False, help_text='Of what it shows to the hub.', max_length=64, null=True, unique=True),
        ),
    ]
