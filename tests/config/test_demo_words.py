"""What the demo says about itself."""

import json
import time

import pytest

from config.supervisor import __main__ as supervisor


@pytest.mark.parametrize(
    ("seconds", "words"), [(90, "2 minutes"), (3 * 3600, "3 hours"), (47 * 3600, "47 hours"), (4 * 86400, "4 days")]
)
def test_an_age_is_said_in_the_unit_a_person_would_use(seconds, words):
    assert supervisor.in_words(seconds) == words


def test_kept_data_says_its_age_and_how_to_be_rid_of_it(tmp_path, capsys):
    (tmp_path / "made.json").write_text(json.dumps({"made_at": time.time() - 4 * 86400}))

    supervisor.say_age(tmp_path)

    said = capsys.readouterr().out
    assert "made 4 days ago" in said
    assert "make demo-reset" in said


def test_a_first_start_says_nothing_about_age(tmp_path, capsys):
    supervisor.say_age(tmp_path)

    assert capsys.readouterr().out == ""


def test_a_reset_leaves_an_empty_folder(tmp_path, capsys):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "made.json").write_text("{}")

    code = supervisor.reset(tmp_path)

    assert code == 0
    assert list(tmp_path.iterdir()) == []
    assert "make demo" in capsys.readouterr().out
