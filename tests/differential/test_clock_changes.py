"""Windows end where they should in every zone, whatever the clocks do."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.differential import zones

SHARP = ["America/New_York", "Europe/London", "America/Havana", "Asia/Beirut", "Atlantic/Azores", "Australia/Lord_Howe"]


@pytest.mark.parametrize("name", SHARP)
def test_windows_and_lives_in_a_zone_agree(name):
    compared, tried, found = zones.run([name], 4)

    assert found == []
    assert compared > 2_000
    assert tried > 40


def test_the_plain_arithmetic_finds_the_first_instant_after_a_skipped_midnight():
    havana = ZoneInfo("America/Havana")  # clocks go from 00:00 to 01:00 on 10 March 2024

    first = zones.first_instant(date(2024, 3, 10), havana)

    assert first.astimezone(havana).isoformat() == "2024-03-10T01:00:00-04:00"


@pytest.mark.slow
def test_windows_and_lives_in_every_zone_agree():
    names = zones.zones()

    compared, _, found = zones.run(names, 5)

    assert found == []
    assert len(names) > 150
    assert compared > 500_000
