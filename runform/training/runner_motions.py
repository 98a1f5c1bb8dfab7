"""Runners and walkers in 3D with feet, from every motion source of ../shared/mocap, for evaluations in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from runform.errors import InputError
from runform.sequences import FloatArray, require_shape

BODY = (
    "nose", "head_top", "neck",
    *(f"{side}_{part}" for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe")
      for side in ("left", "right")),
)  # fmt: skip
"""The points of a `RunnerMotion`, in order."""
AT = {name: i for i, name in enumerate(BODY)}

# Hip joint centres from the pelvis' width between the front spines: further in, back and down by these shares of it
# (Bell, Pedersen and Brand 1990).
_HIP_IN, _HIP_BACK, _HIP_DOWN = 0.14, 0.19, 0.30
_UP = np.array([0.0, 1.0, 0.0])
_JUMP = 500.0  # m/s2; a sprinter's foot stays below 400


@dataclass(frozen=True)
class RunnerMotion:
    """One captured run or walk.

    Attributes:
        name: For tables.
        kind: "run" or "walk".
        frame_rate: Frames/s.
        points: (T, 19, 3) in the order of `BODY`, metres, y up; NaN throughout for points that were not captured.

    Raises:
        ShapeError: Points of another shape.
    """

    name: str
    kind: str
    frame_rate: float
    points: FloatArray

    def __post_init__(self) -> None:
        require_shape("points", self.points, (None, len(BODY), 3))


def read_runner_motions(mocap_dir: Path, names: tuple[str, ...]) -> tuple[RunnerMotion, ...]:
    """Read motions by name.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        names: A sequence of cmu.npz, "hamner04 run300", "sprinter run0900cms" or "rbds001".

    Returns:
        In the order of `names`; those whose files are absent are left out.

    Raises:
        InputError: None of them is there.
    """
    motions = [_read(mocap_dir, name) for name in names]
    found = tuple(motion for motion in motions if motion is not None)
    if not found:
        raise InputError(f"{mocap_dir} holds none of the motions.", "Give the folder that holds cmu.npz.")
    return found


def _read(mocap_dir: Path, name: str) -> RunnerMotion | None:
    folder, _, trial = name.partition(" ")
    if folder == "hamner04":
        file = mocap_dir / "hamner04" / "trials" / trial / "markers.trc"
        return read_hamner04_body(file, name) if file.is_file() else None
    if folder == "sprinter":
        file = mocap_dir / "sprinter" / f"{trial}.trc"
        return read_sprinter_body(file, name) if file.is_file() else None
    if folder == "rbds001":
        file = mocap_dir / "rbds001" / "RBDS001runT25markers.txt"
        return read_rbds001_legs(file, name) if file.is_file() else None
    file = mocap_dir / "cmu.npz"
    return read_cmu_body(file, name) if file.is_file() else None


def read_cmu_body(archive: Path, name: str) -> RunnerMotion | None:
    """One sequence of cmu.npz with its toes, or None where it is not there; the heel is put behind the ankle."""
    with np.load(archive) as data:
        if name not in data:
            return None
        raw = data[name].astype(np.float64)
        column = {str(joint): i for i, joint in enumerate(data["joints"])}
    points = np.full((len(raw), len(BODY), 3), np.nan)
    for side, letter in (("left", "l"), ("right", "r")):
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "toe"):
            points[:, AT[f"{side}_{part}"]] = raw[:, column[f"{letter}{part}"]]
        points[:, AT[f"{side}_heel"]] = _heel_of(points, side)
    points[:, AT["neck"]] = raw[:, column["neck"]]
    _put_head(points)
    frame_rate = 60.0 if name.startswith("iclone") else 120.0
    return RunnerMotion(name, "run" if "running" in name else "walk", frame_rate, _keep_unbroken(points, frame_rate))


def _keep_unbroken(points: FloatArray, frame_rate: float) -> FloatArray:
    """The longest stretch without jumps: most sequences start with one frame of a T-pose, some are spliced."""
    acceleration = np.linalg.norm(np.diff(points, n=2, axis=0), axis=2).max(axis=1) * frame_rate**2
    breaks = np.concatenate([[0], np.flatnonzero(acceleration > _JUMP) + 2, [len(points)]])
    longest = int(np.diff(breaks).argmax())
    return points[breaks[longest] : breaks[longest + 1] - 1]


def read_hamner04_body(file: Path, name: str) -> RunnerMotion:
    """Hamner's subject 4 on a treadmill, joints placed from skin markers, 100 Hz.

    Knees lie between the lowest thigh and the highest shank markers, for there are none at the knee: a point that moves
    as a knee does, not the joint's centre.
    """
    marker = read_trc(file, header_lines=6)
    points = np.full((len(marker["RASI"]), len(BODY), 3), np.nan)
    _put_hips(points, marker["LASI"], marker["RASI"], marker["LPSI"])
    for side, letter in (("left", "L"), ("right", "R")):
        thigh, shank, heel, toe = (marker[f"{letter}{m}"] for m in ("TH3", "TB1", "CAL", "TOE"))
        points[:, AT[f"{side}_knee"]] = 0.6 * shank + 0.4 * thigh
        points[:, AT[f"{side}_heel"]], points[:, AT[f"{side}_toe"]] = heel, toe
        points[:, AT[f"{side}_ankle"]] = 0.55 * heel + 0.2 * toe + 0.25 * marker[f"{letter}TB3"]
        points[:, AT[f"{side}_shoulder"]] = marker[f"{letter}ACR"]
        points[:, AT[f"{side}_elbow"]] = (marker[f"{letter}LEL"] + marker[f"{letter}MEL"]) / 2
        points[:, AT[f"{side}_wrist"]] = (marker[f"{letter}FAradius"] + marker[f"{letter}FAulna"]) / 2
    points[:, AT["neck"]] = (marker["C7"] + marker["CLAV"]) / 2
    _put_head(points)
    return RunnerMotion(name, "run", 100.0, points)


def read_sprinter_body(file: Path, name: str) -> RunnerMotion:
    """One sprinter who passes, joints placed from skin markers on their outer side, 250 Hz."""
    marker = read_trc(file, header_lines=5)
    points = np.full((len(marker["RASI"]), len(BODY), 3), np.nan)
    _put_hips(points, marker["LASI"], marker["RASI"], marker["SACR"])
    for side, letter in (("left", "L"), ("right", "R")):
        for part, source in (("knee", "LEPI"), ("ankle", "LMAL"), ("heel", "HEEL"), ("toe", "TOE"),
                             ("shoulder", "SH"), ("elbow", "ELB"), ("wrist", "WR")):  # fmt: skip
            points[:, AT[f"{side}_{part}"]] = marker[f"{letter}{'L' if source in ('LEPI', 'LMAL') else ''}"
                                                     f"{source.removeprefix('L')}"]  # fmt: skip
    points[:, AT["neck"]] = (marker["C7"] + marker["MAN"]) / 2
    _put_head(points)
    return RunnerMotion(name, "run", 250.0, points)


def read_rbds001_legs(file: Path, name: str) -> RunnerMotion:
    """RBDS001 at 2.5 m/s on a treadmill, 30 s at 150 Hz: legs only; the toe is put ahead of the heel."""
    table = pd.read_csv(file, sep="\t")

    def place(marker: str) -> FloatArray:
        values = table[[f"{marker}{axis}" for axis in "XYZ"]].interpolate(limit_direction="both")
        return np.asarray(values.to_numpy(dtype=np.float64) / 1000)

    points = np.full((len(table), len(BODY), 3), np.nan)
    _put_hips(points, place("L.ASIS"), place("R.ASIS"), (place("L.PSIS") + place("R.PSIS")) / 2)
    for side, letter in (("left", "L"), ("right", "R")):
        thigh = (place(f"{letter}.Thigh.Bottom.Lateral") + place(f"{letter}.Thigh.Bottom.Medial")) / 2
        shank = (place(f"{letter}.Shank.Top.Lateral") + place(f"{letter}.Shank.Top.Medial")) / 2
        low = (place(f"{letter}.Shank.Bottom.Lateral") + place(f"{letter}.Shank.Bottom.Medial")) / 2
        heel, top = place(f"{letter}.Heel.Bottom"), place(f"{letter}.Heel.Top")
        points[:, AT[f"{side}_knee"]] = (thigh + shank) / 2
        points[:, AT[f"{side}_heel"]] = heel
        points[:, AT[f"{side}_ankle"]] = (low + top) / 2
        # The foot is square to the line from the lower to the upper heel marker.
        ahead = np.cross(points[:, AT["right_hip"]] - points[:, AT["left_hip"]], top - heel)
        points[:, AT[f"{side}_toe"]] = heel - 0.21 * _unit(ahead)
    return RunnerMotion(name, "run", 150.0, points)


def read_trc(file: Path, header_lines: int) -> dict[str, FloatArray]:
    """Marker name -> (T, 3) metres of a .trc file in mm; lost moments bridged by straight lines."""
    lines = file.read_text().splitlines()
    names = [name for name in lines[3].split("\t") if name.strip()][2:]
    width = 2 + 3 * len(names)
    rows = [line.split("\t")[:width] for line in lines[header_lines:] if line.strip()]
    cells = [[float(cell) if cell.strip() else np.nan for cell in row] + [np.nan] * (width - len(row)) for row in rows]
    table = pd.DataFrame(np.array(cells)).interpolate(limit_direction="both").to_numpy() / 1000
    return {name.strip(): table[:, 2 + 3 * i : 5 + 3 * i] for i, name in enumerate(names)}


def _put_hips(points: FloatArray, left: FloatArray, right: FloatArray, sacrum: FloatArray) -> None:
    """Fill the hips from the front spines of the pelvis and the sacrum, (T, 3) each."""
    across = left - right
    width = np.linalg.norm(across, axis=1, keepdims=True)
    back = _unit(sacrum - (left + right) / 2)
    for side, spine, inward in (("left", left, -1.0), ("right", right, 1.0)):
        centre = spine + _HIP_IN * inward * across + width * (_HIP_BACK * back - _HIP_DOWN * _UP)
        points[:, AT[f"{side}_hip"]] = centre


def _put_head(points: FloatArray) -> None:
    """Fill nose and crown from neck, hips and shoulders: our estimate for an adult of 1.7 m."""
    neck = points[:, AT["neck"]]
    hips = (points[:, AT["left_hip"]] + points[:, AT["right_hip"]]) / 2
    up = _unit(neck - hips)
    ahead = _unit(np.cross(points[:, AT["left_shoulder"]] - points[:, AT["right_shoulder"]], up))
    points[:, AT["nose"]] = neck + 0.13 * up + 0.12 * ahead
    points[:, AT["head_top"]] = neck + 0.27 * up


def _heel_of(points: FloatArray, side: str) -> FloatArray:
    """(T, 3) heel behind and below the ankle, by the foot's own direction."""
    ankle, toe, knee = (points[:, AT[f"{side}_{part}"]] for part in ("ankle", "toe", "knee"))
    return np.asarray(ankle - 0.3 * (toe - ankle) + 0.05 * _unit(ankle - knee))


def _unit(vectors: FloatArray) -> FloatArray:
    """(T, 3) vectors at length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
