from __future__ import annotations

import numpy as np
import pytest

from runform.report.colours import SIDE_COLOURS, to_rgb
from runform.report.drawing import RgbImage
from runform.report.scene import ELEVATION_DEG, TURN_DEG, RunnerScene
from runform.report.scene_camera import aim_camera
from runform.sequences import SIDES, Side, View
from runform.skeletons import HUMAN36M_FEET_21
from tests.fixtures.standing import make_runner

TIMES = np.arange(5) / 30
WIDTH, HEIGHT = 384, 480
IN_FLIGHT: dict[Side, bool] = {"left": False, "right": False}
INDEX = HUMAN36M_FEET_21.index


def count_colour(rgb: RgbImage, side: Side) -> int:
    """Px in exactly a side's colour."""
    return int((rgb == to_rgb(SIDE_COLOURS[side])).all(axis=2).sum())


@pytest.mark.parametrize("feet", [True, False])
def test_both_sides_are_drawn_in_their_colours(feet: bool) -> None:
    scene = RunnerScene(make_runner(TIMES, feet=feet), WIDTH, HEIGHT, view="right")
    rgb = scene.draw(0, IN_FLIGHT)
    assert rgb.shape == (HEIGHT, WIDTH, 3)
    assert all(count_colour(rgb, side) > 500 for side in SIDES)


def test_the_picture_of_no_frame_is_the_ground_alone_and_stays_clean() -> None:
    scene = RunnerScene(make_runner(TIMES), WIDTH, HEIGHT, view="right")
    before = scene.draw(None, IN_FLIGHT)
    scene.draw(0, IN_FLIGHT)
    assert np.array_equal(scene.draw(None, IN_FLIGHT), before)
    assert all(count_colour(before, side) == 0 for side in SIDES)


@pytest.mark.parametrize("side", SIDES)
def test_a_foot_on_the_ground_is_marked_beneath(side: Side) -> None:
    runner = make_runner(TIMES)
    runner.xyz[:, [INDEX[f"{side}_{part}"] for part in ("heel", "toe", "ankle")], 1] += 0.3
    scene = RunnerScene(runner, WIDTH, HEIGHT, view="right")
    changed = (scene.draw(0, IN_FLIGHT | {side: True}) != scene.draw(0, IN_FLIGHT)).any(axis=2)
    camera = aim_camera(runner, WIDTH, HEIGHT, turn_deg=TURN_DEG, elevation_deg=ELEVATION_DEG)
    beneath = runner.xyz[0, [INDEX[f"{side}_heel"], INDEX[f"{side}_toe"]]].mean(axis=0) * np.array([1.0, 0.0, 1.0])
    column, row = camera.project(beneath)[0].round().astype(int)
    assert changed[row, column]
    rows, columns = np.nonzero(changed)
    assert rows.mean() == pytest.approx(row, abs=6)
    assert columns.mean() == pytest.approx(column, abs=6)
    assert changed.sum() < 0.03 * changed.size


@pytest.mark.parametrize("front", SIDES)
def test_the_near_leg_hides_the_far_one(front: Side) -> None:
    runner = make_runner(TIMES)
    camera = aim_camera(runner, WIDTH, HEIGHT, turn_deg=TURN_DEG, elevation_deg=ELEVATION_DEG)
    other: Side = "right" if front == "left" else "left"
    for part in ("hip", "knee", "ankle", "heel", "toe"):
        near = runner.xyz[:, INDEX[f"left_{part}"]].copy()
        runner.xyz[:, INDEX[f"{front}_{part}"]] = near
        runner.xyz[:, INDEX[f"{other}_{part}"]] = near + 0.2 * camera.axes[2]
    rgb = RunnerScene(runner, WIDTH, HEIGHT, view="right").draw(0, IN_FLIGHT)
    again = aim_camera(runner, WIDTH, HEIGHT, turn_deg=TURN_DEG, elevation_deg=ELEVATION_DEG)
    column, row = again.project(runner.xyz[0, [INDEX[f"{front}_knee"], INDEX[f"{front}_ankle"]]].mean(axis=0))[0]
    assert tuple(rgb[round(row), round(column)]) == to_rgb(SIDE_COLOURS[front])


@pytest.mark.parametrize(("view", "ahead"), [("right", 1.0), ("left", -1.0)])
def test_the_camera_goes_round_to_the_runner_s_front(view: View, ahead: float) -> None:
    """Who is filmed from the left faces left; a wrist stretched forward comes nearer, so it is drawn larger."""
    runner = make_runner(TIMES)
    runner.xyz[..., 0] *= ahead
    mirrored = make_runner(TIMES)
    pictures = [
        RunnerScene(runner, WIDTH, HEIGHT, view=view).draw(0, IN_FLIGHT),
        RunnerScene(mirrored, WIDTH, HEIGHT, view="right").draw(0, IN_FLIGHT),
    ]
    # Mirrored, both are the same picture but for the words, so both see the front.
    below_words = slice(HEIGHT // 8, HEIGHT * 7 // 8)
    first = pictures[0][below_words] if ahead > 0 else pictures[0][below_words, ::-1]
    different = np.abs(first.astype(int) - pictures[1][below_words]).max(axis=2) > 60
    assert different.mean() < 0.02


def test_joints_that_are_not_known_are_left_out() -> None:
    runner = make_runner(TIMES)
    runner.xyz[1] = np.nan
    runner.xyz[2, [INDEX["left_knee"], INDEX["nose"], INDEX["left_heel"]]] = np.nan
    scene = RunnerScene(runner, WIDTH, HEIGHT, view="right")
    both: dict[Side, bool] = {"left": True, "right": True}
    assert np.array_equal(scene.draw(1, both), scene.draw(None, both))
    whole, part = count_colour(scene.draw(0, IN_FLIGHT), "left"), count_colour(scene.draw(2, IN_FLIGHT), "left")
    assert 0 < part < whole
