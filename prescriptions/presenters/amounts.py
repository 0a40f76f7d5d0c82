"""Doses and capsules in words. A dose and a capsule's strength are different numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def mg(amount: Decimal) -> str:
    """`4`, `2.5` (in Spanish `2,5`): no zeros that say nothing."""
    return str(number_format(bare(amount)))


def bare(amount: Decimal) -> Decimal:
    """The same amount without zeros that say nothing; its text is what a form's field takes."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount.normalize()


def capsules_field(strength: Decimal) -> str:
    """The name of the field that counts capsules of this strength: `capsules_4`, `capsules_2-5`."""
    return f"capsules_{bare(strength)}".replace(".", "-")


def capsules_text(capsules: Mapping[Decimal, int]) -> str:
    """`1 × 3 mg + 1 × 1 mg`, the strongest first."""
    lines = sorted(capsules.items(), reverse=True)
    return " + ".join(
        _("%(count)d × %(strength)s mg") % {"count": count, "strength": mg(strength)} for strength, count in lines
    )


def fewest_capsules(dose: Decimal, strengths: Sequence[Decimal]) -> dict[Decimal, int]:
    """A combination of few capsules that makes up the dose; empty where the strengths cannot."""
    left, chosen = dose, {}
    for strength in sorted(strengths, reverse=True):
        count = int(left // strength)
        if count:
            chosen[strength] = count
            left -= count * strength
    return chosen if left == 0 else {}
