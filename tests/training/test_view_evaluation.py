"""The evaluation of the view, and the limits of gait.checks that stand on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.gait.checks import MOST_OBLIQUE_DEG, SQUARE_DEG
from runform.sequences import ANGLE_ERROR_DEG, ANKLE_AHEAD_ERROR
from runform.training.runner_motions import read_runner_motions
from runform.training.view_evaluation import evaluate_obliqueness, evaluate_view, film


@pytest.mark.parametrize(("azimuth_deg", "view"), [(90, "right"), (-60, "left"), (20, "front"), (-170, "back")])
def test_the_camera_stands_where_it_was_put(mocap_dir: Path, azimuth_deg: float, view: str) -> None:
    (motion,) = read_runner_motions(mocap_dir, ("train_running_running_1",))
    filmed = film(motion, np.random.default_rng(0), azimuth_deg=azimuth_deg, height_m=1.0, distance_m=5.0)

    assert filmed.view == view
    assert filmed.azimuth_deg == pytest.approx(azimuth_deg, abs=2)
    assert filmed.oblique_deg == pytest.approx(abs(90 - abs(azimuth_deg)), abs=2)


def test_every_clip_is_counted_once(mocap_dir: Path) -> None:
    found = evaluate_view(mocap_dir, repeats=1, names=("hamner04 run300",))

    assert sum(row["clips"] for row in found["rows"]) == 24
    assert sum(sum(count for label, count in row.items() if label != "true") for row in found["confusion"]) == 24
    assert all(row["covered"] >= 0.9 for row in found["rows"])
    assert next(row for row in found["confusion"] if row["true"] == "left")["right"] == 0


def test_the_limits_of_the_side_view_are_where_the_leg_at_contact_changes(mocap_dir: Path) -> None:
    names = ("hamner04 run400", "train_running_running_1")
    found = evaluate_obliqueness(mocap_dir, names=names, angles_deg=(SQUARE_DEG, MOST_OBLIQUE_DEG))
    rows = {row["oblique_deg"]: row for row in found["rows"]}

    assert rows[SQUARE_DEG]["ankle_ahead"] < ANKLE_AHEAD_ERROR < rows[MOST_OBLIQUE_DEG]["ankle_ahead"]
    assert rows[SQUARE_DEG]["shank_deg"] < ANGLE_ERROR_DEG
    assert 0.9 < rows[SQUARE_DEG]["ankle_ahead_ratio"] < 1.0
    assert rows[MOST_OBLIQUE_DEG]["ankle_ahead_ratio"] < 0.85
