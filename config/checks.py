"""What must be true before the site starts, as far as settings and the database can tell."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from compliance import clock
from compliance.programs import load_programs
from compliance.programs.tables import ProgramFileError
from compliance.selectors.sign_offs import drafts

MAY_NOT = """
SELECT rolsuper, rolcreaterole, rolbypassrls,
       (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p'))
FROM pg_roles WHERE rolname = current_user
"""


@register(Tags.security)
def the_clock_stands_still(**_kwargs: Any) -> list[CheckMessage]:
    """A movable clock belongs to the demo and the tests. Where cookies demand TLS, this is a deployment."""
    if settings.CLOCK_MAY_MOVE and settings.SESSION_COOKIE_SECURE:
        return [
            Error(
                "CLOCK_MAY_MOVE is set in a deployment: whoever moves the clock decides who gets the drug.",
                id="config.E001",
            )
        ]
    return []


@register(Tags.database)
def the_site_owns_nothing(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """What protects the record is that the site's role may not change it. An owner may do anything to its tables."""
    if "default" not in (databases or []) or connections["default"].vendor != "postgresql":
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(MAY_NOT)
        row = cursor.fetchone()
    if not row or not any(row):
        return []
    return [
        Error(
            "The role in DATABASE_URL owns tables or may change roles: it could rewrite the record.",
            hint="Run migrations with DATABASE_OWNER_URL and `migrate --database owner`; give the site the other role.",
            id="config.E002",
        )
    ]


@register(Tags.security)
def the_site_is_not_given_the_owner(**_kwargs: Any) -> list[CheckMessage]:
    """Only the command that migrates may know how to become the owner; a server process must not."""
    default, owner = settings.DATABASES.get("default", {}), settings.DATABASES.get("owner")
    if owner and default.get("USER") and default["USER"] == owner.get("USER"):
        return [Error("DATABASE_URL and DATABASE_OWNER_URL name the same role.", id="config.E003")]
    return []


@register(Tags.database)
def programs_are_signed_off(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """A deployment decides by no draft: a named person has stood for each file, by its very hash."""
    if "default" not in (databases or []) or getattr(settings, "DRAFTS_MAY_DECIDE", False):
        return []
    return [
        Error(
            f"{edition.id} is a draft: nobody has signed off the file with SHA-256 {edition.sha256}.",
            hint="Have a named person read it against the program's own document, then run `manage.py sign_off`.",
            id="config.E005",
        )
        for edition in drafts(clock.now())
    ]


@register(Tags.compatibility)
def every_program_file_is_what_its_schema_says(**_kwargs: Any) -> list[CheckMessage]:
    """A program file that cannot be read must stop a deployment, not the first person who asks."""
    try:
        load_programs()
    except ProgramFileError as error:
        return [Error(str(error), id="config.E004")]
    return []
