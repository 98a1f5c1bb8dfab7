import numpy as np
import pytest

from runform.demo.body import BodyPose, BodySize, pose_body
from runform.demo.gait import make_gait
from runform.demo.leg import LegSize
from runform.demo.leg_cycle import LegCycle
from runform.sequences import SIDES

LEG, BODY = LegSize(), BodySize()
PHASE = np.linspace(0, 2, 241)


@pytest.fixture(scope="module", params=[0.0, 1.0])
def body(request: pytest.FixtureRequest) -> BodyPose:
    cycle = LegCycle.solve(make_gait(overstride=request.param), LEG, BODY.hip_half_width)
    return pose_body(cycle, BODY, PHASE)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("upper", "lower", "length"),
    [
        ("hip", "knee", LEG.thigh),
        ("knee", "ankle", LEG.shank),
        ("shoulder", "elbow", BODY.upper_arm),
        ("elbow", "wrist", BODY.forearm),
    ],
)
def test_bones_keep_their_length(body: BodyPose, side: str, upper: str, lower: str, length: float) -> None:
    bone = body.joint(f"{side}_{upper}") - body.joint(f"{side}_{lower}")
    np.testing.assert_allclose(np.linalg.norm(bone, axis=1), length, atol=1e-9)


def test_the_trunk_and_the_hips_keep_their_size(body: BodyPose) -> None:
    hips = body.joint("left_hip") - body.joint("right_hip")
    np.testing.assert_allclose(np.linalg.norm(hips, axis=1), 2 * BODY.hip_half_width, atol=1e-9)
    trunk = body.joint("neck") - body.joint("pelvis")
    np.testing.assert_allclose(np.linalg.norm(trunk, axis=1), BODY.trunk, atol=1e-9)


def test_left_is_left_of_right(body: BodyPose) -> None:
    for joint in ("shoulder", "hip", "knee", "ankle", "toe", "eye", "ear"):
        assert np.all(body.joint(f"left_{joint}")[:, 1] > body.joint(f"right_{joint}")[:, 1]), joint


def test_the_legs_are_half_a_stride_apart(body: BodyPose) -> None:
    half = 60  # samples per half stride
    left, right = body.joint("left_ankle")[:-half], body.joint("right_ankle")[half:]
    np.testing.assert_allclose(left * np.array([1, -1, 1]), right, atol=1e-9)


def test_arms_swing_against_the_legs(body: BodyPose) -> None:
    arm = body.joint("left_wrist")[:, 0] - body.joint("right_wrist")[:, 0]
    leg = body.joint("left_ankle")[:, 0] - body.joint("right_ankle")[:, 0]
    assert np.corrcoef(arm, leg)[0, 1] < -0.7


def test_the_trunk_leans_forward_a_little(body: BodyPose) -> None:
    trunk = body.joint("neck") - body.joint("pelvis")
    lean = np.degrees(np.arctan2(trunk[:, 0], trunk[:, 2]))
    assert 4 < lean.min() < lean.max() < 12


def test_the_runner_has_a_grown_ups_height(body: BodyPose) -> None:
    height = body.joint("head_top")[:, 2].max() - min(body.joint(f"{side}_heel")[:, 2].min() for side in SIDES)
    assert 1.6 < height < 1.9


def test_feet_stay_on_their_tracks(body: BodyPose) -> None:
    for side, y in (("left", LEG.track), ("right", -LEG.track)):
        for joint in ("ankle", "heel", "toe"):
            np.testing.assert_allclose(body.joint(f"{side}_{joint}")[:, 1], y, atol=1e-9)
