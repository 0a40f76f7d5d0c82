"""Numbers that people read to each other: fifteen random digits and a check digit, in groups of four.

Random, so that nobody can guess one (10**15 of them, none issued in sequence); digits only, because they are said,
heard and typed alike in every language; Verhoeff's check digit, because it catches every single wrong digit and every
swap of neighbours.
"""

import secrets

from stdnum import verhoeff
from stdnum.exceptions import ValidationError

DIGITS = 16


class NotANumber(ValueError):
    """What was typed cannot be a number of ours. `args[0]` is `empty`, `characters`, `length` or `check`."""


def new_number() -> str:
    """Sixteen digits, the last a check digit."""
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS - 1))
    return digits + verhoeff.calc_check_digit(digits)


def spoken(number: str) -> str:
    """`1234 5678 9012 3456`."""
    return " ".join(number[place : place + 4] for place in range(0, DIGITS, 4))


def read_number(typed: str) -> str:
    """The number in what somebody typed or scanned, whatever the spaces, dashes and dots. Raises `NotANumber`."""
    digits = "".join(sign for sign in typed if not (sign.isspace() or sign in "-–—_./·"))
    if not digits:
        raise NotANumber("empty")
    if not (digits.isascii() and digits.isdigit()):
        raise NotANumber("characters")
    if len(digits) != DIGITS:
        raise NotANumber("length")
    try:
        verhoeff.validate(digits)
    except ValidationError as error:
        raise NotANumber("check") from error
    return digits
