"""Runs whose contacts a force plate saw, as whole motions with the contacts on the motion's own clock.

A run goes toward +x on a treadmill, y up: a foot on the belt moves toward -x at the run's speed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from runform.errors import InputError, ShapeError
from runform.sequences import SIDES, FloatArray, Side
from runform.training.force_plates import ForcePlateRun, read_hamner04_trial, read_rbds001
from runform.training.runner_motions import AT, BODY, RunnerMotion, read_hamner04_body, read_rbds001_legs

_BLEND_S = 0.08
_SEAM_MARGIN_S = 0.04  # from a cross-fade to the nearest event
# From stride to stride a runner's joints vary by about this much, in metres, and the tempo by this share, each over
# this long: our choice, as in cleaning_scenes. The feet vary along the ground alone, each as one piece.
_VARIATION_M, _VARIATION_S = 0.006, 0.25
_TEMPO_VARIATION, _TEMPO_HZ = 0.01, 0.3


@dataclass(frozen=True)
class TrueContact:
    """One foot's time on the ground as the force plate saw it.

    Attributes:
        side: The runner's side.
        initial_contact_s: Seconds.
        toe_off_s: Seconds; NaN where the motion ends first.

    Raises:
        ShapeError: A toe-off that does not follow its initial contact.
    """

    side: Side
    initial_contact_s: float
    toe_off_s: float

    def __post_init__(self) -> None:
        if self.toe_off_s <= self.initial_contact_s:
            raise ShapeError(f"toe_off_s ({self.toe_off_s:.3f}) must follow {self.initial_contact_s:.3f} s.")


@dataclass(frozen=True)
class ForceRun:
    """One treadmill run, its motion and its true contacts.

    Attributes:
        name: For instance "hamner04 3 m/s".
        subject: Who runs; subjects are never shared between what is tuned and what is judged.
        speed: Of the belt, m/s.
        motion: Toward +x in place, y up.
        contacts: In order of initial contact, seconds from the motion's first frame; only those that begin within the
            motion, toe-off NaN where it lies beyond.
    """

    name: str
    subject: str
    speed: float
    motion: RunnerMotion
    contacts: tuple[TrueContact, ...]

    @property
    def duration_s(self) -> float:
        """From the motion's first frame to its last."""
        return (len(self.motion.points) - 1) / self.motion.frame_rate


def read_force_runs(mocap_dir: Path) -> tuple[ForceRun, ...]:
    """Every run with force plates below a copy of ../shared/mocap: rbds001 and hamner04 by speed.

    Raises:
        InputError: The folder holds none of them.
    """
    runs = []
    if (mocap_dir / "rbds001").is_dir():
        plates = read_rbds001(mocap_dir / "rbds001")
        motion = read_rbds001_legs(mocap_dir / "rbds001" / "RBDS001runT25markers.txt", plates.name)
        runs.append(_join("rbds001", 2.5, motion, plates))
    for trial in sorted((mocap_dir / "hamner04" / "trials").glob("run*")):
        plates = read_hamner04_trial(trial)
        motion = read_hamner04_body(trial / "markers.trc", plates.name)
        runs.append(_join("hamner04", int(trial.name.removeprefix("run")) / 100, motion, plates))
    if not runs:
        raise InputError(f"{mocap_dir} holds no runs with force plates.", "Give the folder that holds rbds001/.")
    return tuple(runs)


def _join(subject: str, speed: float, motion: RunnerMotion, plates: ForcePlateRun) -> ForceRun:
    """Markers and force share one clock; the contacts are moved to start at the first marker frame."""
    first = float(plates.time_s[0])
    contacts = (TrueContact(side, start - first, end - first) for side, start, end in plates.contacts)
    duration = (len(motion.points) - 1) / motion.frame_rate
    return ForceRun(plates.name, subject, speed, motion, keep_contacts(contacts, 0.0, duration))


def keep_contacts(contacts: Iterable[TrueContact], start_s: float, end_s: float) -> tuple[TrueContact, ...]:
    """The contacts that begin from `start_s` to `end_s`, in order, toe-off NaN where it lies beyond `end_s`."""
    inside = [contact for contact in contacts if start_s <= contact.initial_contact_s <= end_s]
    cut = [replace(c, toe_off_s=c.toe_off_s if c.toe_off_s <= end_s else float("nan")) for c in inside]
    return tuple(sorted(cut, key=lambda contact: contact.initial_contact_s))


def extend_force_run(run: ForceRun, seconds: float, rng: np.random.Generator) -> ForceRun:
    """A run of at least `seconds` in place, by repeating strides of a shorter one together with their contacts.

    The motion is cut in mid-stance of one foot and joined to mid-stance of the same foot some strides later (motion
    graphs, Kovar and others 2002); no initial contact or toe-off lies near the joint. What the joint's two ends differ
    by is spread over the whole cycle, so that the standing foot does not slip there, and a short cross-fade smooths the
    rest. The joints then vary slowly, and so does the tempo; the contacts follow the tempo exactly. A run that is long
    enough is returned as it is.

    Args:
        run: At least one whole stride, from one mid-stance to the next of that foot.
        seconds: Wanted length.
        rng: Source of chance: the variation.

    Raises:
        InputError: The run holds no whole stride.
    """
    if run.duration_s >= seconds:
        return run
    rate = run.motion.frame_rate
    first, period = _choose_cycle(run)
    cycle = _close_cycle(run.motion.points, first, period, round(_BLEND_S * rate))
    wanted = int(seconds * (1 + _TEMPO_VARIATION) * rate) + 2
    repeats = wanted // period + 2
    points = np.tile(cycle, (repeats, 1, 1))
    points += _draw_variation(len(points), rate, rng)
    contacts = _repeat_contacts(run.contacts, first / rate, period / rate, repeats)
    return _vary_tempo(replace(run, motion=replace(run.motion, points=points), contacts=contacts), seconds, rng)


def _choose_cycle(run: ForceRun) -> tuple[int, int]:
    """(first frame, period) in frames: from mid-stance to a later mid-stance of that foot where the pose is most alike.

    Raises:
        InputError: No foot is seen in two whole mid-stances.
    """
    rate, blend = run.motion.frame_rate, round(_BLEND_S * run.motion.frame_rate)
    pose = run.motion.points[:, [AT[f"{s}_{p}"] for s in SIDES for p in ("hip", "knee", "ankle")]]
    pose = (pose - (pose[:, :1] + pose[:, 3:4]) / 2).reshape(len(pose), -1)  # from mid-hips
    seams = [(c.side, _find_seams(c, rate, blend, len(pose))) for c in run.contacts]
    best = (np.inf, 0, 0)
    for i, (side, starts) in enumerate(seams):
        for a in starts:
            for b in (b for other, ends in seams[i + 1 :] if other == side for b in ends):
                misfit = np.linalg.norm(pose[a : a + blend] - pose[b : b + blend], axis=1).mean()
                # Longer cycles hold more true strides and are preferred.
                score = float(misfit) * (1 - 0.3 * (b - a) / len(pose))
                best = min(best, (score, a, b - a))
    if not best[2]:
        raise InputError(
            f"{run.name} holds no whole stride between two contacts of one foot.", "Give a run of two strides or more."
        )
    return best[1], best[2]


def _find_seams(contact: TrueContact, rate: float, blend: int, frames: int) -> range:
    """Frames at which a cross-fade may begin so that it ends well within the contact."""
    if not np.isfinite(contact.toe_off_s):
        return range(0)
    first = int(np.ceil((contact.initial_contact_s + _SEAM_MARGIN_S) * rate))
    last = int((contact.toe_off_s - _SEAM_MARGIN_S) * rate) - blend
    return range(first, min(last, frames - blend) + 1)


def _close_cycle(points: FloatArray, first: int, period: int, blend: int) -> FloatArray:
    """(period, 19, 3) frames that repeat without a jump."""
    apart = points[first : first + blend] - points[first + period : first + period + blend]
    ramp = np.arange(period + blend) / period - 0.5
    closed = points[first : first + period + blend] + apart.mean(axis=0) * ramp[:, None, None]
    cycle = closed[:period].copy()
    rise = np.linspace(0, 1, blend + 2)[1:-1, None, None]
    cycle[:blend] = (1 - rise) * closed[period:] + rise * cycle[:blend]
    return np.asarray(cycle)


def _draw_variation(frames: int, rate: float, rng: np.random.Generator) -> FloatArray:
    """(T, 19, 3) metres of slow variation."""
    slow = gaussian_filter1d(rng.standard_normal((frames, len(BODY), 3)), _VARIATION_S * rate, axis=0)
    slow *= _VARIATION_M / slow.std()
    for side in SIDES:
        foot = [AT[f"{side}_{part}"] for part in ("ankle", "heel", "toe")]
        slow[:, foot] = slow[:, foot[:1]] * np.array([1.0, 0.0, 1.0])
    return np.asarray(slow)


def _repeat_contacts(
    contacts: tuple[TrueContact, ...], first_s: float, period_s: float, repeats: int
) -> tuple[TrueContact, ...]:
    """The contacts of a cycle through all its repeats, seconds from the cycle's first frame.

    The contact that the joint lies in begins at the end of one repeat and ends at the start of the next, so beginnings
    and ends are repeated on their own and paired afterwards.
    """
    found = []
    for side in SIDES:
        own = [c for c in contacts if c.side == side]
        starts, ends = (
            np.array([t - first_s for t in times if first_s <= t < first_s + period_s])
            for times in ([c.initial_contact_s for c in own], [c.toe_off_s for c in own])
        )
        starts, ends = (np.sort((events[:, None] + np.arange(repeats) * period_s).ravel()) for events in (starts, ends))
        found += [TrueContact(side, float(s), float(min(ends[ends > s], default=np.nan))) for s in starts]
    return tuple(sorted(found, key=lambda contact: contact.initial_contact_s))


def _vary_tempo(run: ForceRun, seconds: float, rng: np.random.Generator) -> ForceRun:
    """The run played a little faster and slower by turns, cut to `seconds`."""
    rate = run.motion.frame_rate
    turn = 2 * np.pi * _TEMPO_HZ
    start = rng.uniform(0, 2 * np.pi)
    time_s = np.arange(int(np.ceil(seconds * rate)) + 1) / rate
    played = time_s + _TEMPO_VARIATION / turn * (np.sin(turn * time_s + start) - np.sin(start))
    known = ~np.isnan(run.motion.points).any(axis=(0, 2))
    points = np.full((len(time_s), len(BODY), 3), np.nan)
    source_s = np.arange(len(run.motion.points)) / rate
    points[:, known] = CubicSpline(source_s, run.motion.points[:, known])(played)
    contacts = [
        TrueContact(
            c.side,
            float(np.interp(c.initial_contact_s, played, time_s, right=np.inf)),
            float(np.interp(c.toe_off_s, played, time_s, right=np.inf)),
        )
        for c in run.contacts
        if c.initial_contact_s <= played[-1]
    ]
    return replace(
        run,
        motion=replace(run.motion, points=points),
        contacts=keep_contacts(contacts, 0.0, float(time_s[-1])),
    )
