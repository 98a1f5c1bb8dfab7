from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from runform.lifting.anchoring import anchor_to_picture
from runform.lifting.body import BodyLifter, open_body_lifter
from runform.lifting.checkpoints import LoadedModel, save_safetensors
from runform.lifting.feet import FOOT_LIFTER, FOOT_LIFTER_FILE, FootLifter, put_on_feet
from runform.lifting.lifter import SHIPPED_LIFTER, Lifter
from runform.lifting.tcn import TCNConfig, TemporalLifter
from runform.sequences import JointSequence, KeypointSequence
from runform.settings import Settings
from runform.skeletons import BLAZEPOSE_33, COCO_17, to_human36m, to_human36m_feet
from tests.fixtures.analyses import make_keypoints

SMALL = TCNConfig(channels=16, max_frames=40)


@pytest.fixture
def foot_lifter() -> FootLifter:
    torch.manual_seed(0)
    return FootLifter(LoadedModel(TemporalLifter(SMALL).eval(), "small feet", "1" * 64, 20, {}))


@pytest.fixture
def keypoints() -> KeypointSequence:
    """BlazePose-33 keypoints of a stick figure, with heels and toes."""
    return make_keypoints(np.arange(45) / 30, 170.0, np.random.default_rng(0))[1]


def _as_coco(keypoints: KeypointSequence) -> KeypointSequence:
    columns = [BLAZEPOSE_33.index[name] for name in COCO_17.keypoints]
    return replace(
        keypoints, xy_px=keypoints.xy_px[:, columns], confidence=keypoints.confidence[:, columns], skeleton=COCO_17.name
    )


def _lift(body: BodyLifter, keypoints: KeypointSequence) -> JointSequence:
    lifted = body.lift(keypoints)
    assert lifted is not None
    return body.complete(keypoints, lifted.joints)


def test_by_default_feet_are_put_on_the_other_lifters_ankles(
    small_lifter: Lifter, foot_lifter: FootLifter, keypoints: KeypointSequence
) -> None:
    body = BodyLifter(small_lifter, foot_lifter)
    joints = _lift(body, keypoints)
    alone = small_lifter.lift(
        *to_human36m(keypoints.xy_px, keypoints.confidence, keypoints.layout), keypoints.time_s
    ).joints
    with_feet = foot_lifter.lift(
        *to_human36m_feet(keypoints.xy_px, keypoints.confidence, keypoints.layout), keypoints.time_s
    )
    seen = to_human36m_feet(keypoints.xy_px, keypoints.confidence, keypoints.layout)
    wanted = anchor_to_picture(put_on_feet(alone, with_feet), *seen, (keypoints.width, keypoints.height))
    np.testing.assert_array_equal(joints.xyz, wanted.xyz)
    assert joints.feet is not None
    assert wanted.feet is not None
    np.testing.assert_array_equal(joints.feet, wanted.feet)
    assert body.name_makers(joints) == {"joints_3d": f"small {'0' * 12}", "feet_3d": f"small feet {'1' * 12}"}


def test_the_lifter_of_the_feet_makes_every_joint_where_it_is_chosen(
    small_lifter: Lifter, foot_lifter: FootLifter, keypoints: KeypointSequence
) -> None:
    body = BodyLifter(small_lifter, foot_lifter, joints_by_feet=True)
    joints = _lift(body, keypoints)
    seen = to_human36m_feet(keypoints.xy_px, keypoints.confidence, keypoints.layout)
    wanted = anchor_to_picture(foot_lifter.lift(*seen, keypoints.time_s), *seen, (keypoints.width, keypoints.height))
    np.testing.assert_array_equal(joints.xyz, wanted.xyz)
    assert joints.feet is not None
    assert wanted.feet is not None
    np.testing.assert_array_equal(joints.feet, wanted.feet)
    assert body.name_makers(joints) == {"joints_3d": f"small feet {'1' * 12}", "feet_3d": f"small feet {'1' * 12}"}


def test_the_representation_is_the_other_lifters_either_way(
    small_lifter: Lifter, foot_lifter: FootLifter, keypoints: KeypointSequence
) -> None:
    weights = np.arange(45) < 20
    chosen = BodyLifter(small_lifter, foot_lifter, joints_by_feet=True).lift(keypoints, frame_weights=weights)
    plain = BodyLifter(small_lifter, None).lift(keypoints, frame_weights=weights)
    assert chosen is not None
    assert plain is not None
    np.testing.assert_array_equal(chosen.mean_representation, plain.mean_representation)


def test_a_skeleton_without_feet_gives_joints_without_feet(
    small_lifter: Lifter, foot_lifter: FootLifter, keypoints: KeypointSequence
) -> None:
    for chosen in (False, True):
        body = BodyLifter(small_lifter, foot_lifter, joints_by_feet=chosen)
        joints = _lift(body, _as_coco(keypoints))
        assert joints.feet is None
        assert np.isfinite(joints.xyz).all()
        assert body.name_makers(joints).keys() == {"joints_3d"}


def test_without_a_lifter_for_them_there_are_no_feet(small_lifter: Lifter, keypoints: KeypointSequence) -> None:
    body = BodyLifter(small_lifter, None)
    joints = _lift(body, keypoints)
    assert joints.feet is None
    assert body.name_makers(joints) == {"joints_3d": f"small {'0' * 12}"}
    assert body.name_makers(None) == {}


def test_where_nobody_is_seen_there_is_nothing_to_lift(
    small_lifter: Lifter, foot_lifter: FootLifter, keypoints: KeypointSequence
) -> None:
    nobody = replace(
        keypoints,
        xy_px=np.full_like(keypoints.xy_px, np.nan),
        confidence=np.zeros_like(keypoints.confidence),
    )
    assert BodyLifter(small_lifter, foot_lifter).lift(nobody) is None


@pytest.mark.parametrize("choice", [SHIPPED_LIFTER, FOOT_LIFTER])
def test_the_settings_say_who_makes_the_joints(tmp_path: Path, keypoints: KeypointSequence, choice: str) -> None:
    save_safetensors(TemporalLifter(SMALL), tmp_path / FOOT_LIFTER_FILE, name=FOOT_LIFTER, window=30)
    settings = Settings(models_dir=tmp_path, device="cpu").model_copy(update={"lifter": choice})
    body = open_body_lifter(settings)
    makers = body.name_makers(_lift(body, keypoints))
    assert body.lifter.name == SHIPPED_LIFTER
    assert {part: maker.split()[0] for part, maker in makers.items()} == {"joints_3d": choice, "feet_3d": FOOT_LIFTER}
