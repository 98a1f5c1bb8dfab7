"""The form by phases of the stride: the same mean as the embedding, kept apart by when in the stride it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.sequences import EMBEDDING_DIM, PHASES, Contact, FloatArray, PhaseForms, require_shape


def compute_phase(time_s: FloatArray, contacts: Sequence[Contact]) -> FloatArray:
    """The stride's phase at every frame, from the contacts of both feet.

    Args:
        time_s: (T,) increasing, seconds of real time.
        contacts: Of a clip, left and right by turns.

    Returns:
        (T,) in strides: a whole number at each initial contact of the left foot, a half between them at the right
        one's; straight between contacts, and beyond the first and last at the rate between them. All NaN for fewer than
        two contacts.
    """
    require_shape("time_s", time_s, (None,))
    if len(contacts) < 2:
        return np.full(len(time_s), np.nan)
    ordered = sorted(contacts, key=lambda contact: contact.initial_contact_s)
    at_s = np.array([contact.initial_contact_s for contact in ordered])
    half = np.array([0.0 if contact.side == "left" else 0.5 for contact in ordered])
    # Two of one foot in a row are a whole stride apart: a contact between them was not seen.
    step = np.where(np.diff(half) == 0, 1.0, 0.5)
    phase = half[0] + np.concatenate([[0.0], np.cumsum(step)])
    rate = (phase[-1] - phase[0]) / (at_s[-1] - at_s[0])
    inside = np.interp(time_s, at_s, phase)
    return np.asarray(inside + rate * (np.minimum(time_s - at_s[0], 0.0) + np.maximum(time_s - at_s[-1], 0.0)))


def compute_phase_weights(phase: FloatArray, weights: FloatArray) -> FloatArray:
    """Each frame's weight split between the two phases it lies between.

    Args:
        phase: (T,) in strides, as from `compute_phase`.
        weights: (T,) how much each frame counts.

    Returns:
        (10, T) whose sum over phases is `weights`; zeros where the phase is NaN.
    """
    require_shape("weights", weights, (len(phase),))
    known = np.isfinite(phase)
    place = np.where(known, np.mod(phase, 1.0), 0.0) * PHASES
    lower = np.floor(place).astype(np.intp) % PHASES
    above = place - np.floor(place)
    split = np.zeros((PHASES, len(phase)))
    frames = np.arange(len(phase))
    split[lower, frames] += (1 - above) * weights * known
    split[(lower + 1) % PHASES, frames] += above * weights * known
    return split


def make_phase_forms(means: npt.NDArray[Any], weights: FloatArray, *, mirrored: bool) -> PhaseForms:
    """The forms of the phases.

    Args:
        means: (10, 17, 512) the representation averaged by each row of `weights`; NaN where a row is all zero.
        weights: (10, T) as from `compute_phase_weights`.
        mirrored: See `PhaseForms`.
    """
    require_shape("means", means, (PHASES, None, None))
    total = weights.sum()
    shares = weights.sum(axis=1) / total if total > 0 else np.zeros(PHASES)
    vectors = np.nan_to_num(means.reshape(PHASES, EMBEDDING_DIM), nan=0.0).astype(np.float16)
    return PhaseForms(vectors, shares, mirrored)


def align_phases(phases: PhaseForms) -> npt.NDArray[np.float16]:
    """(10, 8704) the phases counted from the landing of the foot that the vectors call left.

    Of a runner who was mirrored that is the right one, half a stride later.
    """
    return np.roll(phases.vectors, -(PHASES // 2), axis=0) if phases.mirrored else phases.vectors


def compute_stride_duration(contacts: Sequence[Contact]) -> float:
    """Median seconds from a foot's initial contact to its next; NaN where no foot lands twice.

    Args:
        contacts: Of a clip, left and right by turns.
    """
    strides = [
        stride
        for side in ("left", "right")
        for stride in np.diff(sorted(c.initial_contact_s for c in contacts if c.side == side))
    ]
    return float(np.median(strides)) if strides else float("nan")
