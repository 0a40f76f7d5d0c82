"""How to sign in to the demonstration and what to try first, as the supervisor prints it."""

from collections.abc import Iterator
from datetime import datetime

from prescriptions.demo.cast import PASSWORD, Cast
from prescriptions.models import Authorization
from prescriptions.numbers import spoken

WORTH_TRYING = {
    "June": "open: confirm and dispense it",
    "Kit": "held by Mesa Corner: only pharmacist2 may dispense it",
    "Gilda": "voided by a positive test while Harbour Lane holds it",
    "Mona": "expired",
}


def accounts_text(cast: Cast, made_at: datetime) -> str:
    """One line an account with the password above, then numbers for the pharmacy's one field."""
    lines = [f"Everybody is invented and signs in with the password  {PASSWORD}", ""]
    lines += [f"  {user.username:<14} {user.name}, {role}, {place}" for role, user, place in cast.accounts()]
    lines += ["", "At the pharmacy's counter try", "", *numbers_to_try()]
    lines += ["", f"Made {made_at:%Y-%m-%d %H:%M} UTC. Windows close as time passes; make demo-reset begins anew."]
    return "\n".join(lines) + "\n"


def numbers_to_try() -> Iterator[str]:
    """The latest number of some patients, and what it shows."""
    for given_name, shows in WORTH_TRYING.items():
        issued = Authorization.objects.filter(prescription__patient__given_name=given_name)
        for authorization in issued.order_by("-issued_at")[:1]:
            yield f"  {spoken(authorization.number)}   {given_name}'s, {shows}"
