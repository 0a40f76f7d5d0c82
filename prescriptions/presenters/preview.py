"""The verdict before anything is typed, in words."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.templatetags.holdfast import until
from prescriptions.presenters.reasons import Reason, for_practice
from prescriptions.selectors.preview import Preview


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewShown:
    """`remaining` the form cannot clear; `supplied` it brings along, as sentences."""

    tone: str
    word: str
    says: str
    remaining: list[Reason]
    supplied: list[str]


def preview_shown(preview: Preview | None, zone: ZoneInfo, *, signed_by: str) -> PreviewShown:
    """What would happen if this prescriber signed within the limits at this moment."""
    if preview is None:
        return PreviewShown(
            tone="unsure",
            word=_("Cannot tell"),
            says=_("No edition of this program answers for today, so nothing can be written here."),
            remaining=[],
            supplied=[],
        )
    supplied = [reason.says for reason in for_practice(preview.supplied, zone)]
    remaining = for_practice(preview.remaining, zone)
    if not remaining:
        says = (
            _("Signed now by %(name)s, it can be released at once and dispensed %(until)s.")
            % {"name": signed_by, "until": until(preview.expires_at, zone)}
            if preview.expires_at
            else _("Signed now by %(name)s, it can be released at once.") % {"name": signed_by}
        )
        return PreviewShown(tone="good", word=_("Ready"), says=says, remaining=[], supplied=supplied)
    says = ngettext(
        "Signed now by %(name)s, it would be held for one thing, and released by itself once that is cleared.",
        "Signed now by %(name)s, it would be held for %(count)d things, and released by itself once they are cleared.",
        len(remaining),
    ) % {"name": signed_by, "count": len(remaining)}
    return PreviewShown(tone="wait", word=_("Would be held"), says=says, remaining=remaining, supplied=supplied)
