"""Who looked at an address; drafts that can be brought back; the names that blocked and muted members had then."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def keep_names(apps, schema_editor):
    """Write down under which name somebody is known to who blocked or muted them before: the one of now."""
    members = apps.get_model("members", "Member").objects
    for model, whom in (("Block", "blocked"), ("Mute", "muted")):
        name = members.filter(pk=OuterRef(f"{whom}_id")).values("pseudonym")[:1]
        apps.get_model("members", model).objects.filter(name_then="").update(name_then=Subquery(name))


class Migration(migrations.Migration):
    dependencies = [("members", "0005_patient_onset_age")]

    operations = [
        migrations.CreateModel(
            name="AddressLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(blank=True, db_index=True, max_length=12, verbose_name="about")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "look at an address",
                "verbose_name_plural": "looks at addresses",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.RemoveConstraint(model_name="draft", name="members_draft_one_each"),
        migrations.AddField(model_name="draft", name="deleted_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(condition=Q(deleted_at=None), fields=("member", "form", "about"), name="members_draft_one_each"),
        ),
        migrations.AddField(model_name="block", name="name_then", field=models.CharField(blank=True, max_length=40)),
        migrations.AddField(model_name="mute", name="name_then", field=models.CharField(blank=True, max_length=40)),
        migrations.RunPython(keep_names, migrations.RunPython.noop, elidable=True),
    ]
