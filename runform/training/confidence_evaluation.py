"""Whether a keypoint's confidence tells how likely it is right."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from runform.sequences import FloatArray

BINS = 5


def compute_calibration_error(confidence: FloatArray, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error (Naeini and others, 2015) over ten even bins; NaN without keypoints.

    Args:
        confidence: (N,) in [0, 1].
        right: (N,) whether each keypoint is right.

    Returns:
        Mean gap between confidence and share right, 0 to 1.
    """
    if len(confidence) == 0:
        return float("nan")
    at = _find_bins(confidence, 10)
    return float(sum(abs(np.sum(confidence[at == b] - right[at == b])) for b in range(10)) / len(confidence))


def compute_auc(confidence: FloatArray, right: npt.NDArray[np.bool_]) -> float:
    """The chance that a right keypoint has more confidence than a wrong one; NaN where all are right or all wrong."""
    if right.all() or not right.any():
        return float("nan")
    return float(roc_auc_score(right, confidence))


def describe_reliability(confidence: FloatArray, right: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Calibration error, AUC, and for five even bins of confidence how many keypoints there are and how many right.

    Args:
        confidence: (N,) in [0, 1].
        right: (N,).

    Returns:
        n, mean_confidence, share_right, calibration_error, auc, and a text for each bin such as "12/20"; None for what
        cannot be told.
    """
    at = _find_bins(confidence, BINS)
    bins = {
        f"{b / BINS:.1f}-{(b + 1) / BINS:.1f}": f"{int(right[at == b].sum())}/{int((at == b).sum())}"
        for b in range(BINS)
    }
    mean, share = (float(v.mean()) if len(v) else None for v in (confidence, right))
    return {
        "n": len(confidence),
        "mean_confidence": mean,
        "share_right": share,
        "calibration_error": none_if_unknown(compute_calibration_error(confidence, right)),
        "auc": none_if_unknown(compute_auc(confidence, right)),
        **bins,
    }


def none_if_unknown(value: float) -> float | None:
    """The value, None where it is NaN or infinite: JSON has neither."""
    return value if np.isfinite(value) else None


def _find_bins(confidence: FloatArray, count: int) -> npt.NDArray[np.intp]:
    """(N,) which of so many even bins each confidence falls in."""
    return np.minimum((confidence * count).astype(np.intp), count - 1)
