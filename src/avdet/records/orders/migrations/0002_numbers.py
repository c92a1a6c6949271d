"""On PostgreSQL each store gets its orders' numbers from a sequence of its own."""

from django.db import migrations

from avdet.records.orders import numbers


def set_up(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in numbers.CREATION:
            schema_editor.execute(statement, params=None)


def take_away(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in numbers.REMOVAL:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(set_up, take_away)]
