"""Short files, finished code, honest tests, quiet logs."""

import ast
import io
import re
import tokenize

from tests.house.source import APPS, PACKAGES, ROOT, calls_of, dotted, for_each, python_files, text_of, tree_of

MOST_LINES = 300
MOST_LINES_OF_TESTS = 500
LONGER = {
    # Tables: one row after the other, and cutting them would only hide that nothing is missing.
    "prescriptions/demo/stories.py": 480,
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplemented)\b")
SKIPS = {
    "pytest.skip",
    "pytest.xfail",
    "pytest.importorskip",
    "pytest.mark.skip",
    "pytest.mark.skipif",
    "pytest.mark.xfail",
}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGGERS = {"log", "logger", "logging"}
DECIDING = python_files(
    "compliance/rules",
    "compliance/services",
    "compliance/selectors",
    "prescriptions/services",
    "prescriptions/selectors",
)
AN_ERROR_WOULD_FAIL = {
    "test_a_broker_that_comes_back_is_rung_again",
    "test_every_model_change_has_its_migration",
}
EVERYTHING = python_files(*PACKAGES, "tests", "benchmarks")


@for_each(EVERYTHING)
def test_files_are_short(path):
    usual = MOST_LINES_OF_TESTS if path.parts[0] in {"tests", "benchmarks"} else MOST_LINES
    assert len(text_of(path).splitlines()) <= LONGER.get(str(path), usual)


def test_exceptions_are_needed():
    assert not [path for path in LONGER if len((ROOT / path).read_text().splitlines()) <= MOST_LINES]


@for_each([path for path in EVERYTHING if path.name != "test_style.py"])
def test_nothing_is_left_for_later(path):
    comments = (token for token in tokenize.generate_tokens(io.StringIO(text_of(path)).readline))
    said = [token for token in comments if token.type in {tokenize.COMMENT, tokenize.NAME}]
    assert not [f"{path}:{token.start[0]}" for token in said if UNFINISHED.search(token.string)]


@for_each(python_files("tests"))
def test_no_test_is_skipped(path):
    names = {dotted(node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
    assert not names & SKIPS


@for_each([path for path in python_files("tests") if path.name.startswith("test_")])
def test_every_test_asserts_something(path):
    """An assertion, an expected error, or a helper that asserts and whose name says so."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            assert asserts(node) or node.name in AN_ERROR_WOULD_FAIL, f"{path}:{node.lineno} asserts nothing"


def asserts(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"raises", "fail", "run", "at_most", "expect"} or re.match(r"wait_for|.*assert", name):
                return True
    return False


@for_each(python_files(*APPS))
def test_nothing_is_printed(path):
    assert not [f"{path}:{node.lineno}" for name, node in calls_of(path) if name in {"print", "pprint"}]


@for_each(python_files(*PACKAGES))
def test_logs_say_a_fixed_word_and_keys(path):
    for name, node in calls_of(path):
        logger, _, level = name.rpartition(".")
        if logger in LOGGERS and level in LEVELS:
            assert node.args, f"{path}:{node.lineno}"
            assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno} puts values into its words"
            assert "%" not in node.args[0].value, f"{path}:{node.lineno}"


@for_each([path for path in python_files(*APPS) if "views" in path.parts])
def test_views_ask_selectors_and_services(path):
    uses = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)]
    assert not [f"{path}:{node.lineno}" for node in uses if node.attr in {"objects", "_default_manager"}]


@for_each(python_files(*APPS))
def test_docstrings_open_every_module_that_says_something(path):
    if tree_of(path).body:
        assert ast.get_docstring(tree_of(path)) or path.name in {"urls.py", "apps.py"}, path


@for_each(DECIDING)
def test_functions_take_few_things_by_place(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            by_place = [given.arg for given in node.args.args if given.arg not in {"self", "cls"}]
            assert len(by_place) <= 4, f"{path}:{node.lineno} {node.name}"
