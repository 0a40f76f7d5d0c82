"""A whole edition in sentences, and the difference between two of them."""

from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance.plain_words import course, pregnancy_tests, release
from compliance.plain_words.lines import Line, Part, line
from compliance.rules.program import Edition, EditionHead
from compliance.rules.values import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that differs: what it said, what it says. None where an edition says nothing of the kind."""

    before: Line | None
    after: Line | None


def in_words(edition: EditionHead, *, apart: bool = False) -> list[Part]:
    """Every value of the file, under headings. `apart` says the same of each category by itself, for comparing."""
    parts = [Part(title=_("The program"), lines=tuple(_head(edition)))]
    if not isinstance(edition, Edition):
        return parts
    adult = edition.adult_age
    parts[0] = Part(title=parts[0].title, lines=(*parts[0].lines, *([_adult(edition)] if adult else [])))
    chapters = (
        (_("Agreement, counselling and surveys"), release.papers(edition, apart=apart)),
        (_("Contraception"), release.contraception(edition)),
        (_("Pregnancy tests of those who can get pregnant"), pregnancy_tests.tests(edition)),
        (_("The prescription and its authorization"), release.prescription(edition, apart=apart)),
        (_("At the pharmacy"), course.pharmacy(edition)),
        (_("During treatment"), course.treatment(edition)),
        (_("After the last dose"), course.after_stop(edition, apart=apart)),
    )
    parts += [Part(title=title, lines=tuple(lines)) for title, lines in chapters if lines]
    return parts


def changes(before: EditionHead, after: EditionHead) -> list[Change]:
    """What two editions say differently, in the order of the later one; then what only the earlier one says."""
    old = {one.key: one for part in in_words(before, apart=True) for one in part.lines}
    new = {one.key: one for part in in_words(after, apart=True) for one in part.lines}
    changed = [
        Change(before=old.get(key), after=one)
        for key, one in new.items()
        if key not in old or old[key].says != one.says
    ]
    return changed + [Change(before=one, after=None) for key, one in old.items() if key not in new]


def _head(edition: EditionHead) -> list[Line]:
    medicine, brands = edition.medicine, ", ".join(edition.medicine.brands)
    strengths = ", ".join(f"{strength:g}" for strength in medicine.capsules_mg)
    lines = [
        line("title", edition.title, _("Its name: %(name)s.") % {"name": edition.title.name}),
        line(
            "start", edition.start, _("In force from %(day)s on, that day included.") % {"day": _day(edition.starts_on)}
        ),
        line(
            "zone",
            edition.zone,
            _("Every date is a date of %(zone)s; days begin and end at midnight there.") % {"zone": edition.zone.name},
        ),
        line(
            "medicine",
            medicine,
            _("The medicine: %(name)s (%(brands)s), in strengths of %(list)s mg.")
            % {"name": medicine.name, "brands": brands, "list": strengths},
        ),
    ]
    lines += [line(f"categories.{code}", one, _category(one)) for code, one in edition.categories.items()]
    if edition.retired:
        says = _("The program has ended: from %(day)s on it has no gates, and nothing is asked or issued.") % {
            "day": _day(edition.retired.on)
        }
        lines.append(line("retired", edition.retired, says))
    if isinstance(edition, Edition):
        says = _(
            "Asked in every program: enrolment, a certified prescriber and pharmacy, no open positive or unclear "
            "result, no reported pregnancy, one supply a release."
        )
        lines.append(line("frame", edition.frame, says))
    return lines


def _category(category: Category) -> str:
    traits = [_("can get pregnant") if category.can_get_pregnant else _("cannot get pregnant")]
    if category.produces_sperm:
        traits.append(_("produces sperm"))
    if category.is_child is not None:
        traits.append(_("is a child") if category.is_child else _("is an adult"))
    return _("Category %(name)s: %(traits)s.") % {"name": category.name, "traits": ", ".join(traits)}


def _adult(edition: Edition) -> Line:
    if edition.adult_age is None:
        raise ValueError("this edition knows no age")
    says = _("Adult from the %(years)dth birthday on, by the program's date; never applied without a person.")
    return line("adult_age", edition.adult_age, says % {"years": edition.adult_age.years})


def _day(on: date) -> str:
    return format_date(on, pgettext("date format of Django's date filter", "D j M Y"))
