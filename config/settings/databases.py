"""Which databases the environment names."""

from typing import Any
from urllib.parse import unquote

import environ


def named_databases(env: environ.Env, options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The databases that the environment names, by alias; empty where it names none.

    DATABASE_URL is what the site uses, as a role that owns nothing. DATABASE_OWNER_URL is for migrations alone:
    without it the alias `owner` does not exist, so the site cannot reach what it may not change.
    DATABASE_POOL=true keeps connections open between requests, for a server of many threads.
    """
    if not env.str("DATABASE_URL", ""):
        return {}
    site = database(env, "DATABASE_URL")
    site["OPTIONS"] = {**options, **site.get("OPTIONS", {})}
    if env.bool("DATABASE_POOL", False):
        size = env.int("DATABASE_POOL_SIZE", 10)
        site["CONN_HEALTH_CHECKS"] = True  # a server that restarted has left dead connections in the pool
        site["OPTIONS"]["pool"] = {"min_size": 1, "max_size": size, "timeout": 10}
    databases = {"default": site}
    if env.str("DATABASE_OWNER_URL", ""):
        databases["owner"] = database(env, "DATABASE_OWNER_URL")
    return databases


def database(env: environ.Env, name: str) -> dict[str, Any]:
    """The database that the variable `name` addresses; percent-encoded where the host is a socket's folder."""
    found: dict[str, Any] = env.db_url(name)
    return {**found, "HOST": unquote(found["HOST"])}
