"""The exact text a prescriber signs: plain text, built from what the form says and what is on record.

The same facts and the same form give the same bytes. It names no moment: the signature does.
"""

from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.models import Patient, Prescriber
from prescriptions.models import Prescription
from prescriptions.presenters.amounts import capsules_text, mg
from prescriptions.selectors.preview import Terms
from prescriptions.services.ask_again import MEANING_AGAIN
from prescriptions.services.write import MEANING, Order


def authorization_document(
    order: Order, terms: Terms, *, patient: Patient, prescriber: Prescriber, replaces: Prescription | None = None
) -> str:
    """The authorization form as it will be signed."""
    lines = [
        _("PRESCRIPTION AUTHORIZATION FORM"),
        f"{terms.title} ({terms.edition})",
        "",
        *_people(patient, prescriber),
        _row(_("Category"), terms.category.name),
        "",
        *_order(order),
        "",
        _("I attest:"),
        *(f"- {sentence}" for sentence in attestations(terms)),
    ]
    if replaces is not None:
        written_on = format_date(replaces.at.astimezone(terms.zone), "j F Y")
        lines += ["", _("This takes the place of my prescription of %(day)s.") % {"day": written_on}]
    return "\n".join([*lines, "", _("Signing means: %(meaning)s") % {"meaning": _(MEANING)}, ""])


def again_document(prescription: Prescription) -> str:
    """What is signed when a new number is asked for a prescription that was released before."""
    order = Order(
        program=prescription.program,
        medicine=prescription.medicine,
        daily_dose_mg=prescription.daily_dose_mg,
        capsules={line.strength_mg: line.per_dose for line in prescription.capsules.all()},
        dosing_days=prescription.dosing_days,
        days_supply=prescription.days_supply,
        refills=prescription.refills,
        verbal=prescription.verbal,
    )
    lines = [
        _("REQUEST FOR A NEW AUTHORIZATION NUMBER"),
        _("Prescription %(key)s") % {"key": prescription.pk},
        "",
        *_people(prescription.patient, prescription.prescriber),
        "",
        *_order(order),
        "",
        _("Signing means: %(meaning)s") % {"meaning": _(MEANING_AGAIN)},
        "",
    ]
    return "\n".join(lines)


def attestations(terms: Terms) -> list[str]:
    """What the prescriber states together with the order, one sentence each."""
    said = [_("The patient's category is “%(category)s”.") % {"category": terms.category.name}]
    if terms.asks_counselling:
        said.append(_("I counselled the patient for this prescription on the risks and on what the program demands."))
    if terms.asks_survey:
        said.append(_("I completed the prescriber's survey for this prescription."))
    said.extend(_("I completed the form “%(form)s”.") % {"form": form.name} for form in terms.forms)
    return said


def fingerprint(document: str) -> str:
    """What a page carries to tell whether the text it shows is still the text."""
    return sha256(document.encode()).hexdigest()


def _people(patient: Patient, prescriber: Prescriber) -> list[str]:
    born = format_date(patient.birth_date, "j F Y")
    practice = prescriber.practice
    return [
        _row(
            _("Patient"),
            _("%(name)s, born %(born)s, code %(code)s") % {"name": patient.name, "born": born, "code": patient.code},
        ),
        _row(_("Prescriber"), f"{prescriber.user.name}, {prescriber.identifier}"),
        _row(_("Practice"), f"{practice.name}, {practice.phone}"),
    ]


def _order(order: Order) -> Iterable[str]:
    days = ngettext("%(days)d day", "%(days)d days", order.days_supply) % {"days": order.days_supply}
    dosing = ngettext("%(days)d day", "%(days)d days", order.dosing_days) % {"days": order.dosing_days}
    yield _row(_("Medicine"), order.medicine)
    yield _row(_("Dose"), _("%(dose)s mg on each dosing day") % {"dose": mg(Decimal(order.daily_dose_mg))})
    yield _row(_("Capsules a dose"), capsules_text(order.capsules))
    yield _row(_("Dosing days"), dosing)
    yield _row(_("Supply covers"), days)
    yield _row(_("Refills"), str(order.refills) if order.refills else _("none"))
    yield _row(_("By telephone"), _("yes") if order.verbal else _("no"))


def _row(label: str, value: str) -> str:
    return f"{label + ':':<17} {value}"
