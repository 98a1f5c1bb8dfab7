"""Labelled clips: runs before virtual cameras, poorly detected, cleaned, and read as a detector of contacts does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from runform.pose.cleaning import clean_keypoints
from runform.progress import Progress
from runform.sequences import SIDES, FloatArray, Side
from runform.training.contact_learning.runs import TEMPO, is_labelled, vary_run
from runform.training.contact_learning.signals import LegSignals, compute_leg_signals
from runform.training.detector_damage import DamagePlan
from runform.training.filming import VirtualCamera, film_run
from runform.training.force_runs import ForceRun, TrueContact, extend_force_run

FRAME_RATES = (24.0, 30.0, 30.0, 60.0, 60.0, 120.0, 240.0)
CLIP_S = 6.0
MOST_YAW_DEG = 20.0
RAMP_S = 0.03
"""Within this around an event the target rises from 0 to 1: it says when within a sample the event is."""
UNSURE_S = 0.06
"""Around the events of a run without force plates nothing is taught: their labels err by tens of milliseconds."""
_START_S = 0.45  # a contact that began before the clip, and is not among its contacts, has ended by then
_END_S = 0.1


@dataclass(frozen=True)
class LabelledSignals:
    """One leg of one clip.

    Attributes:
        subject: Who runs.
        signals: (T, 25) as in `LegSignals`.
        target: (T,) 1 on the ground, 0 in the air, rising and falling evenly around the events.
        weight: (T,) 1 where the target is known, else 0.
    """

    subject: str
    signals: FloatArray
    target: FloatArray
    weight: FloatArray


def film_training_clips(
    runs: Sequence[ForceRun], count: int, seed: int, progress: Progress | None = None
) -> tuple[LabelledSignals, ...]:
    """Film each run in turn, varied, from somewhere beside it, and label both legs of every clip.

    Half of the clips are of runs with force plates, where there are others at all.

    Args:
        runs: To film.
        count: Clips.
        seed: Of everything that is drawn.
        progress: Told while filming.
    """
    plates = [run for run in runs if not is_labelled(run)]
    others = [run for run in runs if is_labelled(run)] or plates
    kept: list[LabelledSignals] = []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        of = (plates, others)[number % 2]
        kept += film_labelled(of[number // 2 % len(of)], rng)
        if progress is not None:
            progress.report((number + 1) / count)
    return tuple(kept)


def film_labelled(run: ForceRun, rng: np.random.Generator) -> tuple[LabelledSignals, ...]:
    """Both legs of one clip of a run, varied and filmed by chance; none where the legs are hardly found."""
    # Continued at its own tempo: played faster, a contact may be too short to join two strides in.
    longer = extend_force_run(run, (CLIP_S + 1.5) * TEMPO[1], rng)
    rate = float(rng.choice(FRAME_RATES))
    camera = VirtualCamera(
        frame_rate=rate,
        side=SIDES[int(rng.integers(2))],
        yaw_deg=float(rng.uniform(-MOST_YAW_DEG, MOST_YAW_DEG)),
        distance_m=float(rng.uniform(2.5, 6.0)),
        height_m=float(rng.uniform(0.5, 1.5)),
        roll_deg=float(rng.normal(0.0, 1.5)),
        shutter_s=float(rng.uniform(0.0, min(1 / rate, 0.01))),
    )
    filmed = film_run(vary_run(longer, rng), camera, rng, plan=DamagePlan(), seconds=CLIP_S)
    signals = compute_leg_signals(clean_keypoints(filmed.keypoints)[0], filmed.direction)
    if signals is None:
        return ()
    unsure_s = UNSURE_S if is_labelled(run) else 0.0
    return tuple(label_leg(signals, side, filmed.contacts, run.subject, unsure_s) for side in SIDES)


def label_leg(
    signals: LegSignals, side: Side, contacts: Iterable[TrueContact], subject: str, unsure_s: float = 0.0
) -> LabelledSignals:
    """One leg's signals with what they should be taken for.

    Args:
        signals: Of the clip.
        side: Which leg.
        contacts: Those that begin within the clip, seconds of the clip.
        subject: Who runs.
        unsure_s: Around every event, in which the target is not known.
    """
    time_s = signals.time_s
    weight = signals.known & (time_s > _START_S) & (time_s < time_s[-1] - _END_S)
    inside_s = np.full(len(time_s), -np.inf)  # from the nearest event, positive on the ground
    for contact in contacts:
        if contact.side == side:
            end = contact.toe_off_s if np.isfinite(contact.toe_off_s) else np.inf
            inside_s = np.maximum(inside_s, np.minimum(time_s - contact.initial_contact_s, end - time_s))
    weight &= np.abs(inside_s) >= unsure_s
    target = np.clip(0.5 + inside_s / RAMP_S, 0.0, 1.0)
    return LabelledSignals(subject, signals.values[side], target, weight.astype(np.float64))
