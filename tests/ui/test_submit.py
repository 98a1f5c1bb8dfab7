from __future__ import annotations

import pytest

from runform.results import AnalysisOptions
from runform.ui import submit
from runform.ui.submit import FormValues, make_options


def test_values_are_turned_into_the_units_of_the_analysis() -> None:
    values = FormValues("Anna", 176.0, 8.0, 18.0, "blazepose")

    options = make_options(values)

    assert options == AnalysisOptions(
        time_scale=8.0, height_cm=176.0, belt_speed=options.belt_speed, backend="blazepose"
    )
    assert options.belt_speed == pytest.approx(5.0)


def test_a_height_left_empty_is_the_known_athletes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "known_height_cm", {"Anna": 176.0, None: None}.get)

    assert make_options(FormValues("Anna", None, 1.0, None, "auto")).height_cm == 176.0
    assert make_options(FormValues(None, None, 1.0, None, "auto")).height_cm is None


@pytest.mark.parametrize("stated", [None, 1.0, 8.0])
def test_slow_motion_is_left_to_the_file_unless_stated(stated: float | None) -> None:
    assert make_options(FormValues(None, 180.0, stated, None, "auto")).time_scale == stated
