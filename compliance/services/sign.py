"""A signature binds exactly what was shown to who signed it, in which role, meaning what, and when."""

import hashlib
from uuid import UUID

from compliance.models import Signature
from compliance.services.session import Session


class NobodySigned(ValueError):
    """A signature needs a person; the system signs nothing."""


def sign(session: Session, *, patient_id: UUID, subject_id: UUID, document: str, role: str, meaning: str) -> Signature:
    """Keep the document and its hash in the session's transaction. Raises `NobodySigned`."""
    if session.by is None:
        raise NobodySigned
    shown = document.encode()
    return Signature.objects.create(
        patient_id=patient_id,
        subject_id=subject_id,
        document=shown,
        sha256=hashlib.sha256(shown).digest(),
        signer=session.by,
        printed_name=session.by.name,
        role=role,
        meaning=meaning,
        signed_at=session.at,
    )
