"""The log's tables; the database itself refuses to change or delete an entry."""

from django.db import migrations, models

SQLITE = [
    f"CREATE TRIGGER ledger_entry_no_{what} BEFORE {what} ON ledger_entry "
    "BEGIN SELECT RAISE(ABORT, 'the evidence log is append-only'); END"
    for what in ("UPDATE", "DELETE")
]
FUNCTION = """
CREATE FUNCTION ledger_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the evidence log is append-only'; END $$
"""
TRIGGER = """
CREATE TRIGGER ledger_entry_no_{name} BEFORE {event} ON ledger_entry
FOR EACH {level} EXECUTE FUNCTION ledger_entry_append_only()
"""
POSTGRESQL = [
    FUNCTION,
    TRIGGER.format(name="change", event="UPDATE OR DELETE", level="ROW"),
    TRIGGER.format(name="truncate", event="TRUNCATE", level="STATEMENT"),
]
TRIGGERS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def protect(apps, schema_editor):
    for statement in TRIGGERS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    replaces = [
        ("ledger", "0001_initial"),
        ("ledger", "0002_append_only"),
        ("ledger", "0003_tiles_and_anchors"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.CharField(max_length=64)),
                (
                    "nodes",
                    models.JSONField(
                        help_text="the tree's nodes at this size, from which the next re-reading goes on"
                    ),
                ),
                ("note", models.TextField()),
                ("signed_at", models.DateTimeField()),
                ("occasion", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=120)),
                ("size", models.BigIntegerField(default=0)),
                ("nodes", models.JSONField(default=list)),
                ("last_at", models.DateTimeField()),
                ("records", models.JSONField(default=dict, help_text="number of records by type")),
                (
                    "series",
                    models.JSONField(default=dict, help_text="last number given in each number series"),
                ),
                (
                    "stirred",
                    models.BooleanField(
                        default=False, help_text="something but checkpoints was written since the last one"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedFacts",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("content", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("witness", "witness"), ("timestamp", "timestamp")], max_length=12
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "content",
                    models.TextField(help_text="signature line of the note, or base64 of the token (DER)"),
                ),
                ("at", models.DateTimeField(help_text="the time that the witness or the authority states")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("size", "kind", "name"), name="anchor_once")],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("leaf", models.BinaryField(max_length=32)),
                ("header", models.TextField()),
                ("digests", models.TextField()),
                ("outer_salt", models.CharField(max_length=32)),
                ("type", models.CharField(max_length=60)),
                ("k", models.BigIntegerField()),
                ("ver", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("type", "k", "ver"), name="entry_version")],
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField(max_length=8192)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("level", "index"), name="tile_place")],
            },
        ),
        migrations.RunPython(protect, elidable=False),
    ]
