"""Who is proposed as the runner: whose legs swing at a runner's rate, who is there longest, who is largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runform.pose.people.sightings import Sighting
from runform.sequences import FloatArray

# Strides (two steps) per second: runners keep 1.2 to 1.7, sprinters up to 2.3, walkers 0.7 to 1.05.
_RUNNING_STRIDES = (1.0, 1.15, 2.2, 2.5)
_SEARCHED_STRIDES = (0.4, 3.2)
_STRIDE_STEP = 0.05
# The ankles of a runner swing apart by half a leg length and more; below a tenth it is the finder's unrest.
_LEAST_SWING, _FULL_SWING = 0.12, 0.4
# Without a pose: the box of a runner seen from the side is twice in a stride as much wider, in heights.
_LEAST_BREATH, _FULL_BREATH = 0.03, 0.08
_WINDOW_S = 3.0
_LEAST_WINDOW_S = 0.7
_LEAST_SAMPLES = 6
_GOOD_WINDOWS = 0.75
# Below this share of sightings with a pose the box is gone by instead.
_POSED_SHARE = 0.5
# What moving legs are worth beside running ones, so that slow motion that nobody stated does not hide the runner.
_LEGS_WORTH = 0.25
_PRESENCE_WORTH = 0.15


@dataclass(frozen=True)
class LegMotion:
    """How one person's legs move.

    Attributes:
        runs: How much as in running, 0 to 1; NaN where it could not be judged.
        swings: How widely, at whatever rate, 0 to 1; NaN likewise.
        strides_per_s: The rate that fits best, NaN likewise.
        fit: Share of the motion that this rate explains, 0 to 1; NaN likewise.
    """

    runs: float
    swings: float
    strides_per_s: float
    fit: float = np.nan


UNKNOWN_LEGS = LegMotion(np.nan, np.nan, np.nan)


def compute_leg_motion(sightings: Sequence[Sighting]) -> LegMotion:
    """Judge one person's legs from where they were found, in windows of three seconds.

    A sine is fitted to the swing of the left ankle against the right at each rate (least squares; Lomb, 1976), or to
    the width of the box over its height, at twice the rate, where the finder gives no pose.
    """
    times = np.array([s.time_s for s in sightings])
    legs = np.array([s.legs for s in sightings])
    posed = np.isfinite(legs).all(axis=1)
    if posed.mean() >= _POSED_SHARE:
        # Rough poses take left for right now and then. With the angle doubled both are the same, twice in a stride.
        sided = _judge_windows(times[posed], legs[posed], 1, _LEAST_SWING, _FULL_SWING)
        sideless = _judge_windows(times[posed], _double_angle(legs[posed]), 2, _LEAST_SWING, _FULL_SWING)
        judged = [max(pair, key=lambda motion: motion.fit) for pair in zip(sided, sideless, strict=True)]
    else:
        breath = np.array([[s.box[2] / s.box[3]] for s in sightings])
        judged = _judge_windows(times, breath, 2, _LEAST_BREATH, _FULL_BREATH)
    if not judged:
        return UNKNOWN_LEGS
    best = sorted(judged, key=lambda motion: motion.runs)[int(_GOOD_WINDOWS * (len(judged) - 1) + 0.5)]
    swings = float(np.median([motion.swings for motion in judged]))
    return LegMotion(best.runs, swings, best.strides_per_s, best.fit)


def order_people(legs: Sequence[LegMotion], shares: Sequence[float], heights: Sequence[float]) -> list[int]:
    """Positions of people, the one proposed as the runner first.

    Args:
        legs: Of each.
        shares: Of the clip's frames in which each is there, 0 to 1.
        heights: Median, px.
    """
    tallest = max(heights, default=1.0)

    def worth(i: int) -> float:
        runs, swings = (0.0 if np.isnan(v) else v for v in (legs[i].runs, legs[i].swings))
        presence = shares[i] * (0.5 + 0.5 * heights[i] / tallest)
        return float((runs + _LEGS_WORTH * swings + _PRESENCE_WORTH) * np.sqrt(presence))

    return sorted(range(len(legs)), key=worth, reverse=True)


def explain(number: int, legs: LegMotion, shares: Sequence[float], heights: Sequence[float], position: int) -> str:
    """One sentence on why somebody has their number.

    Args:
        number: The number given.
        legs: Theirs.
        shares: Of everyone, as for `order_people`.
        heights: Likewise.
        position: Theirs in those.
    """
    if np.isnan(legs.runs):
        moves = "It could not be told how the legs move"
    elif legs.runs >= 0.4:
        moves = f"The legs move as in running ({legs.strides_per_s:.1f} strides a second)"
    elif legs.swings >= 0.4:
        moves = f"The legs move, but not as in running ({legs.strides_per_s:.1f} strides a second)"
    else:
        moves = "The legs hardly move"
    size = "the largest" if heights[position] >= max(heights) else f"{heights[position]:.0f} px tall"
    proposed = "; proposed as the runner" if number == 0 else ""
    return f"{moves}, in {100 * shares[position]:.0f} % of the clip, {size}{proposed}."


def _judge_windows(times: FloatArray, values: FloatArray, beats: int, least: float, full: float) -> list[LegMotion]:
    """The legs' motion in each window that holds enough samples.

    Args:
        times: (N,) s.
        values: (N, D).
        beats: How often the values come back in one stride.
        least: Amplitude that is none yet.
        full: Amplitude that is all that is asked for.
    """
    if not len(times):
        return []
    judged = []
    starts = np.arange(times[0], max(times[-1] - _WINDOW_S / 2, times[0] + 1e-6), _WINDOW_S / 2)
    for start in starts:
        inside = (times >= start) & (times <= start + _WINDOW_S)
        if inside.sum() >= _LEAST_SAMPLES and np.ptp(times[inside]) >= _LEAST_WINDOW_S:
            judged.append(_judge(times[inside], values[inside], beats, least, full))
    return judged


def _judge(times: FloatArray, values: FloatArray, beats: int, least: float, full: float) -> LegMotion:
    """One window: the rate whose sine fits best, how much of the motion it explains, and how wide it is."""
    fastest = 0.5 / float(np.median(np.diff(times))) / beats  # beyond half the sampling rate nothing can be told
    rates = np.arange(_SEARCHED_STRIDES[0], min(_SEARCHED_STRIDES[1], fastest) + 1e-9, _STRIDE_STEP)
    if not len(rates):
        return LegMotion(0.0, 0.0, np.nan, 0.0)
    straight = np.stack([np.ones_like(times), times - times.mean()], axis=1)
    around = values - straight @ np.linalg.lstsq(straight, values, rcond=None)[0]
    whole = float((around**2).sum())
    explained = []
    amplitude = []
    for rate in rates:
        angle = 2 * np.pi * beats * rate * times
        sines = np.concatenate([straight, np.cos(angle)[:, None], np.sin(angle)[:, None]], axis=1)
        factors = np.linalg.lstsq(sines, values, rcond=None)[0]
        explained.append(1.0 - float(((values - sines @ factors) ** 2).sum()) / whole if whole > 0 else 0.0)
        amplitude.append(float(np.linalg.norm(factors[2:])))
    best = int(np.argmax(explained))
    wide = float(np.clip((amplitude[best] - least) / (full - least), 0.0, 1.0))
    spread = float(np.sqrt(2 * whole / len(times)))  # what the amplitude would be, were all of it one sine
    swings = float(np.clip((spread - least) / (full - least), 0.0, 1.0))
    at_runners_rate = float(np.interp(rates[best], _RUNNING_STRIDES, (0.0, 1.0, 1.0, 0.0)))
    fit = explained[best]
    return LegMotion(fit * wide * at_runners_rate, swings, float(rates[best]), fit)


def _double_angle(legs: FloatArray) -> FloatArray:
    """(N, 2) vectors of the same length at twice the angle, so that opposite ones fall together."""
    length = np.maximum(np.linalg.norm(legs, axis=1), 1e-9)
    x, y = legs.T
    return np.stack([(x**2 - y**2) / length, 2 * x * y / length], axis=1)
