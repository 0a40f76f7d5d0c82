"""A database that exists for one command: made beside the one that is configured, migrated, and dropped afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from config.embedded.session import server_for_this_process


class NoScratchDatabase(Exception):
    """No database can be made here; says what would be needed."""


@contextmanager
def scratch_database() -> Iterator[str]:
    """Inside, Django's default connection leads to an empty, migrated database, as the site's role. Gives its name.

    Needs the alias `owner` with a role that may create databases, or the embedded server. Raises `NoScratchDatabase`.
    """
    if "owner" not in connections.settings:
        raise NoScratchDatabase("This needs a database of its own: name a role that may make one (DATABASE_OWNER_URL).")
    name = f"holdfast_scratch_{uuid4().hex[:12]}"
    owner = connections.settings["owner"]["USER"]
    _make_or_drop(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0"), name, owner)
    try:
        with _leading_to(name):
            call_command("migrate", database="owner", verbosity=0)
            connections["owner"].close()
            yield name
    finally:
        _make_or_drop(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)


def _make_or_drop(statement: sql.SQL, *names: str) -> None:
    """Outside any transaction, from another database: none can be made or dropped from within."""
    try:
        with _maker() as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise NoScratchDatabase("The role of DATABASE_OWNER_URL may not create databases (CREATEDB).") from error


def _maker() -> "psycopg.Connection[Any]":
    """Of the embedded server its superuser, whom only this machine reaches; elsewhere the owner."""
    if connections.settings["owner"]["ENGINE"] == "config.embedded.backend":
        return server_for_this_process().admin("postgres")
    return psycopg.connect(**connections["owner"].get_connection_params(), autocommit=True)


@contextmanager
def _leading_to(name: str) -> Iterator[None]:
    """Both aliases lead to the database `name`, in every thread."""
    before = {alias: connections.settings[alias].get("NAME") for alias in ("default", "owner")}
    _use({"default": name, "owner": name})
    try:
        yield
    finally:
        _use(before)


def _use(names: dict[str, str | None]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = connections.settings[alias]["NAME"] = name
