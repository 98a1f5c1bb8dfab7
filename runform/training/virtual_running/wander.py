"""What differs from stride to stride: tempo, where the feet are set down, how the body is carried."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.sequences import SIDES, FloatArray, Side
from runform.training.virtual_running.upper_cycle import CHANNELS

_WAVES = 4
_SLOWEST_HZ, _FASTEST_HZ = 0.12, 0.9
_TEMPO_FASTEST_HZ = 0.45
_TEMPO = 0.010
"""Standard deviation of the tempo, share."""
_FOOT_M = np.array([0.006, 0.005])
"""Of where a foot is set down, ahead and sideways."""
_HIPS_M = np.array([0.003, 0.001, 0.004])
_TRUNK_DEG, _ARM_DEG = 0.7, 1.6


@dataclass(frozen=True)
class Wander:
    """Slow changes as sums of sines, so that they may be read at any time.

    Attributes:
        tempo: (W, 3) frequency in Hz, amplitude as a share of the tempo, phase in rad.
        hips, carriage: (3, W, 3) and (C, W, 3) frequency, amplitude in m and degrees, phase.
        feet: Side -> (strides, 2) ahead and outward, m, of each time on the ground.
    """

    tempo: FloatArray
    hips: FloatArray
    carriage: FloatArray
    feet: dict[Side, FloatArray]

    def shift_clock(self, time_s: FloatArray) -> FloatArray:
        """(T,) s by which the stride is ahead of an even tempo."""
        hz, share, start = self.tempo.T
        turns = 2 * np.pi * hz
        return np.asarray((-share / turns * np.cos(np.multiply.outer(time_s, turns) + start)).sum(axis=-1))


def draw_wander(rng: np.random.Generator, amount: float, strides: int) -> Wander:
    """Changes of `amount` times the usual size."""
    carried = np.where(np.arange(len(CHANNELS)) < 6, _TRUNK_DEG, _ARM_DEG)
    carried[:2] = 0.0  # the pelvis's turn and list carry the legs
    return Wander(
        tempo=_draw_waves(rng, np.array([_TEMPO * amount]), _TEMPO_FASTEST_HZ)[0],
        hips=_draw_waves(rng, _HIPS_M * amount, _FASTEST_HZ),
        carriage=_draw_waves(rng, carried * amount, _FASTEST_HZ),
        feet={side: rng.normal(size=(strides, 2)).clip(-2.2, 2.2) * _FOOT_M * amount for side in SIDES},
    )


def read_waves(waves: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T, C) sums of (C, W, 3) waves at (T,) times."""
    hz, size, start = np.moveaxis(waves, -1, 0)
    return np.asarray((size * np.sin(2 * np.pi * np.multiply.outer(time_s, hz) + start)).sum(axis=-1))


def _draw_waves(rng: np.random.Generator, spread: FloatArray, fastest_hz: float) -> FloatArray:
    shape = (len(spread), _WAVES)
    hz, start = rng.uniform(_SLOWEST_HZ, fastest_hz, shape), rng.uniform(0, 2 * np.pi, shape)
    size = np.broadcast_to(spread[:, None] * np.sqrt(2 / _WAVES), shape)
    return np.stack([hz, size, start], axis=-1)
