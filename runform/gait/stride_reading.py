"""Values of a signal at given moments of the stride, read from the mean stride and the frames around each moment.

Between two frames at 30 frames/s a shank turns by some 10 degrees. The mean stride over all of the clip's frames is
finely sampled, so a moment's value is read from it and moved by what the frames around that moment show beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from runform.gait.mean_stride import HARMONICS, MeanStride, fit_mean_stride
from runform.gait.stride_phase import StridePhase
from runform.results import StepValue
from runform.sequences import Contact, FloatArray, KeypointSequence, Side

_NEAR = 0.035  # strides on either side of a moment whose frames tell how it differs from the mean stride
# The mean stride counts as much as this many frames, and never less than the stride's own: errors of neighbouring
# frames are alike, so that more frames a second do not make them right (hamner04 at 3 and 5 m/s).
_PRIOR_FRAMES = 2.0
_GRID = 500  # points of the mean stride that are searched for a peak


@dataclass(frozen=True)
class SideContacts:
    """One foot's contacts on the stride's phase.

    Attributes:
        side: Which foot.
        time_s: (N,) initial contacts, seconds.
        phase: (N,) the same, strides.
        stance: Median stance, strides; NaN where no toe-off was found.
    """

    side: Side
    time_s: FloatArray
    phase: FloatArray
    stance: float

    @property
    def place(self) -> float:
        """Mean place of initial contact in the stride, -0.5 to 0.5; NaN without contacts."""
        turns = np.exp(2j * np.pi * self.phase)
        return float(np.angle(turns.mean()) / (2 * np.pi)) if len(turns) else float("nan")

    def label(self, values: FloatArray) -> list[StepValue]:
        """Values (N,), one of each contact, as values of steps."""
        return [StepValue(self.side, float(at), float(value)) for at, value in zip(self.time_s, values, strict=True)]


@dataclass(frozen=True)
class Strides:
    """A clip's strides, as the metrics read them.

    Attributes:
        keypoints: Clean keypoints of a side view.
        contacts: In order of initial contact.
        phase: The stride's phase.
        direction: +1 when the runner runs to the picture's right, -1 to its left.
        frame_rate: Frames per second of real time.
    """

    keypoints: KeypointSequence
    contacts: tuple[Contact, ...]
    phase: StridePhase
    direction: int
    frame_rate: float

    def of(self, side: Side) -> SideContacts:
        """One foot's contacts on the stride's phase."""
        return place_contacts(self.contacts, self.phase, side)


def place_contacts(contacts: Sequence[Contact], phase: StridePhase, side: Side) -> SideContacts:
    """One foot's contacts on the stride's phase."""
    own = [contact for contact in contacts if contact.side == side]
    down = np.array([contact.initial_contact_s for contact in own])
    up = np.array([contact.toe_off_s for contact in own])
    at = np.interp(down, phase.time_s, phase.phase)
    # Beyond the clip's last frame the phase is not known, and a toe-off there says nothing.
    inside = up <= phase.time_s[-1]
    stance = np.interp(up[inside], phase.time_s, phase.phase) - at[inside]
    return SideContacts(side, down, at, float(np.median(stance)) if len(stance) else float("nan"))


def read_at(at: FloatArray, phase: FloatArray, signal: FloatArray, harmonics: int = HARMONICS) -> FloatArray:
    """A signal at moments of single strides.

    Args:
        at: (N,) moments, strides.
        phase: (T,) strides, as in `StridePhase.phase`.
        signal: (T,) any unit; NaN where not known.
        harmonics: Of the mean stride.

    Returns:
        (N,) in the signal's unit; NaN where no frame near by is known, or the mean stride cannot be fitted. Single
        values lie nearer to the mean stride than the truth does, the fewer frames there are the more.
    """
    curve = fit_mean_stride(phase, signal, harmonics=harmonics)
    if curve is None:
        return np.full(len(at), np.nan)
    residual = signal - curve.value(phase)
    known = np.isfinite(residual)
    trusted = known & (np.abs(residual) <= 4 * curve.noise)
    read = curve.value(at)
    for i, here in enumerate(at):
        near = np.abs(phase - here) < _NEAR
        around = residual[near & trusted]
        beyond = around.sum() / (len(around) + max(_PRIOR_FRAMES, len(around)))
        read[i] = read[i] + beyond if (near & known).any() else np.nan
    return read


def find_peak(curve: MeanStride, start: float, end: float) -> float:
    """Phase of the mean stride's highest point from `start` to `end`, strides."""
    grid = np.linspace(start, end, _GRID)
    return float(grid[int(np.argmax(curve.value(grid)))])


def read_peaks(
    signal: FloatArray,
    phase: StridePhase,
    contacts: SideContacts,
    start: float,
    end: float,
    harmonics: int = HARMONICS,
) -> list[StepValue]:
    """The highest value of a signal in a part of each stride.

    The mean stride says when it is reached and each stride how high, so that noise does not make a peak of its own.

    Args:
        signal: (T,) any unit; NaN where not known.
        phase: The stride's phase.
        contacts: Where each stride begins.
        start: Of the part, in strides from initial contact; NaN where it is not known.
        end: The same.
        harmonics: Of the mean stride.

    Returns:
        One value for each contact; empty where the mean stride cannot be fitted or the part is not known.
    """
    curve = fit_mean_stride(phase.phase, signal, harmonics=harmonics)
    if curve is None or not len(contacts.phase) or not np.isfinite(end - start):
        return []
    after = find_peak(curve, contacts.place + start, contacts.place + end) - contacts.place
    return contacts.label(read_at(contacts.phase + after, phase.phase, signal, harmonics))


def read_excursions(
    signal: FloatArray,
    phase: StridePhase,
    contacts: SideContacts,
    high: tuple[float, float] = (0.0, 1.0),
    low: tuple[float, float] = (0.0, 1.0),
    harmonics: int = HARMONICS,
) -> list[StepValue]:
    """Highest minus lowest value of a signal, each in its part of the stride, as from `read_peaks`."""
    tops = read_peaks(signal, phase, contacts, *high, harmonics)
    bottoms = read_peaks(-signal, phase, contacts, *low, harmonics)
    return [
        StepValue(top.side, top.time_s, top.value + bottom.value) for top, bottom in zip(tops, bottoms, strict=True)
    ]
