"""How an instant is kept: whole seconds; in a ledger body as UTC text ending in `Z`."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Func, Q


def utc_text(instant: datetime) -> str:
    """`2027-02-15T15:00:00Z`. The instant must be aware and on a whole second."""
    if instant.tzinfo is None or instant.microsecond:
        raise ValueError(f"not a whole, aware second: {instant!r}")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def whole_second(field: str) -> models.CheckConstraint:
    """Refuse fractions of a second, for an instant that no other column of its row bounds. Null passes."""
    cut = Func(field, template="(%(expressions)s)::timestamptz(0)", output_field=models.DateTimeField())
    return models.CheckConstraint(name=f"%(class)s_{field}_whole_second", condition=Q(**{field: cut}))
