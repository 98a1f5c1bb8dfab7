from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from runform.report.colours import SIDE_COLOURS
from runform.report.skeleton_figure import GRID, MAX_FRAMES, choose_frames, skeleton_3d
from runform.sequences import Contact
from runform.standing import stand_runner
from tests.fixtures.analyses import make_analysis
from tests.fixtures.standing import PLACES, make_runner

TIMES = np.arange(40) / 30


def draw_analysis(seconds: float = 4.0) -> go.Figure:
    analysis = make_analysis(seconds=seconds)
    runner = stand_runner(analysis)
    assert runner is not None
    return skeleton_3d(runner, analysis.gait.contacts)


def test_two_strides_are_played_in_few_frames() -> None:
    figure = draw_analysis(seconds=8)
    assert 20 <= len(figure.frames) <= MAX_FRAMES
    assert len(figure.layout.sliders[0].steps) == len(figure.frames)
    assert [frame.name for frame in figure.frames] == [step.label for step in figure.layout.sliders[0].steps]
    assert {trace.name: trace.line.color for trace in figure.data}["left"] == SIDE_COLOURS["left"]
    assert len(figure.to_json()) < 150_000


def test_up_is_up_depth_points_away_and_the_feet_are_there() -> None:
    figure = skeleton_3d(make_runner(TIMES))
    traces = {trace.name: trace for trace in figure.data}
    assert max(z for z in traces["trunk"].z if z is not None) == PLACES["head"][1]
    left = list(zip(traces["left"].x, traces["left"].y, traces["left"].z, strict=True))
    for part in ("knee", "heel", "toe"):
        x, up, near = PLACES[f"left_{part}"]
        assert (x, -near, up) in left
    assert figure.layout.scene.camera.eye.y < 0


def test_the_ground_is_a_level_grid_that_stays_while_the_runner_moves() -> None:
    figure = skeleton_3d(make_runner(TIMES))
    ground = figure.data[-1]
    assert ground.name == "ground"
    assert {z for z in ground.z if z is not None} == {0.0}
    across = sorted({x for x in ground.x if x is not None})
    assert np.diff(across) == pytest.approx(GRID)
    assert all(tuple(frame.traces) == (0, 1, 2) for frame in figure.frames)
    for name, axis in (("x", figure.layout.scene.xaxis), ("y", figure.layout.scene.yaxis)):
        values = [value for value in getattr(ground, name) if value is not None]
        assert axis.range[0] < min(values)
        assert axis.range[1] > max(values)
        assert np.ptp(axis.range) < np.ptp(values) + GRID / 4


def test_the_height_s_axis_names_its_unit() -> None:
    assert skeleton_3d(make_runner(TIMES)).layout.scene.zaxis.title.text == "height (m)"
    assert skeleton_3d(make_runner(TIMES, unit="leg lengths")).layout.scene.zaxis.title.text == "height (leg lengths)"


def test_all_axes_have_one_scale() -> None:
    scene = draw_analysis().layout.scene
    scales = [
        getattr(scene.aspectratio, axis) / float(np.ptp(getattr(scene, f"{axis}axis").range))
        for axis in ("x", "y", "z")
    ]
    assert scales == pytest.approx([scales[0]] * 3)


def test_the_camera_stands_on_the_clip_s_side_towards_the_runner_s_front() -> None:
    runner = make_runner(TIMES)
    left = skeleton_3d(runner, view="left").layout.scene.camera.eye
    right = skeleton_3d(runner, view="right").layout.scene.camera.eye
    assert left.x < 0 < right.x
    assert left.y == right.y < 0


@pytest.mark.parametrize("feet", [True, False])
def test_bones_are_each_drawn_once(feet: bool) -> None:
    runner = make_runner(TIMES, feet=feet)
    figure = skeleton_3d(runner)
    gaps = sum(trace.x.count(None) for trace in figure.data if trace.name != "ground")
    assert gaps == len(runner.skeleton.bones)


def test_words_on_the_buttons_are_legible_on_both_themes_and_when_pointed_at() -> None:
    menu = skeleton_3d(make_runner(TIMES)).layout.updatemenus[0]
    for ground in (menu.bgcolor, "#f4faff"):  # what plotly paints under the pointer
        assert compute_contrast(menu.font.color, ground) > 7


def compute_contrast(first: str, second: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    lights = []
    for colour in (first, second):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_the_window_is_two_strides_of_one_foot_in_the_middle() -> None:
    time_s = np.arange(300) / 30
    contacts = [Contact("left", 0.1 + 0.7 * i, 0.35 + 0.7 * i, 0.01) for i in range(13)]
    frames = choose_frames(time_s, contacts)
    assert time_s[frames[-1]] - time_s[frames[0]] == pytest.approx(1.4, abs=0.05)
    assert (time_s[frames[-1]] + time_s[frames[0]]) / 2 == pytest.approx(time_s.mean(), abs=0.4)
    assert np.all(np.diff(frames) > 0)


@pytest.mark.parametrize(("frames", "rate"), [(1, 30.0), (10, 30.0), (300, 30.0), (2000, 240.0), (3, 0.2)])
def test_any_clip_without_contacts_shows_its_middle(frames: int, rate: float) -> None:
    chosen = choose_frames(np.arange(frames) / rate, [])
    assert 1 <= len(chosen) <= MAX_FRAMES
    assert chosen.max() < frames


@pytest.mark.parametrize("missing", [[5], list(range(21))])
def test_joints_that_are_missing_leave_gaps(missing: list[int]) -> None:
    runner = make_runner(TIMES)
    runner.xyz[:, missing] = math.nan
    figure = skeleton_3d(runner)
    assert "NaN" not in figure.to_json()
