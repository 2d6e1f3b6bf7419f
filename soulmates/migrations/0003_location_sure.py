from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conditions", "0004_help_number_confirmed"),
        ("members", "0007_erase_posts"),
        ("soulmates", "0002_place_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="memberlocation",
            name="lowered",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="memberlocation",
            name="sure",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="memberlocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lowered", False), ("sure", False)),
                    models.Q(("lowered", False), ("precision", 3)),
                    models.Q(("precision", 1), ("sure", False)),
                    _connector="OR",
                ),
                name="soulmates_location_child",
            ),
        ),
    ]
