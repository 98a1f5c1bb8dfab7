"""The smoothest way through a clip when each frame offers several answers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray

# Beyond this pause the earlier motion says nothing about the later.
_REACH_S = 0.3
# A point that departs by more, in scale units, is simply wrong and costs no more: one wild point must not decide.
_CAP = 0.5
# Distance alone, where no velocity is known yet, is weaker evidence than departure from constant velocity.
_FIRST_STEP_WEIGHT = 0.5


def find_smoothest_path(
    candidates: FloatArray, own_cost: FloatArray, time_s: FloatArray, scale: float
) -> npt.NDArray[np.intp]:
    """Choose one candidate for each frame so that the points move as steadily as possible (second-order Viterbi).

    The cost of three frames in a row is each point's departure from constant velocity, over the true times, in units of
    `scale`. Constant velocity rather than constant position: two legs that pass each other keep their own direction.

    Args:
        candidates: (T, N, P, 2) positions; NaN where a point or a whole candidate is missing.
        own_cost: (T, N) cost of the candidate by itself; infinity where there is none. Each frame has at least one, and
            few of them keep the clip's length out of the way: a frame costs the product of three frames' counts.
        time_s: (T,) increasing.
        scale: A length of the body in the candidates' unit, > 0.

    Returns:
        (T,) the chosen candidate of each frame.
    """
    frames = len(own_cost)
    if frames == 0:
        return np.zeros(0, dtype=np.intp)
    # Most frames have a single answer; only those that are there are compared.
    present = [np.flatnonzero(np.isfinite(own_cost[t])) for t in range(frames)]
    answers = [np.ascontiguousarray(candidates[t][present[t]]) / scale for t in range(frames)]
    total = own_cost[0][present[0]][None, :]  # (before, now): nothing is before the first
    choices: list[npt.NDArray[np.intp]] = []
    moving = False
    for t in range(1, frames):
        step_s = time_s[t] - time_s[t - 1]
        if step_s > _REACH_S:
            step = np.zeros((1, len(present[t - 1]), len(present[t])))
            moving = False
        elif not moving:
            step = _FIRST_STEP_WEIGHT * _departure(answers[t][None, :] - answers[t - 1][:, None])[None]
            moving = True
        else:
            ratio = step_s / (time_s[t - 1] - time_s[t - 2])
            expected = (1 + ratio) * answers[t - 1][None, :] - ratio * answers[t - 2][:, None]
            step = _departure(answers[t][None, None] - expected[:, :, None])  # (before, now, next)
        costs = total[:, :, None] + step
        best = costs.argmin(axis=0)  # (now, next): which candidate before
        choices.append(best)
        total = np.take_along_axis(costs, best[None], axis=0)[0] + own_cost[t][present[t]]
    before, now = np.unravel_index(int(total.argmin()), total.shape)
    path = [int(now), int(before)]
    for best in reversed(choices):
        path.append(int(best[path[-1], path[-2]]))
    # The walk back ends one frame before the first, which is not there.
    return np.array([present[t][n] for t, n in enumerate(path[:frames][::-1])], dtype=np.intp)


def _departure(difference: FloatArray) -> FloatArray:
    """Sum over points of the capped length of (..., P, 2) differences; a missing point costs half the cap."""
    square = difference[..., 0] ** 2 + difference[..., 1] ** 2
    capped = np.minimum(np.sqrt(square), _CAP)  # NaN stays
    return np.asarray(np.where(np.isnan(square), _CAP / 2, capped).sum(axis=-1))
