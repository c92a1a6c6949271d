"""The database itself refuses to change what a published version of a policy says, or when it takes force."""

from django.db import migrations

SAID = "a published version of a policy is never changed"
KEPT = ("store_id", "number", "source", "fingerprint", "takes_force_at", "published_at")

SQLITE = f"""
create trigger stores_published_stays before update on stores_policyversion
when (old.state = 'published' and (new.state not in ('published', 'withdrawn') or {" or ".join(f"new.{column} is not old.{column}" for column in KEPT)}))
  or (old.state = 'withdrawn' and new.state <> 'withdrawn')
begin select raise(abort, '{SAID}'); end
"""
POSTGRES = f"""
create function stores_published_stays() returns trigger language plpgsql as $$
begin
  if (old.state = 'published' and (new.state not in ('published', 'withdrawn') or {" or ".join(f"new.{column} is distinct from old.{column}" for column in KEPT)}))
    or (old.state = 'withdrawn' and new.state <> 'withdrawn') then
    raise exception '{SAID}' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger stores_published_stays before update on stores_policyversion for each row execute function stores_published_stays();
"""


def guard(_apps, schema_editor):
    schema_editor.execute(POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE)


def unguard(_apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute("drop trigger stores_published_stays" + (" on stores_policyversion" if postgres else ""))
    if postgres:
        schema_editor.execute("drop function stores_published_stays()")


class Migration(migrations.Migration):
    dependencies = [("stores", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
