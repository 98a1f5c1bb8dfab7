"""Finds the frames whose left and right limbs carry each other's names.

Swapping turns the sign of left minus right and leaves all else. So the question is one sign per frame, answered for the
whole clip at once (Viterbi) by three witnesses:
- velocity: the difference moves steadily from frame to frame, also while the limbs cross;
- the stride: over a stride the difference draws the same curve again and again (`stride.py`). This one counts however
  long the swap lasts, and knows what near and far limb differ in, such as their size;
- for the legs, shoulders and arms where the stride does not hold (`coupling.py`).
Thigh and shank lengths speak through all: a chain of keypoints is judged as one, so limbs are never mixed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.pose.coupling import ArmCoupling, compute_explained
from runform.pose.stride import StrideClock, count_harmonics, fit_stride, stride_design
from runform.sequences import FloatArray

Limbs = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]

# Beyond this pause the earlier motion says nothing about the later.
_REACH_S = 0.3
# Neighbouring keypoints and frames err alike, so each counts for less than a witness of its own.
_VELOCITY_SHARE, _STRIDE_SHARE, _COUPLING_SHARE = 0.5, 0.25, 0.5
# Frames that are closer than this err alike altogether: what they say counts by time.
_STRIDE_STEP_S, _COUPLING_STEP_S = 1 / 60, 1 / 30
# Costs, in nats, of a change between named rightly and swapped, and of each swapped frame: 0.4 at 30 frames/s, less
# where the frames are closer.
_CHANGE_COST = 5.0
_SWAPPED_COST_PER_S = 12.0
_LEAST_SWAPPED_COST, _MOST_SWAPPED_COST = 0.2, 0.4
_FREEDOM = 4.0  # Student's t: a few wild points must not decide
_LEAST_NOISE = 0.006  # limb lengths; below this keypoints are never known
_LEAST_COUPLING_NOISE = 0.05  # arms tell a stride from the next, not the legs' place
_ROUNDS = 3
_MAD_TO_SD = 1.4826
# Even harmonics are how near and far limb differ, and small.
_RIDGE, _EVEN_RIDGE = 1e-4, 4e-3
# Share of the difference's size that the stride's curve may leave unexplained: fully trusted, and not at all.
_GOOD_MISFIT, _MOST_MISFIT = 0.1, 0.3
_LOCAL_STRIDES = 1.0
_LEAST_STRIDES = 2.0


def find_swaps(
    xy: FloatArray,
    time_s: FloatArray,
    limbs: Limbs,
    scale_px: FloatArray,
    clock: StrideClock | None,
    guide: FloatArray | None = None,
) -> npt.NDArray[np.bool_]:
    """Frames in which two limbs are named the wrong way round, against the naming that most of the clip has.

    Args:
        xy: (T, K, 2) px; NaN where missing.
        time_s: (T,) increasing.
        limbs: Columns of the left and of the right limb, in the same order.
        scale_px: (T,) a length of the body in px.
        clock: The stride, or None where the limbs keep no rhythm; then it has no say.
        guide: (T, G) of the arms, as from `compute_arm_guide`, where the limbs are legs; None leaves it out.

    Returns:
        (T,) bool, False where a limb is missing.
    """
    apart = (xy[:, limbs[0]] - xy[:, limbs[1]]) / scale_px[:, None, None]  # (T, P, 2)
    found = np.flatnonzero(np.isfinite(apart).any(axis=(1, 2)))
    swapped = np.zeros(len(xy), dtype=np.bool_)
    if len(found) < 3:
        return swapped
    apart, times = apart[found], time_s[found]
    curve = _StrideCurve(clock, time_s, found) if clock is not None else None
    sign = np.ones(len(found))
    step_s = float(np.median(np.diff(time_s)))
    coupling = ArmCoupling(guide[found], step_s) if guide is not None else None
    swapped_cost = float(np.clip(_SWAPPED_COST_PER_S * step_s, _LEAST_SWAPPED_COST, _MOST_SWAPPED_COST))
    for _ in range(_ROUNDS):
        expected = np.zeros_like(apart) if curve is None else curve.fit(apart, sign)
        evidence = np.zeros(len(found))
        if curve is not None:
            share = _STRIDE_SHARE * min(1.0, step_s / _STRIDE_STEP_S)
            evidence += share * curve.trust * _weigh(apart, expected, sign, _LEAST_NOISE)
        if coupling is not None:
            share = _COUPLING_SHARE * min(1.0, step_s / _COUPLING_STEP_S)
            left_over = 1.0 if curve is None else 1.0 - curve.trust
            across = apart[:, :, :1]
            spoken = _weigh(across, coupling.fit(across, sign), sign, _LEAST_COUPLING_NOISE)
            evidence += share * left_over * coupling.trust * spoken
        steps = _compute_step_costs(apart, expected, sign, times)
        before, sign = sign, _decode(steps, evidence, swapped_cost)
        if np.array_equal(sign, before):
            break
    swapped[found] = sign < 0
    return swapped


class _StrideCurve:
    """What the limbs' difference is at each phase of the stride.

    Args:
        clock: The stride.
        time_s: (T,) of the clip.
        found: (F,) the frames in question.
    """

    def __init__(self, clock: StrideClock, time_s: FloatArray, found: npt.NDArray[np.intp]) -> None:
        self._phase = clock.phase[found]
        self._harmonics = count_harmonics(clock, time_s, len(found))
        order = np.arange(1, self._harmonics + 1)
        penalty = np.where(order % 2 == 0, _EVEN_RIDGE, _RIDGE * (order / 2.0) ** 2)
        self._ridge = np.concatenate([[_EVEN_RIDGE], penalty, penalty])
        strides = len(found) * float(np.median(np.diff(time_s))) * clock.frequency_hz
        # A curve drawn from two strides follows whatever they do.
        self._clock_trust = clock.trust[found] * float(np.clip((strides - _LEAST_STRIDES) / _LEAST_STRIDES, 0.0, 1.0))
        self._width = _LOCAL_STRIDES / clock.frequency_hz / float(np.median(np.diff(time_s)))  # frames
        self.trust = self._clock_trust

    def fit(self, apart: FloatArray, sign: FloatArray) -> FloatArray:
        """(F, P, 2) the curve at every frame, from differences (F, P, 2) under the present names."""
        expected = self._fit(apart, sign)
        # Someone who turns round, or whose view turns, leaves the clip's curve; there the other witnesses must decide.
        every = np.ones(len(apart), dtype=np.bool_)
        explained = compute_explained(apart, expected, every, self._width, (_GOOD_MISFIT, _MOST_MISFIT))
        self.trust = self._clock_trust * explained
        return np.asarray(expected * explained[:, None, None])

    def _fit(self, apart: FloatArray, sign: FloatArray) -> FloatArray:
        design = stride_design(self._phase, self._harmonics)
        expected = np.empty_like(apart)
        for p in range(apart.shape[1]):
            known = np.isfinite(apart[:, p]).all(axis=1)
            coefficients = fit_stride(design, sign[:, None] * apart[:, p], known * self._clock_trust, self._ridge)
            expected[:, p] = design @ coefficients
        return expected


def _weigh(apart: FloatArray, expected: FloatArray, sign: FloatArray, least_noise: float) -> FloatArray:
    """(F,) nats by which what is expected speaks for the names as they came."""
    noise = np.maximum(_noise_of(sign[:, None, None] * apart - expected), least_noise)
    return _surprise(-apart - expected, noise) - _surprise(apart - expected, noise)


def _compute_step_costs(apart: FloatArray, expected: FloatArray, sign: FloatArray, times: FloatArray) -> FloatArray:
    """(F, 2, 2, 2) cost of the signs (two frames before, one before, now), 0 for as named and 1 for swapped."""
    frames = len(times)
    cost = np.zeros((frames, 2, 2, 2))
    gap = np.diff(times)
    one = np.concatenate([[False], gap <= _REACH_S])  # the frame before is near enough
    two = one & np.concatenate([[False], one[:-1]])
    ratio = np.ones(frames)
    ratio[2:] = gap[1:] / gap[:-1]
    signs = (1.0, -1.0)
    departure = {s: s * apart - expected for s in signs}  # from the stride's curve
    noise = _noise_of(_bend(sign[:, None, None] * apart - expected, ratio)[two])
    first_noise = _noise_of(np.diff(sign[:, None, None] * apart - expected, axis=0))
    for i, before in enumerate(signs):
        for j, last in enumerate(signs):
            for k, now in enumerate(signs):
                bend = np.zeros_like(apart)
                bend[2:] = (
                    departure[now][2:]
                    - departure[last][1:-1]
                    - ratio[2:, None, None] * (departure[last][1:-1] - departure[before][:-2])
                )
                step = np.zeros_like(apart)
                step[1:] = departure[now][1:] - departure[last][:-1]
                cost[:, i, j, k] = np.where(
                    two, _surprise(bend, noise), np.where(one, 0.5 * _surprise(step, first_noise), 0.0)
                )
    return cost * _VELOCITY_SHARE


def _bend(values: FloatArray, ratio: FloatArray) -> FloatArray:
    """(F, P, 2) departure of each value from constant velocity through the two before; 0 for the first two."""
    result = np.zeros_like(values)
    result[2:] = values[2:] - values[1:-1] - ratio[2:, None, None] * (values[1:-1] - values[:-2])
    return result


def _noise_of(values: FloatArray) -> FloatArray:
    """(P,) robust standard deviation of (F, P, 2) per coordinate."""
    if len(values) == 0:
        return np.full(values.shape[1], 0.1)
    spread = np.ones(values.shape[1])
    for p in range(values.shape[1]):
        size = np.abs(values[:, p])
        size = size[np.isfinite(size)]
        spread[p] = _MAD_TO_SD * float(np.median(size)) if len(size) else 1.0
    return np.maximum(spread, _LEAST_NOISE)


def _surprise(values: FloatArray, noise: FloatArray) -> FloatArray:
    """(F,) minus the log likelihood of (F, P, 2) under Student's t with the noise (P,), summed over known points."""
    square = (values**2).sum(axis=-1) / (_FREEDOM * noise**2)
    return np.asarray(np.nansum((_FREEDOM + 2) / 2 * np.log1p(square), axis=-1))


def _decode(steps: FloatArray, evidence: FloatArray, swapped_cost: float) -> FloatArray:
    """(F,) the likeliest signs, by Viterbi over pairs of neighbouring signs."""
    frames = len(evidence)
    change = np.array([[0.0, _CHANGE_COST], [_CHANGE_COST, 0.0]])
    own = np.stack([np.zeros(frames), evidence + swapped_cost], axis=1)  # (F, 2)
    own[[0, -1], 1] += _CHANGE_COST  # beyond the clip the names are as in most of it
    costs = steps + change + own[:, None, None, :]
    total = np.tile(own[0], (2, 1))  # (before, now); nothing is before the first
    choices = np.empty((frames, 2, 2), dtype=np.intp)
    for t in range(1, frames):
        candidates = total[:, :, None] + costs[t]
        first = candidates[0] <= candidates[1]
        choices[t] = ~first
        total = np.where(first, candidates[0], candidates[1])
    before, now = np.unravel_index(int(total.argmin()), (2, 2))
    path = np.empty(frames, dtype=np.intp)
    for t in range(frames - 1, 0, -1):
        path[t] = now
        before, now = choices[t, before, now], before
    path[0] = now
    return np.where(path == 1, -1.0, 1.0)
