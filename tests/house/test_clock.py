"""One module reads the clock. Libraries are exempt; so is what waits for processes, which decides nothing."""

import ast
import re

from tests.house.source import APPS, calls_of, for_each, imports_of, python_files, tree_of

CLOCK = "compliance/clock.py"
READS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.localtime",
    "time.gmtime",
    "Now",
    "functions.Now",
    "TransactionNow",
}
IN_SQL = re.compile(
    r"\b(now\(\)|clock_timestamp|statement_timestamp|transaction_timestamp|current_(date|time|timestamp)|localtime)",
    re.IGNORECASE,
)
NAIVE = {"datetime.utcfromtimestamp", "datetime.utcnow", "datetime.fromtimestamp"}
FILES = [path for path in python_files(*APPS) if str(path) != CLOCK]


@for_each(FILES)
def test_only_the_clock_reads_the_clock(path):
    assert not [f"{path}:{node.lineno} {name}" for name, node in calls_of(path) if name in READS]
    assert "time" not in {module for module, _ in imports_of(path)}


@for_each(FILES)
def test_no_sql_of_ours_reads_the_clock(path):
    docstrings = {id(node.value) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Expr)}
    words = [
        node.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    assert not [text for text in words if IN_SQL.search(text)]


@for_each(python_files(*APPS))
def test_no_instant_is_naive(path):
    for name, node in calls_of(path):
        if name in {"datetime", "datetime.datetime"}:
            aware = len(node.args) >= 8 or any(word.arg == "tzinfo" for word in node.keywords)
            assert aware, f"{path}:{node.lineno} makes a naive instant"
        assert name not in NAIVE, f"{path}:{node.lineno}"
        if name.endswith("fromtimestamp"):
            assert any(word.arg == "tz" for word in node.keywords), f"{path}:{node.lineno}"


def test_the_clock_is_read_in_its_own_module():
    names = {name for name, _ in calls_of(next(path for path in python_files("compliance") if str(path) == CLOCK))}
    assert "datetime.now" in names


@for_each(python_files("compliance/rules"))
def test_rules_are_told_the_moment(path):
    assert not [module for module, _ in imports_of(path) if module in {"time", "compliance.clock"}]
