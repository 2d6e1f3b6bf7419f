from django.db import migrations, models

# Names are looked up as a range (from "ly" to the last name that begins so). SQLite compares code points; PostgreSQL would ask the
# database's language, in which no range holds all beginnings. So the column gets the plain order there, and the index with it.
TABLE = "soulmates_placename"


def order_by_code_points(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f'ALTER TABLE {TABLE} ALTER COLUMN folded TYPE varchar(200) COLLATE "C"')


def order_by_language(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f'ALTER TABLE {TABLE} ALTER COLUMN folded TYPE varchar(200) COLLATE "default"')


class Migration(migrations.Migration):
    dependencies = [("soulmates", "0001_initial")]

    operations = [
        migrations.RunPython(order_by_code_points, order_by_language),
        migrations.CreateModel(
            name="Gazetteer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("named", models.CharField(max_length=120)),
                ("loaded_at", models.DateTimeField(auto_now=True)),
            ],
        ),
    ]
