"""Fits the table of `runform.pose.confidence`: `python -m runform.training.confidence_fit ../shared/mocap`.

It is fitted on the motions that `evaluate cleaning` does not report on. The scenes' detectors also have steady errors,
which no cleaning can see: BlazePose lay 0 to 0.1 trunk lengths off the hand labels of three clips, joint by joint.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from runform.console import print_lines
from runform.errors import InputError
from runform.pose.cleaning import repair_keypoints
from runform.pose.confidence import FEATURES, WITHIN_TRUNK, compute_features
from runform.sequences import FloatArray
from runform.training.cleaning_evaluation import STEADY_ERRORS, TUNING_MOTIONS, make_scenes

_SEED = 11
_KEEP = 0.2  # of the keypoints: neighbours in time say the same


def fit_table(mocap_dir: Path) -> dict[str, float]:
    """Feature -> coefficient of the logit that a keypoint lies within a tenth of the trunk of the truth.

    Args:
        mocap_dir: A copy of ../shared/mocap.

    Raises:
        InputError: None of the motions is there.
    """
    features: list[FloatArray] = []
    right: list[FloatArray] = []
    for number, (scene, rng) in enumerate(make_scenes(mocap_dir, TUNING_MOTIONS, _SEED)):
        raw, _ = scene.damage(rng, STEADY_ERRORS[number % len(STEADY_ERRORS)])
        repaired = repair_keypoints(raw)
        if repaired is None:
            continue
        table = compute_features(repaired.raw_confidence, repaired.departure, repaired.repairs, raw.time_s, raw.layout)
        error = np.linalg.norm(repaired.xy_px - scene.truth_px, axis=2) / scene.torso_px[:, None]
        kept = np.isfinite(error) & (rng.random(error.shape) < _KEEP)
        features.append(table[kept])
        right.append((error[kept] <= WITHIN_TRUNK).astype(np.float64))
    model = LogisticRegression(C=1e3, fit_intercept=False, max_iter=1000)
    model.fit(np.concatenate(features), np.concatenate(right))
    return {name: float(value) for name, value in zip(FEATURES, model.coef_[0], strict=True)}


def main(arguments: list[str]) -> None:
    """Fit the table on the folder of motion data named first and print it."""
    if len(arguments) != 1:
        raise InputError("One folder of motion data is needed.", "For example ../shared/mocap.")
    print_lines([f'    "{name}": {value:.3f},' for name, value in fit_table(Path(arguments[0])).items()])


if __name__ == "__main__":
    main(sys.argv[1:])
