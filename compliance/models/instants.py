"""How an instant is written in a ledger body: UTC, whole seconds, `Z`."""

from datetime import UTC, datetime


def utc_text(instant: datetime) -> str:
    """`2027-02-15T15:00:00Z`. The instant must be aware and on a whole second."""
    if instant.tzinfo is None or instant.microsecond:
        raise ValueError(f"not a whole, aware second: {instant!r}")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
