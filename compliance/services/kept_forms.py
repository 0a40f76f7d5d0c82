"""What somebody sent after their session had ended: kept for them alone, given back once, without effect meanwhile."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils.http import url_has_allowed_host_and_scheme

from compliance import clock
from compliance.models import Draft, User

FORM = "kept-form"
SALT = "compliance.kept-form"
KEPT_HOURS = 12
MOST_CHARACTERS = 100_000
GIVEN_BACK = "given-back"
"""Name of the field by which a form says that it was kept once: sent on, it need not be kept any longer."""
NOT_KEPT = frozenset({"csrfmiddlewaretoken", GIVEN_BACK, "confirmed", "sure"})
"""Tokens, and a yes to a question: whoever sends the form on is asked again."""
ACTS = ("/pharmacy/confirm/", "/pharmacy/dispense/", "/pharmacy/reverse/", "/withdraw/")
"""Buttons more than forms: nothing is typed there, and what was true when one was pressed may be so no longer."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where it was going, and every name and value in the order of the page."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What its owner reads before sending it on: names as words, without keys that the page made for itself."""
        return [(name.replace("_", " "), value) for name, value in self.fields if name != "attempt"]


def owner_token(user_id: UUID) -> str:
    """Says whose pages a browser shows, so that it can be read after the session has gone."""
    return signing.dumps(str(user_id), salt=SALT)


def owner_of(token: str, *, max_age: int) -> UUID | None:
    """The user a token names, None where it is forged, broken or older than `max_age` seconds."""
    try:
        return UUID(signing.loads(token, salt=SALT, max_age=max_age))
    except (signing.BadSignature, ValueError):
        return None


def keep(owner: UUID, *, path: str, fields: Iterable[tuple[str, str]]) -> None:
    """Keep the newest form of a user, in place of an older one. Never passwords, acts, or what is too long."""
    if path.partition("?")[0].endswith(ACTS):
        return
    kept = [(name, value.replace("\x00", "")) for name, value in fields if _may_be_kept(name)]
    if len(json.dumps(kept)) > MOST_CHARACTERS or not User.objects.filter(pk=owner, is_active=True).exists():
        return
    Draft.objects.update_or_create(
        author_id=owner,
        form=FORM,
        patient=None,
        program="",
        defaults={"data": {"path": path, "fields": kept}, "saved_at": clock.now()},
    )


def kept_for(user: User) -> KeptForm | None:
    """What waits for this user; nothing after 12 hours."""
    since = clock.now() - timedelta(hours=KEPT_HOURS)
    draft = Draft.objects.filter(author=user, form=FORM, patient=None, saved_at__gte=since).first()
    if draft is None or not url_has_allowed_host_and_scheme(draft.data["path"], allowed_hosts=None):
        return None
    return KeptForm(draft.data["path"], tuple((name, value) for name, value in draft.data["fields"]))


def forget(user: User) -> None:
    """It was given back, or its owner does not want it."""
    Draft.objects.filter(author=user, form=FORM).delete()


def _may_be_kept(name: str) -> bool:
    return name not in NOT_KEPT and "password" not in name and "\x00" not in name
