"""The test run itself: what is left out is said, and in CI it fails."""

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
    with pytest.raises(pytest.UsageError, match="cloned_database"):
        honesty.pytest_collection_modifyitems([item(**wants)])


def test_an_ordinary_database_test_is_welcome():
    honesty.pytest_collection_modifyitems([item(django_db=SimpleNamespace(args=(), kwargs={}))])

    assert not browsers.needs_browser(item())


def test_without_a_browser_ci_fails(monkeypatch):
    monkeypatch.setattr(browsers, "CHROMIUM", None)
    monkeypatch.setattr(browsers, "CI", True)
    wants = item(fixtures=("browser",))
    wants.add_marker = lambda _mark: None

    with pytest.raises(pytest.UsageError, match="apt-get install chromium"):
        browsers.pytest_collection_modifyitems(None, [wants])
