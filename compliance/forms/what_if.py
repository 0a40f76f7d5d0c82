"""A pregnancy test that nobody has taken yet: asked about, never recorded."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.forms.base import About
from compliance.forms.tests import ValuesOfATest
from compliance.models import Setting

FARTHEST = timedelta(days=366)


class WhatIfForm(ValuesOfATest):
    """When, where and how sensitive; that it is negative goes without asking."""

    title = gettext_lazy("What if a test were collected on …?")
    intro = gettext_lazy("A negative test is supposed. Nothing is recorded by asking.")
    button = gettext_lazy("Ask")
    result = None  # type: ignore[assignment]  # leaves the inherited field out
    may_lie_ahead = True

    @classmethod
    def shown_for(cls, about: About) -> bool:
        return about.can_get_pregnant

    def set_up(self) -> None:
        super().set_up()
        self.fields["setting"].initial = Setting.LAB
        known = list(self.about.facts.tests.negatives(None))
        self.fields["sensitivity"].initial = (
            known[0].sensitivity if known else self.about.edition.sensitivity.miu_per_ml
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        collected_at = cleaned.get("collected_at")
        if collected_at is not None and collected_at > self.about.now + FARTHEST:
            self.add_error("collected_on", _("Ask about a day within a year."))
        return cleaned
