"""Contacts of captured runners without force plates, from how the heel moves over the ground.

Initial contact is where the heel, coming down, has reached a share of the speed at which the ground passes under the
runner; toe-off is where it last has another share of it. The two shares are calibrated on runners with force plates. On
hamner04 at 3 and 5 m/s, calibrated on the same, initial contacts then err by 0 ± 6 ms (mean and standard deviation) and
toe-offs by -3 ± 25 ms. On rbds001 those shares put initial contacts 13 ms too early: runners differ by more than one
runner's steps do. So these labels tell stance from swing, and nothing within `clips.UNSURE_S` of an event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.signal import butter, filtfilt

from runform.errors import InputError
from runform.sequences import SIDES, FloatArray, Side
from runform.training.contact_scoring import ContactErrors, pool_errors, score_contacts
from runform.training.force_runs import ForceRun, TrueContact
from runform.training.runner_motions import AT, RunnerMotion

CUTOFF_HZ = 20.0
"""Low-pass of the foot's path, without lag: about what studies of running take for markers."""
_FINE_HZ = 1000.0
_SHARES = np.arange(0.1, 0.96, 0.01)
_SHORTEST_S, _LONGEST_S = 0.06, 1.0


@dataclass(frozen=True)
class LabelRule:
    """Shares of the ground's speed from which, and down to which, the heel counts as down."""

    initial_contact: float
    toe_off: float


def label_contacts(motion: RunnerMotion, speed: float, rule: LabelRule) -> tuple[TrueContact, ...]:
    """The contacts that both heels' speeds tell of, in order; those cut by the motion's ends are left out.

    Args:
        motion: 3D, on a treadmill or over ground.
        speed: Of the ground under the runner, m/s.
        rule: Calibrated by `calibrate_rule`.
    """
    found: list[TrueContact] = []
    for side in SIDES:
        time_s, backward = _compute_heel_speed(motion, side, speed)
        for first, last in _find_sweeps(backward):
            at_s, share = time_s[first:last], backward[first:last]
            down, up = at_s[share > rule.initial_contact], at_s[share > rule.toe_off]
            if len(down) and len(up) and _SHORTEST_S < up[-1] - down[0] < _LONGEST_S:
                found.append(TrueContact(side, float(down[0]), float(up[-1])))
    return tuple(sorted(found, key=lambda contact: contact.initial_contact_s))


def calibrate_rule(runs: Sequence[ForceRun]) -> LabelRule:
    """The shares whose events have the least mean bias over the runs, each run weighing the same.

    Raises:
        InputError: No runs.
    """
    if not runs:
        raise InputError("There are no runs with force plates to calibrate on.", "Give hamner04 or rbds001.")
    shares = []
    for name in ("initial_contact_s", "toe_off_s"):
        bias = [np.mean([_compute_bias(run, name, share) for run in runs]) for share in _SHARES]
        shares.append(float(_SHARES[int(np.nanargmin(np.abs(bias)))]))
    return LabelRule(initial_contact=shares[0], toe_off=shares[1])


def measure_rule(runs: Sequence[ForceRun], rule: LabelRule) -> ContactErrors:
    """A rule's contacts against the force plates'."""
    return pool_errors(
        score_contacts(label_contacts(run.motion, run.speed, rule), run.contacts, _window(run)) for run in runs
    )


def _compute_bias(run: ForceRun, name: str, share: float) -> float:
    """Mean error of one event at one share, seconds; infinite where no contact is found."""
    errors = getattr(measure_rule([run], LabelRule(share, share)), name)
    return float(np.mean(errors)) if len(errors) else float("inf")


def _window(run: ForceRun) -> tuple[float, float]:
    return 0.0, len(run.motion.points) / run.motion.frame_rate


def _compute_heel_speed(motion: RunnerMotion, side: Side, speed: float) -> tuple[FloatArray, FloatArray]:
    """(T,) seconds at 1000 Hz and (T,) the heel's smoothed speed back under the runner over the ground's."""
    points, rate = motion.points, motion.frame_rate
    time_s = np.arange(len(points)) / rate
    fine_s = np.arange(0, time_s[-1], 1 / _FINE_HZ)
    across = (points[:, AT["left_hip"]] - points[:, AT["right_hip"]]).mean(axis=0)
    ahead = np.cross(across, np.array([0.0, 1.0, 0.0]))
    ahead = ahead / np.linalg.norm(ahead)
    hips = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) @ ahead / 2
    travel = float(np.polyfit(time_s, hips, 1)[0])
    b, a = butter(2, CUTOFF_HZ / (rate / 2))
    path = filtfilt(b, a, points[:, AT[f"{side}_heel"]] @ ahead)
    return fine_s, np.asarray((travel - CubicSpline(time_s, path)(fine_s, 1)) / speed)


def _find_sweeps(backward: FloatArray) -> list[tuple[int, int]]:
    """(first, last) samples of each stretch in which the heel moves back, those cut by the ends left out."""
    back = backward > 0
    changes = np.flatnonzero(back[1:] != back[:-1]) + 1
    starts, ends = changes[back[changes]], changes[~back[changes]]
    return [(int(start), int(min(ends[ends > start]))) for start in starts if (ends > start).any()]
