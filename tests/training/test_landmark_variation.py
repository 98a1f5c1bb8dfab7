from __future__ import annotations

import numpy as np
import pytest

from runform.sequences import SIDES, FloatArray
from runform.skeletons import HUMAN36M_FEET_21
from runform.training.cmu_motion import Motion
from runform.training.landmark_variation import REACHES, vary_landmarks
from runform.training.runner_motions import AT as BODY_AT

AT = HUMAN36M_FEET_21.index
UNEVEN_M = 0.02  # five standard deviations of what differs between the sides


@pytest.fixture
def joints(made_up_motions: tuple[Motion, ...]) -> FloatArray:
    return made_up_motions[0].joints


def _shift(before: FloatArray, after: FloatArray, name: str) -> FloatArray:
    """(T, 3) by how much a point was moved."""
    return np.asarray(after[:, AT[name]] - before[:, AT[name]])


@pytest.mark.parametrize("part", sorted(REACHES))
def test_landmarks_move_within_reach_and_alike_throughout(joints: FloatArray, part: str) -> None:
    reach = REACHES[part]
    furthest = np.hypot(np.abs(reach.ahead).max(), np.abs(reach.up).max()) + UNEVEN_M
    moved = []
    for seed in range(20):
        varied = vary_landmarks(joints, AT, np.random.default_rng(seed))
        lengths = np.concatenate([np.linalg.norm(_shift(joints, varied, f"{s}_{part}"), axis=1) for s in SIDES])
        assert lengths.max() <= furthest
        assert np.ptp(lengths[: len(joints)]) < 1e-9
        moved.append(lengths.mean())
    assert np.std(moved) > 0.003


def test_hips_go_up_and_down_along_the_trunk_and_heels_across_the_sole(joints: FloatArray) -> None:
    # The walker stands upright and walks along +z.
    ups, aheads = [], []
    for seed in range(200):
        varied = vary_landmarks(joints[:1], AT, np.random.default_rng(seed))
        ups.append(_shift(joints[:1], varied, "left_hip")[0, 1])
        aheads.append(_shift(joints[:1], varied, "left_toe")[0, 2])
    assert np.mean(ups) == pytest.approx(np.mean(REACHES["hip"].up), abs=0.005)
    assert -0.045 < min(ups) < -0.02
    assert 0.02 < max(ups) < 0.045
    # Most meanings of the toe lie behind the shoe's tip.
    assert np.mean(aheads) == pytest.approx(np.mean(REACHES["toe"].ahead), abs=0.01)


def test_what_no_meaning_is_in_doubt_of_stays(joints: FloatArray) -> None:
    varied = vary_landmarks(joints, AT, np.random.default_rng(0))
    for name in ("nose", "head", "left_knee", "right_ankle", "left_wrist"):
        np.testing.assert_array_equal(varied[:, AT[name]], joints[:, AT[name]])


def test_middles_stay_middles(joints: FloatArray) -> None:
    varied = vary_landmarks(joints, AT, np.random.default_rng(1))
    for middle, part in (("root", "hip"), ("thorax", "shoulder")):
        mean = (varied[:, AT[f"left_{part}"]] + varied[:, AT[f"right_{part}"]]) / 2
        np.testing.assert_allclose(varied[:, AT[middle]], mean, atol=1e-12)
    spine = (varied[:, AT["root"]] + varied[:, AT["thorax"]]) / 2
    np.testing.assert_allclose(varied[:, AT["spine"]], spine, atol=1e-12)


def test_a_body_without_middles_will_do(joints: FloatArray) -> None:
    names = [name for name in BODY_AT if name in AT]
    body = np.stack([joints[:, AT[name]] for name in names], axis=1)
    at = {name: number for number, name in enumerate(names)}
    varied = vary_landmarks(body, at, np.random.default_rng(2))
    expected = vary_landmarks(joints, AT, np.random.default_rng(2))
    for name, number in at.items():
        np.testing.assert_allclose(varied[:, number], expected[:, AT[name]], atol=1e-12)
