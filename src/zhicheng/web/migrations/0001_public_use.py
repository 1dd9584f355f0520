from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PublicUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=64)),
                ("what", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "公众页面的使用",
                "indexes": [
                    models.Index(fields=["address", "what", "at"], name="web_publicu_address_0ca8b8_idx"),
                    models.Index(fields=["at"], name="web_publicu_at_1a2574_idx"),
                ],
            },
        ),
    ]
