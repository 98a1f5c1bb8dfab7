from __future__ import annotations

import numpy as np
import pytest

from runform.sequences import FloatArray
from runform.skeletons import HUMAN36M_FEET_21
from runform.training.body_variation import mirror_body, remove_travel, vary_body
from runform.training.cmu_motion import Motion

AT = HUMAN36M_FEET_21.index
PAIRS = [
    ("hip", "knee"),
    ("knee", "ankle"),
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("ankle", "heel"),
    ("ankle", "toe"),
]


@pytest.fixture
def joints(made_up_motions: tuple[Motion, ...]) -> FloatArray:
    return made_up_motions[0].joints


def _length(joints: FloatArray, side: str, bone: tuple[str, str]) -> FloatArray:
    ends = (joints[:, AT[f"{side}_{name}"]] for name in bone)
    return np.asarray(np.linalg.norm(np.subtract(*ends), axis=1))


@pytest.mark.parametrize("bone", PAIRS)
@pytest.mark.parametrize("seed", range(3))
def test_lengths_change_alike_on_both_sides_and_in_every_frame(
    joints: FloatArray, bone: tuple[str, str], seed: int
) -> None:
    varied = vary_body(joints, np.random.default_rng(seed))
    factors = np.concatenate([_length(varied, s, bone) / _length(joints, s, bone) for s in ("left", "right")])
    np.testing.assert_allclose(factors, factors[0], rtol=1e-9)
    assert 0.85 <= factors[0] <= 1.15
    assert factors[0] != pytest.approx(1.0, abs=1e-6)


def test_the_root_stays_and_the_centre_joints_stay_means(joints: FloatArray) -> None:
    varied = vary_body(joints, np.random.default_rng(0))
    np.testing.assert_array_equal(varied[:, 0], joints[:, 0])
    for centre, pair in (("root", "hip"), ("thorax", "shoulder")):
        middle = (varied[:, AT[f"left_{pair}"]] + varied[:, AT[f"right_{pair}"]]) / 2
        np.testing.assert_allclose(varied[:, AT[centre]], middle, atol=1e-9)
    np.testing.assert_allclose(varied[:, AT["spine"]], (varied[:, AT["root"]] + varied[:, AT["thorax"]]) / 2, atol=1e-9)


def test_a_foot_keeps_its_shape(joints: FloatArray) -> None:
    varied = vary_body(joints, np.random.default_rng(1))
    shapes = [
        _length(body, "left", ("heel", "toe")) / _length(body, "left", ("ankle", "toe")) for body in (joints, varied)
    ]
    # Heel and toe turn together but for a little unevenness.
    np.testing.assert_allclose(shapes[1], shapes[0], rtol=0.1)


def test_strength_is_the_share_of_the_change_that_is_made(joints: FloatArray) -> None:
    none, part, whole = (vary_body(joints, np.random.default_rng(2), strength) for strength in (0.0, 0.4, 1.0))
    np.testing.assert_allclose(none, joints, atol=1e-12)
    for bone in PAIRS:
        change = [_length(body, "left", bone)[0] / _length(joints, "left", bone)[0] - 1 for body in (part, whole)]
        assert change[0] == pytest.approx(0.4 * change[1], abs=1e-9)


def _knee_flexion_deg(joints: FloatArray, side: str) -> float:
    """Of one frame (21, 3) of a body that faces +z, so that left is +x; positive with the heel drawn up behind."""
    hip, knee, ankle = (joints[AT[f"{side}_{name}"]] for name in ("hip", "knee", "ankle"))
    return float(np.rad2deg(np.arctan2(np.cross(knee - hip, ankle - knee)[0], (knee - hip) @ (ankle - knee))))


@pytest.mark.parametrize("side", ["left", "right"])
def test_knees_are_bent_and_not_overstretched(joints: FloatArray, side: str) -> None:
    standing = joints[0]
    added = [
        _knee_flexion_deg(vary_body(joints[:1], np.random.default_rng(seed))[0], side)
        - _knee_flexion_deg(standing, side)
        for seed in range(30)
    ]
    # 0 to 12 degrees, and a little unevenness between the sides.
    assert -7 < min(added) < max(added) < 19
    assert np.mean(added) == pytest.approx(6, abs=2)


def test_mirroring_twice_changes_nothing(joints: FloatArray) -> None:
    mirrored = mirror_body(joints)
    np.testing.assert_array_equal(mirror_body(mirrored), joints)
    for part in ("knee", "heel", "toe"):
        np.testing.assert_array_equal(mirrored[:, AT[f"left_{part}"], 0], -joints[:, AT[f"right_{part}"], 0])


def test_a_treadmill_takes_the_travel_and_leaves_the_swing(joints: FloatArray) -> None:
    treadmill = remove_travel(joints)
    assert np.ptp(joints[:, 0, 2]) > 2.0
    assert np.ptp(treadmill[:, 0, 2]) < 1e-5
    np.testing.assert_allclose(treadmill - treadmill[:, :1], joints - joints[:, :1], atol=1e-9)
    np.testing.assert_array_equal(treadmill[..., 1], joints[..., 1])
