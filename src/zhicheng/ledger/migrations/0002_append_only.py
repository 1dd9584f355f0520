"""Let the database itself refuse to change or delete an entry of the log."""

from django.db import migrations

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
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(protect, elidable=False)]
