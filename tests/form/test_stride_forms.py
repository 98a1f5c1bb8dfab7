from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.errors import InputError
from runform.form.likeness_model import compute_distance
from runform.form.stride_forms import POINTS, align_to_swing, cut_strides, join_strides
from runform.results import Analysis
from runform.sequences import KeypointSequence
from runform.skeletons import BLAZEPOSE_33
from tests.fixtures.analyses import make_analysis


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return make_analysis(seconds=6.0)


def mirror(keypoints: KeypointSequence) -> KeypointSequence:
    """The picture mirrored: the same runner, facing its left."""
    xy = keypoints.xy_px.copy()
    xy[..., 0] = keypoints.width - xy[..., 0]
    return replace(keypoints, xy_px=xy)


def test_strides_of_both_feet_are_cut_contact_to_contact(analysis: Analysis) -> None:
    contacts = analysis.gait.contacts
    strides = cut_strides(analysis.keypoints, contacts, "right")

    assert len(strides) + sum(strides.dropped.values()) == len(contacts) - 2
    assert set(strides.sides) == {"left", "right"}
    np.testing.assert_allclose(strides.duration_s, 120 / 170, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(strides.directions, axis=-1), 1.0, atol=1e-9)


def test_a_mirrored_picture_of_one_motion_gives_the_same_strides(analysis: Analysis) -> None:
    right = cut_strides(analysis.keypoints, analysis.gait.contacts, "right")
    left = cut_strides(mirror(analysis.keypoints), analysis.gait.contacts, "left")

    np.testing.assert_allclose(left.directions, right.directions, atol=1e-9)


def test_bone_lengths_do_not_count_and_a_tilt_does(analysis: Analysis) -> None:
    keypoints, contacts = analysis.keypoints, analysis.gait.contacts
    plain = cut_strides(keypoints, contacts, "right").directions
    larger = cut_strides(replace(keypoints, xy_px=keypoints.xy_px * 1.7), contacts, "right").directions
    turn = np.radians(10.0)
    tilt = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    tilted = cut_strides(replace(keypoints, xy_px=keypoints.xy_px @ tilt.T), contacts, "right").directions

    np.testing.assert_allclose(larger, plain, atol=1e-9)
    expected = np.degrees(2 * np.sin(turn / 2))  # the chord of 10 degrees
    np.testing.assert_allclose([compute_distance(t[None], p) for t, p in zip(tilted, plain, strict=True)], expected)


def test_a_stride_with_a_gap_is_left_out_and_counted(analysis: Analysis) -> None:
    xy = analysis.keypoints.xy_px.copy()
    xy[60:66, BLAZEPOSE_33.index["left_knee"]] = np.nan
    whole = cut_strides(analysis.keypoints, analysis.gait.contacts, "right")
    strides = cut_strides(replace(analysis.keypoints, xy_px=xy), analysis.gait.contacts, "right")

    assert strides.dropped["gap"] > whole.dropped.get("gap", 0)
    assert len(strides) + sum(strides.dropped.values()) == len(whole) + sum(whole.dropped.values())
    assert np.isfinite(strides.directions).all()


def test_a_stride_with_an_inferred_contact_is_left_out(analysis: Analysis) -> None:
    contacts = list(analysis.gait.contacts)
    contacts[4] = replace(contacts[4], origin="inferred")

    assert cut_strides(analysis.keypoints, contacts, "right").dropped["contact inferred"] == 2


def test_other_views_and_clips_without_a_stride_are_refused(analysis: Analysis) -> None:
    with pytest.raises(InputError, match="side views"):
        cut_strides(analysis.keypoints, analysis.gait.contacts, "front")
    with pytest.raises(InputError, match="no foot landing twice"):
        cut_strides(analysis.keypoints, analysis.gait.contacts[:2], "right")


def test_strides_cut_late_are_aligned_with_those_cut_on_time(analysis: Analysis) -> None:
    """What a camera's error of the contacts does is undone."""
    on_time = cut_strides(analysis.keypoints, analysis.gait.contacts, "right").directions
    late = [
        replace(c, initial_contact_s=c.initial_contact_s + 0.02, toe_off_s=np.nan) for c in analysis.gait.contacts[:-1]
    ]
    moved = cut_strides(analysis.keypoints, late, "right").directions[: len(on_time)]

    before = compute_distance(moved[:1], on_time[0])[0]
    after = compute_distance(align_to_swing(moved[:1]), align_to_swing(on_time[:1])[0])[0]
    assert before > 5
    assert after < 0.2 * before


def test_joining_tells_the_clips_apart(analysis: Analysis) -> None:
    strides = cut_strides(analysis.keypoints, analysis.gait.contacts, "right")

    joined, clips = join_strides([strides, strides.take([0])])

    assert joined.directions.shape[:2] == (len(strides) + 1, POINTS)
    assert clips.tolist() == [0] * len(strides) + [1]
