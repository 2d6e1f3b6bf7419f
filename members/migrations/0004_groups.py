"""Make the group of moderators; what they may do comes with moderation."""

from django.db import migrations

MODERATORS = "Moderators"


def make_group(apps, schema_editor):
    """Create the group."""
    apps.get_model("auth", "Group").objects.get_or_create(name=MODERATORS)


def drop_group(apps, schema_editor):
    """Remove the group."""
    apps.get_model("auth", "Group").objects.filter(name=MODERATORS).delete()


class Migration(migrations.Migration):
    dependencies = [("members", "0003_accounts_drafts_leaving"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_group, drop_group)]
