"""What every test may ask for. The fixtures themselves are in tests/fixtures, one file a subject."""

import os

# No test reaches a server that was not started for it, whatever the shell's environment names.
for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "HOLDFAST_DEMO"):
    os.environ.pop(name, None)
os.environ["REDIS_URL"] = "memory://"

pytest_plugins = [
    "tests.fixtures.budgets",
    "tests.fixtures.honesty",
    "tests.fixtures.databases",
    "tests.fixtures.sites",
    "tests.fixtures.browsers",
    "tests.fixtures.clinics",
]
