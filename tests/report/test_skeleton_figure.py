from __future__ import annotations

import numpy as np
import pytest

from runform.report.colours import SIDE_COLOURS
from runform.report.skeleton_figure import MAX_FRAMES, choose_frames, skeleton_3d
from runform.sequences import Contact, JointSequence
from runform.skeletons import HUMAN36M_17
from tests.fixtures.analyses import make_analysis


def test_two_strides_are_played_in_few_frames() -> None:
    analysis = make_analysis(seconds=8)
    assert analysis.joints is not None
    figure = skeleton_3d(analysis.joints, analysis.gait.contacts)
    assert 20 <= len(figure.frames) <= MAX_FRAMES
    assert len(figure.layout.sliders[0].steps) == len(figure.frames)
    assert [frame.name for frame in figure.frames] == [step.label for step in figure.layout.sliders[0].steps]
    assert {trace.name: trace.line.color for trace in figure.data}["left"] == SIDE_COLOURS["left"]
    assert len(figure.to_json()) < 150_000


def test_up_is_up_and_depth_points_away_from_the_camera() -> None:
    xyz = np.zeros((40, 17, 3))
    xyz[:, HUMAN36M_17.index["head"]] = (0.0, -0.8, 0.0)  # y is down in the sequence
    xyz[:, HUMAN36M_17.index["left_ankle"]] = (0.1, 0.9, 0.3)
    figure = skeleton_3d(JointSequence(np.arange(40) / 30, xyz))
    traces = {trace.name: trace for trace in figure.data}
    assert max(z for z in traces["trunk"].z if z is not None) == pytest.approx(0.8)
    ankle = traces["left"].z.index(-0.9)
    assert (traces["left"].x[ankle], traces["left"].y[ankle]) == (0.1, 0.3)
    assert figure.layout.scene.camera.eye.y < 0


def test_all_axes_have_one_scale() -> None:
    analysis = make_analysis()
    assert analysis.joints is not None
    scene = skeleton_3d(analysis.joints, analysis.gait.contacts).layout.scene
    scales = [
        getattr(scene.aspectratio, axis) / float(np.ptp(getattr(scene, f"{axis}axis").range))
        for axis in ("x", "y", "z")
    ]
    assert scales == pytest.approx([scales[0]] * 3)


def test_bones_are_each_drawn_once() -> None:
    xyz = np.random.default_rng(0).normal(size=(40, 17, 3))
    figure = skeleton_3d(JointSequence(np.arange(40) / 30, xyz))
    gaps = sum(trace.x.count(None) for trace in figure.data)
    assert gaps == len(HUMAN36M_17.bones)


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


def test_joints_that_are_missing_leave_gaps() -> None:
    xyz = np.random.default_rng(0).normal(size=(30, 17, 3))
    xyz[:, 5] = np.nan
    figure = skeleton_3d(JointSequence(np.arange(30) / 30, xyz))
    assert "NaN" not in figure.to_json()
