"""What one more test would change, in words."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from compliance.templatetags.holdfast import day, moment, until
from prescriptions.presenters.preview import PreviewShown
from prescriptions.presenters.reasons import for_practice
from prescriptions.selectors.what_if import Foreseen


def foreseen_shown(foreseen: Foreseen, zone: ZoneInfo) -> PreviewShown:
    """The first moment of a release and how long it would be good, or what would still hold it."""
    verdict = foreseen.verdict
    when = moment(verdict.at, zone)
    if verdict.allowed:
        says = (
            _("It could be released at %(when)s at the earliest, and dispensed %(until)s.")
            % {"when": when, "until": until(verdict.expires_at, zone)}
            if verdict.expires_at
            else _("It could be released at %(when)s at the earliest.") % {"when": when}
        )
        return PreviewShown(tone="good", word=_("Could be released"), says=says, remaining=[], supplied=[])
    says = _("Not before %(last)s with this test alone. Fewest things stand in the way at %(when)s:") % {
        "last": day(foreseen.asked_until.astimezone(zone)),
        "when": when,
    }
    return PreviewShown(
        tone="wait",
        word=_("Would still be held"),
        says=says,
        remaining=for_practice(verdict.blockers, zone),
        supplied=[],
    )
