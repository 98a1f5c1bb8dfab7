"""Contacts that force plates saw, beside the markers' clock, from ../shared/mocap's rbds001 and hamner04."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import butter, filtfilt

from runform.sequences import SIDES, FloatArray, Side
from runform.training.motion_files.mot import read_mot
from runform.training.motion_files.text_table import read_channel_table, read_marker_table
from runform.training.motion_files.trc import read_trc

FORCE_CUTOFF_HZ = 50.0
FORCE_THRESHOLD_N = 50.0
_SIDE_LETTER: dict[Side, str] = {"left": "L", "right": "R"}
_RBDS001_MARKER_RATE, _RBDS001_FORCE_RATE = 150.0, 300.0


@dataclass(frozen=True)
class ForcePlateRun:
    """The contacts of one treadmill run that the force plate saw.

    Attributes:
        name: For instance "hamner04 3 m/s".
        time_s: (T,) seconds of the markers.
        contacts: (side, initial contact s, toe-off s) that begin within the markers' time; toe-off NaN where not seen.
    """

    name: str
    time_s: FloatArray
    contacts: tuple[tuple[Side, float, float], ...]


def read_rbds001(folder: Path) -> ForcePlateRun:
    """RBDS001 at 2.5 m/s: markers at 150 Hz, one force plate at 300 Hz for both feet."""
    markers = read_marker_table(folder / "RBDS001runT25markers.txt", _RBDS001_MARKER_RATE)
    forces = read_channel_table(folder / "RBDS001runT25forces.txt", _RBDS001_FORCE_RATE)
    heel = {side: markers.points[f"{_SIDE_LETTER[side]}.Heel.Bottom"] for side in SIDES}
    contacts: list[tuple[Side, float, float]] = []
    for start, end in find_force_contacts(forces.time_s, forces.columns["Fy"]):
        middle = int(np.argmin(np.abs(markers.time_s - np.nanmean([start, end]))))
        side: Side = min(SIDES, key=lambda s: heel[s][middle, 1])  # the standing foot is the lower one
        contacts.append((side, start, end))
    return ForcePlateRun("rbds001 2.5 m/s", markers.time_s, tuple(contacts))


def read_hamner04_trial(trial: Path) -> ForcePlateRun:
    """One speed of Hamner's subject 4: markers at 100 Hz, a force plate per foot at 2000 Hz."""
    time_s = read_trc(trial / "markers.trc").time_s
    forces = read_mot(trial / "grf.mot")
    contacts = [
        (side, start, end)
        for side in SIDES
        for start, end in find_force_contacts(forces.time_s, forces.columns[f"{_SIDE_LETTER[side]}_ground_force_vy"])
        if time_s[0] <= start <= time_s[-1]
    ]
    return ForcePlateRun(
        name=f"hamner04 {int(trial.name.removeprefix('run')) // 100} m/s",
        time_s=time_s,
        contacts=tuple(sorted(contacts, key=lambda contact: contact[1])),
    )


def find_force_contacts(time_s: FloatArray, vertical_n: FloatArray) -> list[tuple[float, float]]:
    """Contacts in a vertical ground reaction force, low-passed without lag and cut at 50 N.

    Args:
        time_s: (T,) seconds, evenly spaced.
        vertical_n: (T,) newtons, positive up.

    Returns:
        (initial contact s, toe-off s) of each contact, interpolated between samples; toe-off NaN at the end.
    """
    rate = 1 / float(np.median(np.diff(time_s)))
    b, a = butter(2, FORCE_CUTOFF_HZ / (rate / 2))
    force = filtfilt(b, a, vertical_n)
    down = force > FORCE_THRESHOLD_N
    changes = np.flatnonzero(np.diff(down.astype(int)))
    share = (FORCE_THRESHOLD_N - force[changes]) / (force[changes + 1] - force[changes])
    at = time_s[changes] + share * (time_s[changes + 1] - time_s[changes])
    starts, ends = at[~down[changes]], at[down[changes]]
    return [(float(start), float(min(ends[ends > start], default=np.nan))) for start in starts]
