"""What an edition asks before a prescription is released, but for the pregnancy tests."""

from django.utils.translation import gettext as _

from compliance import wording
from compliance.plain_words.lines import Line, by_category, counted, days, line, months, not_asked
from compliance.rules.program import Edition
from compliance.rules.values import Anchor, Counselling, Days, Expiry, Methods, Survey


def papers(edition: Edition, *, apart: bool) -> list[Line]:
    """Agreement, counselling, surveys and forms."""
    lines = [
        line("agreement", edition.agreement, _("The patient signs: %(name)s.") % {"name": edition.agreement.name}),
        *by_category(
            "counselling",
            edition,
            edition.counselling,
            _counselling,
            without=_("no counselling is asked."),
            apart=apart,
        ),
    ]
    survey = edition.prescriber_survey
    if survey:
        lines.append(line("prescriber_survey", survey, _("The prescriber answers a survey for every prescription.")))
    else:
        lines.append(not_asked("prescriber_survey", _("No prescriber survey is asked.")))
    lines += by_category(
        "patient_survey",
        edition,
        edition.patient_survey,
        _survey,
        without=_("no patient survey is asked."),
        apart=apart,
    )
    lines += [
        line(f"forms.{form.code}", form, _("Signed for every prescription: %(name)s.") % {"name": form.name})
        for form in edition.forms
    ]
    if edition.re_enrolment:
        says = _(
            "An agreement is signed anew once %(months)s have passed since the last supply, or since a later stop."
        ) % {"months": months(edition.re_enrolment.months)}
        lines.append(line("re_enrolment", edition.re_enrolment, says))
    else:
        lines.append(not_asked("re_enrolment", _("No new agreement is asked after a long pause.")))
    return lines


def contraception(edition: Edition) -> list[Line]:
    """Asked of categories that can get pregnant."""
    asked = edition.contraception
    if asked is None:
        return [not_asked("contraception", _("No contraception is asked."))]
    both = (
        _("Two methods, at least one of them highly effective, or continuous abstinence")
        if asked.methods_asked > 1
        else _("One highly effective method, or continuous abstinence")
    )
    says = _(
        "%(methods)s, without a gap for %(days)s before a release: the first day is day 0, and a release is possible "
        "from the start of day %(count)d on. Asked at every release of those who can get pregnant."
    ) % {"methods": both, "days": days(asked.days), "count": asked.days}
    lines = [
        line("contraception", asked, says),
        line(
            "contraception.highly_effective",
            asked.highly_effective,
            _("Highly effective methods: %(list)s.") % {"list": methods(asked.highly_effective)},
        ),
    ]
    if asked.additional.methods:
        says = _("Additional methods: %(list)s.") % {"list": methods(asked.additional)}
        lines.append(line("contraception.additional", asked.additional, says))
    else:
        lines.append(not_asked("contraception.additional", _("No additional method is accepted.")))
    return lines


def methods(listed: Methods) -> str:
    """In the order of the wording table, which is the same on every page."""
    return ", ".join(wording.method_name(code) for code in wording.METHODS if code in listed.methods)


def prescription(edition: Edition, *, apart: bool) -> list[Line]:
    """What one prescription may hold, how long it may wait, and how long its authorization lasts."""
    lines = by_category("supply", edition, edition.supply, _supply, without=_("no limit to a supply."), apart=apart)
    refills, verbal = edition.refills, edition.verbal
    lines.append(line("refills", refills, _("Refills are allowed.") if refills.allowed else _("No refills.")))
    says = (
        _("A prescription may be given by word of mouth.") if verbal.allowed else _("No prescription by word of mouth.")
    )
    lines.append(line("verbal", verbal, says))
    if edition.hold:
        says = _("A written prescription may wait for its release for %(counted)s") % {
            "counted": counted(edition.hold, _("the day on which it was written"))
        }
        lines.append(line("hold", edition.hold, says))
    lines += by_category(
        "authorization", edition, edition.authorization, _expiry, without=_("an authorization has no end."), apart=apart
    )
    return lines


def _counselling(value: Counselling) -> str:
    return (
        _("the prescriber counsels once since the latest agreement.")
        if value.once
        else _("the prescriber counsels for every prescription.")
    )


def _survey(value: Survey) -> str:
    said = {"months": months(value.months)}
    if value.excused_at_initiation:
        return _("a patient survey every %(months)s, the last day included; none before the first dispense.") % said
    return _("a patient survey every %(months)s, the last day included, and one before the first dispense.") % said


def _supply(value: Days) -> str:
    return _("a supply of at most %(days)s.") % {"days": days(value.days)}


def _expiry(value: Expiry) -> str:
    since = {
        Anchor.TEST_COLLECTED: _("the day on which the latest negative test was collected"),
        Anchor.ISSUED: _("the day of the release"),
        Anchor.WRITTEN: _("the day on which the prescription was written"),
        Anchor.COUNSELLED: _("the day of the latest counselling for the prescription"),
    }[value.anchor]
    return _("an authorization lasts %(counted)s") % {"counted": counted(value, since)}
