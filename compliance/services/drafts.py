"""Forms about no patient yet are kept for whoever typed them. They have no effect."""

from collections.abc import Mapping

from compliance import clock
from compliance.models import Draft, User
from compliance.selectors.drafts import draft_of


def keep_draft(user: User, form: str, *, data: Mapping[str, object]) -> Draft:
    """Keep what was typed in place of an older draft of the same person and form."""
    draft, _ = Draft.objects.update_or_create(
        author=user,
        form=form,
        patient=None,
        program="",
        defaults={"data": dict(data), "saved_at": clock.now()},
    )
    return draft


def drop_draft(user: User, form: str) -> None:
    """It was sent, or its author begins anew."""
    draft = draft_of(user, form)
    if draft is not None:
        draft.delete()
