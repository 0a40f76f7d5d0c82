"""A date and a time as people write them, in a named zone, turned into one instant; what is unclear is asked about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.layout import Div, Field, LayoutObject
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 12, 31)


class Twice(Exception):
    """The clocks went back over this wall time: there are two instants of that reading."""


class Never(Exception):
    """The clocks jumped over this wall time."""


def instant_of(on: date, at: time, zone: ZoneInfo, *, second: bool | None = None) -> datetime:
    """The instant of a wall time. `second` says which of two; None raises `Twice` where there are two.

    Raises `Never` where there is none.
    """
    early = datetime.combine(on, at.replace(fold=0), zone)
    late = early.replace(fold=1)
    before, after = early.utcoffset(), late.utcoffset()
    if before is None or after is None or before == after:
        return early
    if before < after:
        raise Never
    if second is None:
        raise Twice
    return late if second else early


class DayField(forms.DateField):
    """A date a calendar can hold."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Check the year."))
        return day


class ClockField(forms.TimeField):
    """Hours and minutes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> time | None:
        at = super().clean(value)
        return None if at is None else at.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on a form: four inputs whose names begin with `name`."""

    name: str
    zone: ZoneInfo

    def add_to(self, form: forms.Form, *, day: Any, clock: Any, now: datetime | None) -> None:
        """Put the inputs on a form, filled with the minute of `now`; without one they may stay empty."""
        local = now.astimezone(self.zone) if now else None
        form.fields[f"{self.name}_on"] = DayField(label=day, initial=local and local.date(), required=bool(local))
        form.fields[f"{self.name}_time"] = ClockField(
            label=clock, initial=local and local.time().replace(second=0), required=bool(local)
        )
        form.fields[f"{self.name}_which"] = forms.ChoiceField(
            label=gettext_lazy("Which of the two"), required=False, choices=which_choices(), widget=forms.HiddenInput
        )
        form.fields[f"{self.name}_shown"] = forms.CharField(
            required=False, max_length=20, widget=forms.HiddenInput, initial=f"{local:%Y-%m-%dT%H:%M}" if local else ""
        )

    @property
    def layout(self) -> LayoutObject:
        """Date and time side by side."""
        pair = Div(f"{self.name}_on", f"{self.name}_time", css_class="field-pair")
        return Div(pair, Field(f"{self.name}_which"), Field(f"{self.name}_shown"))

    def read(self, form: forms.Form) -> datetime | None:
        """The instant that was entered; puts an error on the form where it is unclear, and returns None."""
        on, at = form.cleaned_data.get(f"{self.name}_on"), form.cleaned_data.get(f"{self.name}_time")
        if (on is None) != (at is None) and not form.errors:
            form.add_error(f"{self.name}_{'on' if on is None else 'time'}", _("Enter both the day and the time."))
        if on is None or at is None:
            return None
        which = form.cleaned_data.get(f"{self.name}_which")
        try:
            return instant_of(on, at, self.zone, second={"first": False, "second": True}.get(which or ""))
        except Twice:
            form.fields[f"{self.name}_which"].widget = forms.RadioSelect(choices=which_choices(on, at, self.zone))
            form.add_error(
                f"{self.name}_which",
                _("The clocks went back that day, and this time came twice. Say which one it was."),
            )
        except Never:
            form.add_error(
                f"{self.name}_time",
                _("The clocks went forward that day, and %(time)s was skipped. Enter the time before or after that.")
                % {"time": f"{at:%H:%M}"},
            )
        return None

    def as_shown(self, form: forms.Form) -> bool:
        """Whether the minute that the page proposed was left as it was: then what happened, happened just now."""
        on, at = form.cleaned_data.get(f"{self.name}_on"), form.cleaned_data.get(f"{self.name}_time")
        return bool(on and at) and f"{on}T{at:%H:%M}" == form.cleaned_data.get(f"{self.name}_shown")


def which_choices(on: date | None = None, at: time | None = None, zone: ZoneInfo | None = None) -> Iterable[Any]:
    """The two readings, each with its offset from universal time once the moment is known."""
    words = [("first", _("the first, before the clocks went back")), ("second", _("the second, after it"))]
    if on is None or at is None or zone is None:
        return words
    first, second = (datetime.combine(on, at.replace(fold=fold), zone) for fold in (0, 1))
    return [(key, f"{said} ({reading:%H:%M %Z})") for (key, said), reading in zip(words, (first, second), strict=True)]
