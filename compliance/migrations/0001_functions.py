"""The functions that keep the record: append to a chain, refuse changes, allow a stamp once.

`ledger_append` runs as the tables' owner, because the site's role may neither move a chain's head nor write an entry
by itself. Its search path is fixed, so that no caller can slip a table of the same name in front.
"""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

LEDGER_APPEND = """
CREATE FUNCTION ledger_append(
    chain uuid, kind text, program text, at timestamptz, recorded_at timestamptz, actor uuid, body bytea
) RETURNS TABLE (entry_id uuid, entry_seq bigint, entry_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    place bigint;
    previous bytea;
    latest timestamptz;
    link bytea;
    entry uuid := gen_random_uuid();
BEGIN
    SELECT length + 1, head, last_at INTO place, previous, latest
        FROM compliance_chain WHERE id = chain FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no chain %', chain USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF latest IS NOT NULL AND recorded_at < latest THEN
        RAISE EXCEPTION 'chain % would go back in time', chain USING ERRCODE = 'check_violation';
    END IF;
    link := sha256(
        previous || int8send(place) || coalesce(uuid_send(actor), '\\x00'::bytea)
        || sha256(convert_to(program, 'UTF8')) || sha256(body)
    );
    INSERT INTO compliance_ledgerentry
        (id, chain_id, seq, kind, program, at, recorded_at, actor_id, body, previous_hash, hash)
        VALUES (entry, chain, place, kind, program, at, recorded_at, actor, body, previous, link);
    UPDATE compliance_chain SET length = place, head = link, last_at = ledger_append.recorded_at WHERE id = chain;
    RETURN QUERY SELECT entry, place, link;
END $$;
REVOKE ALL ON FUNCTION ledger_append(uuid, text, text, timestamptz, timestamptz, uuid, bytea) FROM PUBLIC;
"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

SET_ONCE = """
CREATE FUNCTION set_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stamp text;
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
BEGIN
    IF (before - TG_ARGV) IS DISTINCT FROM (after - TG_ARGV) THEN
        RAISE EXCEPTION '% may only be stamped', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    FOREACH stamp IN ARRAY TG_ARGV LOOP
        IF before -> stamp <> 'null'::jsonb AND before -> stamp IS DISTINCT FROM after -> stamp THEN
            RAISE EXCEPTION '%.% is already set', TG_TABLE_NAME, stamp USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        BtreeGistExtension(),  # keeps two pharmacies' confirmations of one authorization from overlapping
        migrations.RunSQL(
            LEDGER_APPEND,
            "DROP FUNCTION ledger_append(uuid, text, text, timestamptz, timestamptz, uuid, bytea)",
        ),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION refuse_change() CASCADE"),
        migrations.RunSQL(SET_ONCE, "DROP FUNCTION set_once() CASCADE"),
    ]
