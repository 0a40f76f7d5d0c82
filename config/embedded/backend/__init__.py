"""A database backend that has no address until it is first used."""
