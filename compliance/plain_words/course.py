"""What an edition asks at the pharmacy, during treatment and after the last dose, as sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.plain_words.lines import Line, by_category, days, hours, line, months, not_asked
from compliance.rules.program import Edition
from compliance.rules.values import Confirmation, Period


def pharmacy(edition: Edition) -> list[Line]:
    """Confirming and dispensing."""
    lines = [line("confirmation", edition.confirmation, _confirmation(edition.confirmation))]
    if edition.ship_same_day:
        says = _("A parcel leaves on the date of its confirmation, by the pharmacy's own zone.")
        lines.append(line("ship_same_day", edition.ship_same_day, says))
    else:
        lines.append(not_asked("ship_same_day", _("A parcel need not leave on the day of its confirmation.")))
    if edition.days_left:
        says = _("The next supply is confirmed when %(days)s or fewer of the last one are left, by dates.") % {
            "days": days(edition.days_left.days)
        }
        lines.append(line("days_left", edition.days_left, says))
    else:
        lines.append(not_asked("days_left", _("The next supply may be confirmed however much is left of the last.")))
    lines.append(
        line("pharmacy_counselling", edition.pharmacy_counselling, _("The pharmacist counsels at every dispense."))
    )
    if edition.guide:
        says = _("Given at every dispense: %(name)s.") % {"name": edition.guide.name}
        lines.append(line("guide", edition.guide, says))
    else:
        lines.append(not_asked("guide", _("No guide has to be handed out.")))
    return lines


def treatment(edition: Edition) -> list[Line]:
    """Tests and blood counts while the medicine is taken."""
    lines = []
    interval = edition.test_interval
    if interval:
        lines.append(line("test_interval", interval, _interval(edition)))
    blood = edition.blood_count
    if blood:
        says = ngettext(
            "Blood counts every 7 days for %(count)d week from the first dose, then every calendar month: advice.",
            "Blood counts every 7 days for %(count)d weeks from the first dose, then every calendar month: advice.",
            blood.weeks,
        ) % {"count": blood.weeks}
        lines.append(line("blood_count", blood, says))
    return lines


def after_stop(edition: Edition, *, apart: bool) -> list[Line]:
    """What goes on after the last dose."""
    stop = edition.after_stop
    nothing = _("nothing is asked.")
    kinds = (
        (
            "contraception",
            stop.contraception,
            _("contraception (a condom, for whoever produces sperm) goes on for %s."),
        ),
        ("blood_donation", stop.blood_donation, _("no blood donation for %s.")),
        ("semen_donation", stop.semen_donation, _("no semen donation for %s.")),
    )
    titles = {
        "contraception": _("Contraception after the last dose"),
        "blood_donation": _("Blood donation after the last dose"),
        "semen_donation": _("Semen donation after the last dose"),
    }
    lines: list[Line] = []
    for name, periods, says in kinds:
        without = f"{titles[name]}: {nothing}"
        lines += by_category(
            f"after_stop.{name}",
            edition,
            periods,
            lambda period, says=says: says % _period(period),  # type: ignore[misc]
            without=without,
            apart=apart,
        )
    says = _("What is left of the medicine is returned within %(days)s of the last dose, which is day 0.") % {
        "days": days(stop.return_unused.days)
    }
    lines.append(line("after_stop.return_unused", stop.return_unused, says))
    if stop.test_at_stop:
        lines.append(
            line("after_stop.test_at_stop", stop.test_at_stop, _("A pregnancy test is asked at the last dose."))
        )
    else:
        lines.append(not_asked("after_stop.test_at_stop", _("No pregnancy test is asked at the last dose.")))
    lines.append(_final_test(edition))
    return lines


def _confirmation(value: Confirmation) -> str:
    said = {"hours": hours(value.hours)}
    if value.hours_only_without_end:
        return (
            _("A confirmation ends with its authorization; where that has no end, after %(hours)s (elapsed hours).")
            % said
        )
    return (
        _("A confirmation lasts %(hours)s (elapsed hours), and ends with its authorization if that is earlier.") % said
    )


def _interval(edition: Edition) -> str:
    interval = edition.test_interval
    if interval is None:
        raise ValueError("this edition has no test interval")
    said = {"days": days(interval.days), "irregular": days(interval.irregular_days)}
    later = (
        _("a test every %(days)s, or every %(irregular)s where periods are irregular")
        if interval.irregular_days != interval.days
        else _("a test every %(days)s")
    ) % said
    counted = _("counted from the later of the first dose and the latest test, which is day 0.")
    if interval.weekly_days:
        first = _("In treatment a test every 7 days for the first %(weekly)s, then") % {
            "weekly": days(interval.weekly_days)
        }
        return f"{first} {later}, {counted}"
    return f"{_('In treatment')} {later}, {counted}"


def _period(period: Period) -> str:
    length = days(period.days) if period.days is not None else months(period.months or 0)
    return _("%(length)s after the last dose, which is day 0; the last day is included") % {"length": length}


def _final_test(edition: Edition) -> Line:
    value = edition.after_stop.final_test
    if value is None:
        return not_asked("after_stop.final_test", _("No last pregnancy test is asked."))
    said = {"days": days(value.days), "due": days(value.due_days)}
    if value.advice:
        says = (
            _("A last pregnancy test from %(days)s after the last dose on, within %(due)s: advice, not asked.") % said
        )
    else:
        says = _("A last pregnancy test from %(days)s after the last dose on, within %(due)s.") % said
    return line("after_stop.final_test", value, says)
