"""PostgreSQL and Valkey without installing a server: for the demo and the tests, never for a deployment."""


class EmbeddedError(Exception):
    """An embedded server cannot run here. The message says why and what to do, in whole sentences."""
