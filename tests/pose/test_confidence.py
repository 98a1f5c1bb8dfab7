"""Confidence falls with what speaks against a keypoint, and means what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from runform.pose.cleaning import clean_keypoints
from runform.pose.confidence import COEFFICIENTS, FEATURES, WITHIN_TRUNK, calibrate_confidence, compute_features
from runform.sequences import Repair
from runform.skeletons import COCO_17
from runform.training.cleaning_evaluation import STEADY_ERRORS, make_scenes

FRAMES, COUNT = 60, len(COCO_17)
TIME_S = np.arange(FRAMES) / 30


def judge(raw: float = 0.9, departure: float = 0.01, repair: Repair = Repair.NONE) -> float:
    """Confidence of an ankle in the middle of a clip that is otherwise alike."""
    repairs = np.zeros((FRAMES, COUNT), dtype=np.uint8)
    repairs[30] = repair
    confidence = calibrate_confidence(
        np.full((FRAMES, COUNT), raw), np.full((FRAMES, COUNT), departure), repairs, TIME_S, COCO_17
    )
    return float(confidence[30, COCO_17.index["left_ankle"]])


def test_the_table_is_whole() -> None:
    assert tuple(COEFFICIENTS) == FEATURES


def test_noise_doubt_and_repairs_lower_it() -> None:
    assert judge(departure=0.002) > judge(departure=0.01) > judge(departure=0.05)
    assert judge(raw=0.95) > judge(raw=0.6) > judge(raw=0.2)
    assert judge(repair=Repair.FILLED) < judge()
    assert judge(repair=Repair.SPIKE | Repair.FILLED) < judge()
    assert 0 < judge(raw=0.0, departure=0.5) < 0.3


def test_what_was_said_of_a_wrong_place_does_not_count() -> None:
    raw = np.full((FRAMES, COUNT), 0.9)
    raw[30] = 0.1
    repairs = np.zeros((FRAMES, COUNT), dtype=np.uint8)
    repairs[30] = Repair.SPIKE | Repair.FILLED
    features = compute_features(raw, np.full((FRAMES, COUNT), 0.01), repairs, TIME_S, COCO_17)
    np.testing.assert_allclose(features[30, :, FEATURES.index("doubt")], -np.log(0.9))


def test_it_is_the_share_that_is_right(mocap_dir: Path) -> None:
    """On a motion that the table was not fitted on, over detectors from fair to poor."""
    said, right = [], []
    for number, (scene, rng) in enumerate(make_scenes(mocap_dir, ("hamner04 run300",), 3)):
        raw, _ = scene.damage(rng, STEADY_ERRORS[number % 3])
        cleaned, _ = clean_keypoints(raw)
        error = np.linalg.norm(cleaned.xy_px - scene.truth_px, axis=2) / scene.torso_px[:, None]
        known = np.isfinite(error)
        said.append(cleaned.confidence[known])
        right.append(error[known] <= WITHIN_TRUNK)
    confidence, within = np.concatenate(said), np.concatenate(right)
    assert abs(confidence.mean() - within.mean()) < 0.12
    assert within[confidence > 0.85].mean() > 0.8
    assert within[confidence < 0.5].mean() < 0.65
