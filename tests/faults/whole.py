"""What must be true of a database, whatever died while it was written to."""

import hashlib

from django.db.models import Count, F

from compliance.models import Attempt, Chain
from compliance.services.ledger import genesis
from prescriptions.models import Authorization, Confirmation, Decision, Hold
from prescriptions.services.replay import replay


def faults():
    """What is wrong, one sentence a fault; empty where the record is whole."""
    yield from (f"chain {chain.pk} is broken at {place}" for chain in Chain.objects.all() for place in breaks(chain))
    yield from map(str, replay(Decision.objects.select_related("prescription")))
    stale = Decision.objects.exclude(patient_seq=F("entry__seq") - 1)
    yield from (f"decision {decision.pk} was made from old facts" for decision in stale)
    for row, what in ((Authorization, "prescription"), (Confirmation, "authorization")):
        doubled = row.objects.values(what).annotate(count=Count("pk")).filter(count__gt=1)
        yield from (f"{what} {found[what]} has {found['count']}" for found in doubled)
    released = Hold.objects.filter(prescription__authorizations__isnull=False)
    yield from (f"{hold.pk} is held and released" for hold in released)
    lost = Attempt.objects.exclude(result_id__in=Decision.objects.values("pk")).exclude(act="write")
    yield from (f"attempt {attempt.pk} names no decision" for attempt in lost)


def breaks(chain):
    """The places at which an entry does not follow from the one before."""
    previous, place = genesis(chain.kind, chain.pk), 0
    for entry in chain.entries.order_by("seq"):
        actor = entry.actor_id.bytes if entry.actor_id else b"\x00"
        program, body = hashlib.sha256(entry.program.encode()).digest(), hashlib.sha256(bytes(entry.body)).digest()
        link = hashlib.sha256(previous + entry.seq.to_bytes(8, "big") + actor + program + body).digest()
        place += 1
        if (entry.seq, bytes(entry.previous_hash), bytes(entry.hash)) != (place, previous, link):
            yield place
        previous = bytes(entry.hash)
    if (chain.length, bytes(chain.head)) != (place, previous):
        yield "its head"
