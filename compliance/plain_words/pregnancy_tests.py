"""What an edition asks of pregnancy tests, as sentences. Only of categories that can get pregnant."""

from django.utils.translation import gettext as _

from compliance.plain_words.lines import Line, counted, days, hours, line, not_asked
from compliance.plain_words.release import methods
from compliance.rules.program import Edition
from compliance.rules.values import FirstTest, FirstTestAnchor, SecondTest, SecondTestAnchor, TestSetting


def tests(edition: Edition) -> list[Line]:
    """Which tests count, which are asked before the start, and how long one stays good."""
    lines = [_sensitivity(edition), *_settings(edition), _first(edition.first_test), _second(edition.second_test)]
    if edition.test_window:
        says = _("A negative test is good for a release for %(counted)s") % {
            "counted": counted(edition.test_window, _("the day of collection"))
        }
        lines.append(line("test_window", edition.test_window, says))
    else:
        lines.append(not_asked("test_window", _("A negative test has no window of its own.")))
    if edition.later_test:
        says = _(
            "In treatment the latest test is collected no earlier than %(days)s before the date on which the "
            "prescription was written, that day included, by dates."
        ) % {"days": days(edition.later_test.days)}
        lines.append(line("later_test", edition.later_test, says))
    lines.append(_lock(edition))
    if edition.test_exempt:
        says = _("Not asked for tests: whoever states %(list)s.") % {"list": methods(edition.test_exempt)}
        lines.append(line("test_exempt", edition.test_exempt, says))
    return lines


def _sensitivity(edition: Edition) -> Line:
    says = _("A test counts if it detects %(level)d mIU/mL or less; a positive result always counts.") % {
        "level": edition.sensitivity.miu_per_ml
    }
    return line("sensitivity", edition.sensitivity, says)


def _settings(edition: Edition) -> list[Line]:
    lines = []
    for code in ("lab", "clinic", "home"):
        value = edition.settings.get(code)
        key = f"settings.{code}"
        place = {"lab": _("a laboratory"), "clinic": _("a clinic"), "home": _("the patient's home")}[code]
        if value is None:
            lines.append(not_asked(key, _("A test taken in %(place)s does not count.") % {"place": place}))
        else:
            lines.append(line(key, value, _setting(value, place)))
    return lines


def _setting(value: TestSetting, place: str) -> str:
    if value.after_first_dispense and value.where_allowed:
        said = _("A test taken in %(place)s counts after the first dispense, where the prescriber allowed it.")
    elif value.after_first_dispense:
        said = _("A test taken in %(place)s counts after the first dispense.")
    elif value.where_allowed:
        said = _("A test taken in %(place)s counts where the prescriber allowed it.")
    else:
        said = _("A test taken in %(place)s counts.")
    return said % {"place": place}


def _first(value: FirstTest | None) -> Line:
    if value is None:
        return not_asked("first_test", _("No first test beside the one before the start."))
    anchor = {
        FirstTestAnchor.PRESCRIBING_DATE: _(
            "the prescribing date (the later of the written date and the second test's collection date)"
        ),
        FirstTestAnchor.SECOND_TEST: _("the date on which the second test is collected"),
    }[value.anchor]
    if value.earliest_days is None:
        says = _("Before the start a first test, collected at least %(latest)s before %(anchor)s, by dates.") % {
            "latest": days(value.latest_days),
            "anchor": anchor,
        }
    else:
        says = _(
            "Before the start a first test, collected %(earliest)d to %(latest)s before %(anchor)s, both days included."
        ) % {"earliest": value.earliest_days, "latest": days(value.latest_days), "anchor": anchor}
    return line("first_test", value, says)


def _second(value: SecondTest | None) -> Line:
    if value is None:
        return not_asked("second_test", _("No second test is asked before the start."))
    match value.anchor:
        case SecondTestAnchor.WRITTEN_MOMENT:
            says = _(
                "Before the start a test collected no more than %(hours)s before the moment of writing (elapsed "
                "hours), or after it, up to the release."
            ) % {"hours": hours(value.hours or 0)}
        case SecondTestAnchor.WRITTEN_DATE:
            says = _(
                "Before the start a test collected no earlier than %(days)s before the written date, that day "
                "included, up to the release."
            ) % {"days": days(value.days or 0)}
        case SecondTestAnchor.CONTRACEPTION_RUN:
            says = _(
                "Before the start a second test, collected on or after the first day on which contraception has run "
                "as long as it must."
            )
    return line("second_test", value, says)


def _lock(edition: Edition) -> Line:
    if edition.lock is None:
        return not_asked("lock", _("After a missed first window no wait is asked."))
    says = _(
        "After a missed first window a second test counts again only if it is collected %(days)s or more after the "
        "missed window's test: that test's day is day 0."
    ) % {"days": days(edition.lock.days)}
    return line("lock", edition.lock, says)
