"""Runners and walkers in 3D with feet, from every motion source of ../shared/mocap, for evaluations in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from runform.errors import InputError
from runform.sequences import FloatArray, require_shape
from runform.training import hamner04, rbds001
from runform.training.motion_files.joint_centres import compute_hip_centres
from runform.training.motion_files.trc import read_trc

BODY = (
    "nose", "head_top", "neck",
    *(f"{side}_{part}" for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe")
      for side in ("left", "right")),
)  # fmt: skip
"""The points of a `RunnerMotion`, in order."""
AT = {name: i for i, name in enumerate(BODY)}

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
    put_head(points)
    frame_rate = 60.0 if name.startswith("iclone") else 120.0
    return RunnerMotion(name, "run" if "running" in name else "walk", frame_rate, _keep_unbroken(points, frame_rate))


def _keep_unbroken(points: FloatArray, frame_rate: float) -> FloatArray:
    """The longest stretch without jumps: most sequences start with one frame of a T-pose, some are spliced."""
    acceleration = np.linalg.norm(np.diff(points, n=2, axis=0), axis=2).max(axis=1) * frame_rate**2
    breaks = np.concatenate([[0], np.flatnonzero(acceleration > _JUMP) + 2, [len(points)]])
    longest = int(np.diff(breaks).argmax())
    return points[breaks[longest] : breaks[longest + 1] - 1]


def read_hamner04_body(file: Path, name: str) -> RunnerMotion:
    """Hamner's subject 4 on a treadmill, 100 Hz; the trial that shows the joints lies beside this one."""
    reference = file.parent.parent / hamner04.REFERENCE_TRIAL / file.name
    points = _gather(hamner04.place_body(*(read_trc(trial).bridge_gaps().points for trial in (file, reference))))
    put_head(points)
    return RunnerMotion(name, "run", hamner04.FRAME_RATE, points)


def read_sprinter_body(file: Path, name: str) -> RunnerMotion:
    """One sprinter who passes, joints placed from skin markers on their outer side, 250 Hz."""
    marker = read_trc(file).bridge_gaps().points
    points = np.full((len(marker["RASI"]), len(BODY), 3), np.nan)
    _put_hips(points, marker["LASI"], marker["RASI"], marker["SACR"])
    for side, letter in (("left", "L"), ("right", "R")):
        for part, source in (("knee", "LEPI"), ("ankle", "LMAL"), ("heel", "HEEL"), ("toe", "TOE"),
                             ("shoulder", "SH"), ("elbow", "ELB"), ("wrist", "WR")):  # fmt: skip
            points[:, AT[f"{side}_{part}"]] = marker[f"{letter}{'L' if source in ('LEPI', 'LMAL') else ''}"
                                                     f"{source.removeprefix('L')}"]  # fmt: skip
    points[:, AT["neck"]] = (marker["C7"] + marker["MAN"]) / 2
    put_head(points)
    return RunnerMotion(name, "run", 250.0, points)


def read_rbds001_legs(file: Path, name: str) -> RunnerMotion:
    """RBDS001 at 2.5 m/s on a treadmill, 30 s at 150 Hz: legs only; the standing trial lies beside the running one."""
    running, standing = (rbds001.read_markers(path) for path in (file, file.with_name("RBDS001static.txt")))
    return RunnerMotion(name, "run", rbds001.FRAME_RATE, _gather(rbds001.place_legs(running, standing)))


def _gather(places: dict[str, FloatArray]) -> FloatArray:
    """(T, 19, 3) of named places (T, 3); NaN for points that are not among them."""
    points = np.full((len(places["left_hip"]), len(BODY), 3), np.nan)
    for name, place in places.items():
        points[:, AT[name]] = place
    return points


def _put_hips(points: FloatArray, left: FloatArray, right: FloatArray, sacrum: FloatArray) -> None:
    """Fill the hips from the front spines of the pelvis and the sacrum, (T, 3) each."""
    for side, centre in compute_hip_centres(left, right, sacrum).items():
        points[:, AT[f"{side}_hip"]] = centre


def put_head(points: FloatArray) -> None:
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
