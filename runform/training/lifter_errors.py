"""How far lifted joints are from the truth: the errors of the 3D pose literature, and how much a path shakes.

Every function wants finite values; its caller leaves out the frames that have none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def compute_mpjpe(predicted: FloatArray, truth: FloatArray) -> float:
    """Mean distance between joints after one scale for the whole sequence, in the truth's unit.

    A single camera cannot know how large a body is; one scale per sequence leaves every other error in.

    Args:
        predicted: (T, J, 3) root-centred, any unit.
        truth: (T, J, 3) root-centred.
    """
    return _mean_distance(compute_scale(predicted, truth) * predicted, truth)


def compute_scale(predicted: FloatArray, truth: FloatArray) -> float:
    """The one factor that brings a whole sequence nearest to the truth by least squares; arguments as `compute_mpjpe`.

    Joints of any number of dimensions will do.
    """
    return float(_best_scale(predicted, truth, axis=tuple(range(predicted.ndim))).item())


def compute_n_mpjpe(predicted: FloatArray, truth: FloatArray) -> float:
    """Mean distance between joints after one scale per frame, in the truth's unit; arguments as `compute_mpjpe`."""
    return _mean_distance(_best_scale(predicted, truth, axis=(1, 2)) * predicted, truth)


def compute_p_mpjpe(predicted: FloatArray, truth: FloatArray) -> float:
    """Mean distance between joints after each frame's best scale, turn and shift; arguments as `compute_mpjpe`.

    The best turn is Kabsch's, never a mirroring.
    """
    from_centre = predicted - predicted.mean(axis=1, keepdims=True)
    true_from_centre = truth - truth.mean(axis=1, keepdims=True)
    left, _, right = np.linalg.svd(np.swapaxes(from_centre, 1, 2) @ true_from_centre)  # (T, 3, 3) each
    left[:, :, -1] *= np.sign(np.linalg.det(left @ right))[:, None]
    turned = from_centre @ (left @ right)
    return _mean_distance(_best_scale(turned, true_from_centre, axis=(1, 2)) * turned, true_from_centre)


def compute_velocity_error(predicted: FloatArray, truth: FloatArray, time_s: FloatArray) -> float:
    """Mean size of the velocities' difference, in the truth's unit per second (MPJVE of Pavllo and others, 2019).

    Args:
        predicted: (T, J, D) in the truth's unit and scale, T of at least 2.
        truth: (T, J, D).
        time_s: (T,) increasing seconds.
    """
    return float(np.linalg.norm(_derive(predicted - truth, time_s)[0], axis=-1).mean())


def compute_acceleration_error(predicted: FloatArray, truth: FloatArray, time_s: FloatArray) -> float:
    """Mean size of the accelerations' difference, in the truth's unit per second squared.

    Arguments as `compute_velocity_error`, T of at least 3.
    """
    return float(np.linalg.norm(_derive(*_derive(predicted - truth, time_s))[0], axis=-1).mean())


def _derive(values: FloatArray, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The rate of change of (T, J, D) values between neighbours, (T - 1, J, D), and the times (T - 1,) half way."""
    return np.diff(values, axis=0) / np.diff(time_s)[:, None, None], (time_s[1:] + time_s[:-1]) / 2


def _best_scale(predicted: FloatArray, truth: FloatArray, axis: tuple[int, ...]) -> FloatArray:
    """The factor on `predicted` that brings it nearest to `truth` by least squares over `axis`, dimensions kept."""
    power = (predicted**2).sum(axis=axis, keepdims=True)
    return np.asarray((predicted * truth).sum(axis=axis, keepdims=True) / np.maximum(power, 1e-12))


def _mean_distance(predicted: FloatArray, truth: FloatArray) -> float:
    return float(np.linalg.norm(predicted - truth, axis=-1).mean())
