"""The part of the sweep that is about patients' duties: whom to look at again, and what to send."""

from compliance import clock
from compliance.services import reassess, remind
from compliance.services.jobs import Budget, Count, each, only_one, patient_with_rows


def sweep_reassessments(*, budget: Budget) -> Count | None:
    """Look again at every patient of whom something new is known, and at each once a day. None while another does."""
    with only_one("reassessments") as mine:
        if not mine:
            return None
        with patient_with_rows():
            keys = dict.fromkeys(reassess.stale(clock.now()))
            return each(keys, reassess.reassess, name="reassessments", budget=budget)


def sweep_patients(*, budget: Budget) -> dict[str, Count | None]:
    """Both halves, messages first: they are due now, and a day's reassessments can wait a minute."""
    return {
        "reminders": remind.sweep_due(budget=budget),
        "reassessments": sweep_reassessments(budget=budget),
    }
