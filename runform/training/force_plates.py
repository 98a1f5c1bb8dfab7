"""Motion with force plates: markers with the true contacts beside them, from ../shared/mocap's rbds001 and hamner04."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.signal import butter, filtfilt

from runform.errors import InputError
from runform.sequences import SIDES, FloatArray, Side

FORCE_CUTOFF_HZ = 50.0
FORCE_THRESHOLD_N = 50.0
_SIDE_LETTER: dict[Side, str] = {"left": "L", "right": "R"}


@dataclass(frozen=True)
class ForcePlateRun:
    """One treadmill run with markers and the contacts that the force plate saw.

    Attributes:
        name: For instance "hamner04 3 m/s".
        time_s: (T,) seconds of the markers.
        hip: (T, 3) middle of the pelvis markers, metres; x along the belt, y up. NaN where a marker was lost.
        heel: side -> (T, 3) heel marker, metres.
        contacts: (side, initial contact s, toe-off s) within the markers' time; toe-off NaN where not seen.
    """

    name: str
    time_s: FloatArray
    hip: FloatArray
    heel: dict[Side, FloatArray]
    contacts: tuple[tuple[Side, float, float], ...]


def read_force_plate_runs(mocap_dir: Path) -> list[ForcePlateRun]:
    """Every run with force plates below a copy of ../shared/mocap.

    Raises:
        InputError: The folder holds none of them.
    """
    runs = []
    if (mocap_dir / "rbds001").is_dir():
        runs.append(read_rbds001(mocap_dir / "rbds001"))
    runs += [read_hamner04_trial(trial) for trial in sorted((mocap_dir / "hamner04" / "trials").glob("run*"))]
    if not runs:
        raise InputError(f"{mocap_dir} holds no runs with force plates.", "Give the folder that holds rbds001/.")
    return runs


def read_rbds001(folder: Path) -> ForcePlateRun:
    """RBDS001 at 2.5 m/s: markers at 150 Hz, one force plate at 300 Hz for both feet."""
    markers = pd.read_csv(folder / "RBDS001runT25markers.txt", sep="\t")
    forces = pd.read_csv(folder / "RBDS001runT25forces.txt", sep="\t")
    time_s = np.arange(len(markers)) / 150.0

    def place(name: str) -> FloatArray:
        return np.asarray(markers[[f"{name}{axis}" for axis in "XYZ"]].to_numpy(dtype=np.float64) / 1000)

    pelvis = [place(name) for name in ("R.ASIS", "L.ASIS", "R.PSIS", "L.PSIS")]
    heel = {side: place(f"{_SIDE_LETTER[side]}.Heel.Bottom") for side in SIDES}
    force_time = np.arange(len(forces)) / 300.0
    contacts: list[tuple[Side, float, float]] = []
    for start, end in find_force_contacts(force_time, forces["Fy"].to_numpy(dtype=np.float64)):
        middle = int(np.argmin(np.abs(time_s - np.nanmean([start, end]))))
        side: Side = min(SIDES, key=lambda s: heel[s][middle, 1])  # the standing foot is the lower one
        contacts.append((side, start, end))
    return ForcePlateRun("rbds001 2.5 m/s", time_s, np.mean(pelvis, axis=0), heel, tuple(contacts))


def read_hamner04_trial(trial: Path) -> ForcePlateRun:
    """One speed of Hamner's subject 4: markers at 100 Hz, a force plate per foot at 2000 Hz."""
    lines = (trial / "markers.trc").read_text().splitlines()
    names = [name for name in lines[3].split("\t") if name][2:]
    columns = 2 + 3 * len(names)
    rows = [line.split("\t")[:columns] for line in lines[6:] if line.strip()]
    table = np.array([[float(cell) if cell.strip() else np.nan for cell in row] for row in rows])
    time_s = table[:, 1]
    marker = {name: table[:, 2 + 3 * i : 5 + 3 * i] / 1000 for i, name in enumerate(names)}
    text = (trial / "grf.mot").read_text()
    forces = pd.read_csv(io.StringIO(text.split("endheader\n", 1)[1]), sep=r"\s+")
    contacts = [
        (side, start, end)
        for side in SIDES
        for start, end in find_force_contacts(
            forces["time"].to_numpy(), forces[f"{_SIDE_LETTER[side]}_ground_force_vy"].to_numpy(dtype=np.float64)
        )
        if time_s[0] <= start <= time_s[-1]
    ]
    return ForcePlateRun(
        name=f"hamner04 {int(trial.name.removeprefix('run')) // 100} m/s",
        time_s=time_s,
        hip=np.mean([marker[name] for name in ("LASI", "RASI", "LPSI")], axis=0),
        heel={side: marker[f"{_SIDE_LETTER[side]}CAL"] for side in SIDES},
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
