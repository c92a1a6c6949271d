"""Triggers that keep the books: nothing is deleted, entries are never changed, and a transfer only settles, once."""

from __future__ import annotations

from typing import Final

_SAME: Final = ("id", "entry_id", "store_id", "debit", "credit", "amount_minor", "currency", "at")
_SETTLES: Final = "OLD.state = 'pending' AND NEW.state IN ('posted', 'void') AND " + " AND ".join(
    f"NEW.{column} = OLD.{column}" for column in _SAME
)
_REFUSAL: Final = "the books are only added to"

_SQLITE: Final = {
    "ledger_entry_kept": f"BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    "ledger_entry_fixed": f"BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    "ledger_transfer_kept": f"BEFORE DELETE ON ledger_transfer BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    "ledger_transfer_settles": (
        f"BEFORE UPDATE ON ledger_transfer WHEN NOT ({_SETTLES}) BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    ),
}
_FUNCTION: Final = f"""CREATE FUNCTION ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
_POSTGRES: Final = {
    "ledger_entry_kept": "BEFORE DELETE OR UPDATE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_is_kept()",
    "ledger_transfer_kept": "BEFORE DELETE ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_is_kept()",
    "ledger_transfer_settles": (
        f"BEFORE UPDATE ON ledger_transfer FOR EACH ROW WHEN (NOT ({_SETTLES})) EXECUTE FUNCTION ledger_is_kept()"
    ),
}


def creation(vendor: str) -> list[str]:
    """The statements that set the triggers up, for `sqlite` or `postgresql`."""
    bodies = _POSTGRES if vendor == "postgresql" else _SQLITE
    return ([_FUNCTION] if vendor == "postgresql" else []) + [f"CREATE TRIGGER {name} {body}" for name, body in bodies.items()]


def removal(vendor: str) -> list[str]:
    """The statements that take them away: a migration backwards, and a test database that is emptied."""
    if vendor == "postgresql":
        tables = {name: "ledger_entry" if "entry" in name else "ledger_transfer" for name in _POSTGRES}
        return [f"DROP TRIGGER {name} ON {table}" for name, table in tables.items()] + ["DROP FUNCTION ledger_is_kept()"]
    return [f"DROP TRIGGER {name}" for name in _SQLITE]
