"""Half-typed authorization forms are kept for whoever typed them. They have no clinical effect."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from compliance import clock
from compliance.models import Draft, Prescriber, User
from prescriptions.selectors.drafts import FORM, own_draft


def save_draft(user: User, patient_id: UUID, program: str, *, data: Mapping[str, str], ready: bool = False) -> Draft:
    """Keep what was typed in place of an older draft of the same person, patient and program."""
    draft, _ = Draft.objects.update_or_create(
        author=user,
        form=FORM,
        patient_id=patient_id,
        program=program,
        defaults={"data": dict(data), "ready": ready, "saved_at": clock.now()},
    )
    return draft


def drop_signed(user: User, prescriber: Prescriber, patient_id: UUID, program: str) -> None:
    """The form was signed: one's own draft goes, and what delegates had prepared for the same signature."""
    mine = Q(author=user)
    prepared = Q(data__prescriber=str(prescriber.pk), author__delegations__prescriber=prescriber)
    with transaction.atomic():
        stale = Draft.objects.filter(form=FORM, patient=patient_id, program=program).filter(mine | prepared)
        Draft.objects.filter(pk__in=stale.values("pk")).delete()


def drop_draft(user: User, patient_id: UUID, program: str) -> None:
    """Its author begins anew."""
    draft = own_draft(user, patient_id, program)
    if draft is not None:
        draft.delete()
