"""Release: a written prescription becomes one that a pharmacy can dispense, or stays held."""

from uuid import UUID

from compliance.models import User
from compliance.rules.verdict import Code, Gate, Verdict
from compliance.services.session import Session, patient_session
from prescriptions.models import Authorization, Decision, Hold, Prescription
from prescriptions.numbers import new_number
from prescriptions.services.acts import Act, act, keys_of
from prescriptions.services.decisions import Asked, ask, keep

NO_LATER_FACT_FREES = frozenset(
    {
        Code.SUPPLY_TOO_LONG,
        Code.REFILLS_NOT_ALLOWED,
        Code.VERBAL_NOT_ALLOWED,
        Code.PRESCRIPTION_TOO_OLD,
        Code.AUTHORIZATION_EXPIRED,
    }
)
"""What is wrong with the prescription itself: it has to be written again."""


def release(prescription_id: UUID, *, by: User | None, attempt_id: UUID | None = None) -> Act:
    """Ask the release gate and store its answer, whoever asks and how often they do.

    Raises `NoSuchPrescription`, `PrescriptionWithdrawn`, `AttemptRefused`.
    """
    return act(prescription_id, Gate.RELEASE, by=by, attempt_id=attempt_id, effect=issue)


def release_if_ready(prescription_id: UUID) -> Decision | None:
    """Ask for a held prescription that has never been released; the system releases each signature once.

    Safe to run twice, late, or never. A refusal is stored only where its reasons changed. Returns the decision that was
    stored, None where nothing was. Raises `NoSuchPrescription`.
    """
    owner, prescriber = keys_of(prescription_id)
    with patient_session(owner, by=None, also=(prescriber,)) as session:
        hold = Hold.objects.select_related("prescription").filter(pk=prescription_id).first()
        if hold is None:
            return None
        asked = ask(session, hold.prescription, Gate.RELEASE)
        if asked.verdict.allowed:
            decision = keep(session, asked)
            issue(session, asked, decision)
            return decision
        return _stay_held(session, asked, hold)


def is_freeable(verdict: Verdict) -> bool:
    """Whether some later fact could still let this very prescription go."""
    return NO_LATER_FACT_FREES.isdisjoint(verdict.codes)


def issue(session: Session, asked: Asked, decision: Decision) -> None:
    """An authorization number; an older one that had expired is stamped as replaced.

    A retired program has no gates, so it issues no number: nothing waits for one either.
    """
    Hold.objects.filter(prescription=asked.prescription).delete()
    if asked.is_retired:
        return
    open_rows = Authorization.objects.filter(prescription=asked.prescription, voided_at=None, lapsed_at=None)
    open_rows.update(lapsed_at=session.at)
    Authorization.objects.create(
        prescription=asked.prescription,
        decision=decision,
        number=new_number(),
        issued_at=session.at,
        expires_at=asked.verdict.expires_at,
    )


def _stay_held(session: Session, asked: Asked, hold: Hold) -> Decision | None:
    """Remember what was seen, so that the sweep asks again only when the answer may differ."""
    reasons = list(asked.verdict.codes)
    first_answer = not asked.prescription.decisions.exists()
    decision = keep(session, asked) if first_answer or reasons != hold.blockers else None
    if Code.PRESCRIPTION_TOO_OLD in asked.verdict.codes:
        Prescription.objects.filter(pk=hold.pk, lapsed_at=None).update(lapsed_at=session.at)
        hold.delete()
        return decision
    hold.patient_seq = session.seqs[asked.prescription.patient_id]
    hold.prescriber_seq = session.seqs[asked.prescription.prescriber_id]
    hold.next_change_at = asked.verdict.next_change_at
    hold.asked_at = session.at
    hold.blockers = reasons
    hold.attempts = 0
    hold.freeable = is_freeable(asked.verdict)
    hold.save()
    return decision
