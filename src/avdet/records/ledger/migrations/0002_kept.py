"""The books are kept by the database itself."""

from django.db import migrations

from avdet.records.ledger import guards


def set_up(_apps, schema_editor):
    for statement in guards.creation(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def take_away(_apps, schema_editor):
    for statement in guards.removal(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(set_up, take_away)]
