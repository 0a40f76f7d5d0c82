"""The test run itself: what is left out is said, and in CI it fails."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.fixtures import browsers, honesty


def skipped_report():
    return SimpleNamespace(skipped=True, outcome="skipped", longrepr=("file.py", 3, "Skipped: no server"))


def item(**known):
    return SimpleNamespace(nodeid="a test", fixturenames=known.get("fixtures", ()), get_closest_marker=known.get)


def test_a_skipped_test_fails_in_ci_and_says_why(monkeypatch):
    monkeypatch.setattr(honesty, "CI", True)

    report = honesty.refused(skipped_report())

    assert report.outcome == "failed"
    assert "no server" in report.longrepr


def test_elsewhere_a_skipped_test_is_only_skipped(monkeypatch):
    monkeypatch.setattr(honesty, "CI", False)

    assert honesty.refused(skipped_report()).outcome == "skipped"


@pytest.mark.parametrize(
    "wants",
    [
        {"fixtures": ("transactional_db",)},
        {"fixtures": ("live_server",)},
        {"django_db": SimpleNamespace(args=(), kwargs={"transaction": True})},
    ],
    ids=["transactional_db", "live_server", "transaction=True"],
)
def test_a_test_that_would_flush_is_refused(wants):
    with pytest.raises(pytest.fail.Exception, match="cloned_database"):
        honesty.pytest_runtest_setup(item(**wants))


def test_an_ordinary_database_test_is_welcome():
    welcome = item(django_db=SimpleNamespace(args=(), kwargs={}))

    assert honesty.pytest_runtest_setup(welcome) is None


@pytest.mark.parametrize(("ci", "left"), [(True, 2), (False, 1)])
def test_without_a_browser_its_tests_are_left_out_but_not_in_ci(monkeypatch, ci, left):
    monkeypatch.setattr(browsers, "CHROMIUM", None)
    monkeypatch.setattr(browsers, "CI", ci)
    items = [item(fixtures=("browser",)), item()]
    for one in items:
        one.add_marker = lambda _mark: None
    config = SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda **_items: None))

    browsers.pytest_collection_modifyitems(config, items)

    assert len(items) == left


def test_parameters_are_the_same_in_every_process():
    calls = ("uuid4()", "now()", "random()", "today()")
    tests = Path(__file__).resolve().parents[1].rglob("test_*.py")
    lines = [line for path in tests for line in path.read_text().splitlines() if "mark.parametrize(" in line]

    assert lines
    assert [line for line in lines if any(call in line for call in calls)] == []
