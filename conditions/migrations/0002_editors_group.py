"""Make the group of editors, with what they may do in the admin."""

from django.db import migrations

EDITORS = "Editors"
PERMISSIONS = {
    "revision": ("view_revision", "add_revision", "change_revision", "delete_revision", "decide_revision"),
    "helpnumber": ("view_helpnumber", "add_helpnumber", "change_helpnumber", "delete_helpnumber"),
    **{model: (f"view_{model}",) for model in ("condition", "topic", "conditionsymptom", "treatment", "source", "organisation", "glossaryterm")},
}


def make_group(apps, schema_editor):
    """Create the group and the permissions it needs; Django makes the others after migrating."""
    content_types = apps.get_model("contenttypes", "ContentType")
    permissions = apps.get_model("auth", "Permission")
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=EDITORS)
    for model, codenames in PERMISSIONS.items():
        content_type, _created = content_types.objects.get_or_create(app_label="conditions", model=model)
        for codename in codenames:
            words = codename.replace("_", " ").replace(model, "").strip()
            permission, _created = permissions.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": f"Can {words} {model}"}
            )
            group.permissions.add(permission)


def drop_group(apps, schema_editor):
    """Remove the group."""
    apps.get_model("auth", "Group").objects.filter(name=EDITORS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("conditions", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_group, drop_group)]
