"""The seal: the database itself refuses to change a sealed posting, a use of a lot or a rule's version in force.

A later migration that rebuilds one of these tables on SQLite (a new column with a default, a changed column, a new
constraint) has to call `remove` before and `install` after, as operations of the same migration: SQLite drops the
triggers of a rebuilt table, and fails on those that name it. `badges/ledger/seal.py` compares what is in place with
what stands here.
"""
# ruff: noqa: S608  (the texts put together here are constants of this file)

from django.db import migrations

FROZEN = "ledger: a sealed posting never changes"
BORN = "ledger: a posting is written open and then sealed"
IDENTITY = "ledger: the identity of a posting never changes"
UNBALANCED = "ledger: the legs of a posting sum to zero for each point type, and there are some"
KEPT = "ledger: these rows are only added"

# A reversal that could take nothing, because the debt limit was reached, has no legs: it records what was written off.
# SQLite's delete triggers are silent under INSERT OR REPLACE unless recursive_triggers is on, so the insert triggers
# look themselves whether they would replace a sealed row.
SQLITE = {
    "led_transaction_insert": f"""
CREATE TRIGGER led_transaction_insert BEFORE INSERT ON badges_transaction
WHEN NEW.sealed <> 0 OR EXISTS (
  SELECT 1 FROM badges_transaction t WHERE t.sealed <> 0 AND (
    t.id = NEW.id OR t.public_id = NEW.public_id OR (t.source = NEW.source AND t.key = NEW.key)
    OR t.resolves_id = NEW.resolves_id))
BEGIN SELECT RAISE(ABORT, '{BORN}'); END""",
    "led_transaction_update": f"""
CREATE TRIGGER led_transaction_update BEFORE UPDATE ON badges_transaction
WHEN OLD.sealed <> 0
BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
    "led_transaction_identity": f"""
CREATE TRIGGER led_transaction_identity BEFORE UPDATE ON badges_transaction
WHEN NEW.id <> OLD.id OR NEW.source <> OLD.source OR NEW.key <> OLD.key OR NEW.public_id <> OLD.public_id
  OR NEW.resolves_id IS NOT OLD.resolves_id OR NEW.reverses_id IS NOT OLD.reverses_id OR NEW.kind <> OLD.kind
BEGIN SELECT RAISE(ABORT, '{IDENTITY}'); END""",
    "led_transaction_seal": f"""
CREATE TRIGGER led_transaction_seal BEFORE UPDATE ON badges_transaction
WHEN OLD.sealed = 0 AND NEW.sealed <> 0 AND (
  (NOT EXISTS (SELECT 1 FROM badges_entry e WHERE e.transaction_id = NEW.id)
    AND NOT (NEW.kind = 'reverse' AND NEW.written_off <> '{{}}'))
  OR EXISTS (SELECT 1 FROM badges_entry e WHERE e.transaction_id = NEW.id
    GROUP BY e.point_type_id HAVING SUM(e.amount) <> 0))
BEGIN SELECT RAISE(ABORT, '{UNBALANCED}'); END""",
    "led_transaction_delete": f"""
CREATE TRIGGER led_transaction_delete BEFORE DELETE ON badges_transaction
WHEN OLD.sealed <> 0
BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
    "led_entry_insert": f"""
CREATE TRIGGER led_entry_insert BEFORE INSERT ON badges_entry
WHEN EXISTS (SELECT 1 FROM badges_transaction t WHERE t.id = NEW.transaction_id AND t.sealed <> 0)
  OR EXISTS (SELECT 1 FROM badges_entry e JOIN badges_transaction t ON t.id = e.transaction_id
    WHERE e.id = NEW.id AND t.sealed <> 0)
BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
    "led_entry_update": f"""
CREATE TRIGGER led_entry_update BEFORE UPDATE ON badges_entry
WHEN NEW.id <> OLD.id
  OR EXISTS (SELECT 1 FROM badges_transaction t
    WHERE t.id IN (OLD.transaction_id, NEW.transaction_id) AND t.sealed <> 0)
BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
    "led_entry_delete": f"""
CREATE TRIGGER led_entry_delete BEFORE DELETE ON badges_entry
WHEN EXISTS (SELECT 1 FROM badges_transaction t WHERE t.id = OLD.transaction_id AND t.sealed <> 0)
BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
    "led_lotuse_insert": f"""
CREATE TRIGGER led_lotuse_insert BEFORE INSERT ON badges_lotuse
WHEN EXISTS (SELECT 1 FROM badges_transaction t WHERE t.id = NEW.transaction_id AND t.sealed <> 0)
  OR EXISTS (SELECT 1 FROM badges_lotuse u WHERE u.id = NEW.id)
BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END""",
    "led_lotuse_update": f"""
CREATE TRIGGER led_lotuse_update BEFORE UPDATE ON badges_lotuse
BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "led_lotuse_delete": f"""
CREATE TRIGGER led_lotuse_delete BEFORE DELETE ON badges_lotuse
BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "led_ruleinforce_insert": f"""
CREATE TRIGGER led_ruleinforce_insert BEFORE INSERT ON badges_ruleinforce
WHEN EXISTS (SELECT 1 FROM badges_ruleinforce r
  WHERE r.id = NEW.id OR (r.rule_id = NEW.rule_id AND r.number = NEW.number))
BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "led_ruleinforce_update": f"""
CREATE TRIGGER led_ruleinforce_update BEFORE UPDATE ON badges_ruleinforce
BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "led_ruleinforce_delete": f"""
CREATE TRIGGER led_ruleinforce_delete BEFORE DELETE ON badges_ruleinforce
BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
}

_CODE = "USING ERRCODE = 'integrity_constraint_violation'"

# FOR SHARE: a leg that is added while another connection seals waits for it, and is then refused (or refuses the seal).
POSTGRES_FUNCTIONS = {
    "led_transaction_guard": f"""
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.sealed THEN RAISE EXCEPTION '{BORN}' {_CODE}; END IF;
    RETURN NEW;
  END IF;
  IF OLD.sealed THEN RAISE EXCEPTION '{FROZEN}' {_CODE}; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF (NEW.id, NEW.source, NEW.key, NEW.public_id, NEW.kind, NEW.resolves_id, NEW.reverses_id)
    IS DISTINCT FROM (OLD.id, OLD.source, OLD.key, OLD.public_id, OLD.kind, OLD.resolves_id, OLD.reverses_id)
  THEN RAISE EXCEPTION '{IDENTITY}' {_CODE}; END IF;
  IF NEW.sealed AND (
    (NOT EXISTS (SELECT 1 FROM badges_entry e WHERE e.transaction_id = NEW.id)
      AND NOT (NEW.kind = 'reverse' AND NEW.written_off <> '{{}}'::jsonb))
    OR EXISTS (SELECT 1 FROM badges_entry e WHERE e.transaction_id = NEW.id
      GROUP BY e.point_type_id HAVING SUM(e.amount) <> 0))
  THEN RAISE EXCEPTION '{UNBALANCED}' {_CODE}; END IF;
  RETURN NEW;
END""",
    "led_entry_guard": f"""
DECLARE closed boolean;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    SELECT t.sealed INTO closed FROM badges_transaction t WHERE t.id = OLD.transaction_id FOR SHARE;
    IF closed THEN RAISE EXCEPTION '{FROZEN}' {_CODE}; END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  SELECT t.sealed INTO closed FROM badges_transaction t WHERE t.id = NEW.transaction_id FOR SHARE;
  IF closed THEN RAISE EXCEPTION '{FROZEN}' {_CODE}; END IF;
  RETURN NEW;
END""",
    "led_lotuse_guard": f"""
DECLARE closed boolean;
BEGIN
  IF TG_OP <> 'INSERT' THEN RAISE EXCEPTION '{KEPT}' {_CODE}; END IF;
  SELECT t.sealed INTO closed FROM badges_transaction t WHERE t.id = NEW.transaction_id FOR SHARE;
  IF closed THEN RAISE EXCEPTION '{FROZEN}' {_CODE}; END IF;
  RETURN NEW;
END""",
    "led_append_only_guard": f"""
BEGIN
  RAISE EXCEPTION '{KEPT}' {_CODE};
END""",
    "led_flush_guard": f"""
BEGIN
  IF coalesce(current_setting('ledger.allow_flush', true), '') <> 'on' THEN
    RAISE EXCEPTION '{KEPT}' {_CODE};
  END IF;
  RETURN NULL;
END""",
}

POSTGRES_TRIGGERS = {
    "led_transaction_guard": (
        "badges_transaction", "BEFORE INSERT OR DELETE OR UPDATE", "FOR EACH ROW", "led_transaction_guard",
    ),
    "led_entry_guard": ("badges_entry", "BEFORE INSERT OR DELETE OR UPDATE", "FOR EACH ROW", "led_entry_guard"),
    "led_lotuse_guard": ("badges_lotuse", "BEFORE INSERT OR DELETE OR UPDATE", "FOR EACH ROW", "led_lotuse_guard"),
    "led_ruleinforce_guard": (
        "badges_ruleinforce", "BEFORE DELETE OR UPDATE", "FOR EACH ROW", "led_append_only_guard",
    ),
    **{
        f"led_{table}_flush": (f"badges_{table}", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "led_flush_guard")
        for table in ("transaction", "entry", "lotuse", "ruleinforce")
    },
}  # fmt: skip


def install_statements(vendor, sqlite=SQLITE, bodies=POSTGRES_FUNCTIONS, guards=POSTGRES_TRIGGERS):
    """The statements that put the seal in place on a database of this vendor; any other than the two is refused.

    A later seal gives its own triggers and has the rest from here.
    """
    if vendor == "sqlite":
        return [sql.strip() for sql in sqlite.values()]
    if vendor == "postgresql":
        functions = [
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $led${body}$led$"
            for name, body in bodies.items()
        ]
        triggers = [
            f"CREATE TRIGGER {name} {timing} ON {table} {level} EXECUTE FUNCTION {function}()"
            for name, (table, timing, level, function) in guards.items()
        ]
        return functions + triggers
    raise NotImplementedError(f"The ledger's seal is written for SQLite and PostgreSQL, not for {vendor}.")


def remove_statements(vendor, sqlite=SQLITE, bodies=POSTGRES_FUNCTIONS, guards=POSTGRES_TRIGGERS):
    """The statements that take the seal away again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in sqlite]
    if vendor == "postgresql":
        triggers = [f"DROP TRIGGER IF EXISTS {n} ON {table}" for n, (table, *_) in guards.items()]
        return triggers + [f"DROP FUNCTION IF EXISTS {name}()" for name in bodies]
    raise NotImplementedError(f"The ledger's seal is written for SQLite and PostgreSQL, not for {vendor}.")


def install(apps, schema_editor):
    # params=None: the bodies hold percent signs of no one.
    for statement in install_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for statement in remove_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("badges", "0001_ledger_rules_and_tiers")]

    operations = [migrations.RunPython(install, remove)]
