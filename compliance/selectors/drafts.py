"""Forms that somebody began and has not sent."""

from compliance.models import Draft, User


def draft_of(user: User, form: str) -> Draft | None:
    """What this user typed into a form that is about no patient yet."""
    return Draft.objects.filter(author=user, form=form, patient=None, program="").first()
