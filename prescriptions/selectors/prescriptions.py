"""One prescription as its practice sees it: what became of it, and what it waits for."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from compliance.models import Attempt, Membership, User
from compliance.programs import load_programs
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.verdict import Gate, Verdict
from compliance.selectors.facts import Reach, facts_of
from compliance.selectors.people import patients_of
from prescriptions.models import Authorization, Confirmation, Dispense, Prescription
from prescriptions.services.release import is_freeable


class State(StrEnum):
    """Where a prescription stands. Shown, never asked by a gate."""

    HELD = "held"
    RELEASED = "released"
    CONFIRMED = "confirmed"
    DISPENSED = "dispensed"
    VOIDED = "voided"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A prescription's state at a moment, with the rows it follows from.

    `verdict` is the release gate's answer of that moment, for one that is held, void or expired. `freeable` is false
    where no later fact can free it: it has to be written again.
    """

    state: State
    at: datetime
    authorization: Authorization | None = None
    confirmation: Confirmation | None = None
    dispense: Dispense | None = None
    verdict: Verdict | None = None
    freeable: bool = True

    @property
    def settled(self) -> bool:
        """Nothing here changes within seconds, so nobody has to look again by themselves."""
        return self.state is not State.HELD or not self.freeable


def prescription_seen_by(membership: Membership, prescription_id: UUID) -> Prescription | None:
    """The prescription with all that its page shows, where its patient is one of the member's; else None."""
    releases = Authorization.objects.select_related("voided_by").order_by("-decision__patient_seq")
    holds = Confirmation.objects.select_related("pharmacy").order_by("-confirmed_at")
    return (
        Prescription.objects.filter(pk=prescription_id, patient__in=patients_of(membership))
        .select_related("patient", "prescriber__user", "prescriber__practice", "signature", "hold")
        .prefetch_related(
            "capsules",
            Prefetch("authorizations", queryset=releases),
            Prefetch("authorizations__confirmations", queryset=holds),
            "authorizations__dispenses",
        )
        .first()
    )


def prescriptions_of(patient_id: UUID, program: str) -> QuerySet[Prescription]:
    """What was written for the patient in a program, newest first, with its capsules."""
    rows = Prescription.objects.filter(patient=patient_id, program=program)
    return rows.prefetch_related("capsules").order_by("-at", "-recorded_at")


def under_way(patient_id: UUID, program: str, at: datetime) -> Prescription | None:
    """The newest one that is held, or released and neither used nor over: a second one beside it is rarely meant."""
    good = Q(authorizations__voided_at=None, authorizations__lapsed_at=None)
    in_time = Q(authorizations__expires_at=None) | Q(authorizations__expires_at__gt=at)
    supplied = Dispense.objects.filter(authorization__prescription=OuterRef("pk"), reversed_at=None)
    released = Q(authorizations__isnull=False) & good & in_time & ~Exists(supplied)
    rows = Prescription.objects.filter(patient=patient_id, program=program, withdrawn_at=None)
    return rows.filter(Q(hold__isnull=False) | released).order_by("-at").first()


def standing_of(prescription: Prescription, at: datetime, facts: Facts | None = None) -> Standing:
    """Its state at `at`, from its stamps; a held one is decided afresh. Raises `NoEdition`.

    `facts` spares the query where they are at hand, with the prescriber's certificates among them.
    """
    authorization = next(iter(prescription.authorizations.all()), None)
    if prescription.withdrawn_at is not None:
        return Standing(state=State.WITHDRAWN, at=at, authorization=authorization)
    if hasattr(prescription, "hold"):
        verdict = release_verdict(prescription, at, facts)
        return Standing(state=State.HELD, at=at, verdict=verdict, freeable=is_freeable(verdict))
    if authorization is None:
        return Standing(state=State.LAPSED, at=at)
    standing = _released(authorization, at)
    if standing.state not in {State.VOIDED, State.EXPIRED} or standing.dispense is not None:
        return standing
    verdict = release_verdict(prescription, at, facts)
    return replace(standing, verdict=verdict, freeable=is_freeable(verdict))


def release_verdict(prescription: Prescription, at: datetime, facts: Facts | None = None) -> Verdict:
    """What the release gate answers at `at`; asked without any lock and kept nowhere."""
    facts = facts or facts_of(
        Reach(prescription.patient_id), program=prescription.program, others=[Reach(prescription.prescriber_id)]
    )
    program = load_programs()[prescription.program]
    at = max(at, facts.last_learnt_at or at)
    return decide(facts, program, gate=Gate.RELEASE, at=at, prescription=str(prescription.pk))


def written_by_attempt(attempt_id: UUID, user: User) -> UUID | None:
    """The prescription that this very pressing of the button wrote already, if it did."""
    done = Attempt.objects.filter(pk=attempt_id, user=user, act="write")
    return done.values_list("result_id", flat=True).first()


def _released(authorization: Authorization, at: datetime) -> Standing:
    confirmations = [held for held in authorization.confirmations.all() if not (held.reversed_at or held.replaced_at)]
    confirmation = next((held for held in confirmations if held.expires_at is None or held.expires_at > at), None)
    dispense = next((supply for supply in authorization.dispenses.all() if supply.reversed_at is None), None)
    if authorization.voided_at is not None:
        state = State.VOIDED
    elif dispense is not None:
        state = State.DISPENSED
    elif authorization.expires_at is not None and authorization.expires_at <= at:
        state = State.EXPIRED
    else:
        state = State.CONFIRMED if confirmation else State.RELEASED
    return Standing(state=state, at=at, authorization=authorization, confirmation=confirmation, dispense=dispense)
