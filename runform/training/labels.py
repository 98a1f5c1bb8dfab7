"""Keypoints labelled by hand, as CSV files.

Labels have the columns clip, frame, keypoint, x_px, y_px, seen (`clear`, `hidden` behind something, or `out` of the
picture, then without a place). A file beside them may say how much of the runner each frame shows (clip, frame,
visible_share). Lines that begin with # are the labeller's remarks.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from runform.errors import InputError
from runform.sequences import ClipInfo, FloatArray, require_shape

Seen = Literal["clear", "hidden", "out"]
LABELLED_PARTS = ("hip", "knee", "ankle", "heel", "toe")
LABELLED_KEYPOINTS = tuple(f"{side}_{part}" for side in ("left", "right") for part in LABELLED_PARTS)
COLUMNS = ("clip", "frame", "keypoint", "x_px", "y_px", "seen")
VISIBLE_COLUMNS = ("clip", "frame", "visible_share")
SECOND_OPINION = "_second_opinion"
"""How the name of a file ends that labels again what another file labels."""


@dataclass(frozen=True)
class Label:
    """One keypoint of one frame, as a person saw it.

    Attributes:
        clip: The clip's file name.
        frame: Index of the frame as `read_frames` counts.
        keypoint: One of `LABELLED_KEYPOINTS`; left and right are the runner's.
        x_px, y_px: In the upright picture, NaN where out of it.
        seen: Clear, hidden (placed by what is around it), or out of the picture.
    """

    clip: str
    frame: int
    keypoint: str
    x_px: float
    y_px: float
    seen: Seen


@dataclass(frozen=True)
class LabelledClip:
    """All labels of one clip.

    Attributes:
        clip: The clip's file name.
        frames: (F,) labelled frames, increasing.
        xy_px: (F, 10, 2) `LABELLED_KEYPOINTS`, x right and y down in px of the upright picture; NaN where out of it.
        hidden: (F, 10) True where the place was told by what is around it.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    clip: str
    frames: npt.NDArray[np.intp]
    xy_px: FloatArray
    hidden: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        require_shape("frames", self.frames, (None,))
        require_shape("xy_px", self.xy_px, (len(self.frames), len(LABELLED_KEYPOINTS), 2))
        require_shape("hidden", self.hidden, (len(self.frames), len(LABELLED_KEYPOINTS)))


@dataclass(frozen=True)
class LabelFolder:
    """A folder of labels.

    Attributes:
        clips: Each labelled clip.
        again: The frames that somebody labelled a second time.
        visible_share: Clip -> (T,) how much of the runner each frame shows, 0 to 1, where that was noted.
    """

    clips: tuple[LabelledClip, ...]
    again: tuple[LabelledClip, ...]
    visible_share: dict[str, FloatArray]


def read_label_folder(folder: Path) -> LabelFolder:
    """Read every CSV of a folder.

    Raises:
        InputError: No labels there, or a file that holds none.
    """
    first: list[Label] = []
    again: list[Label] = []
    visible: dict[str, FloatArray] = {}
    for path in sorted(folder.glob("*.csv")):
        if _read_header(path) == VISIBLE_COLUMNS:
            visible |= read_visible_shares(path)
        else:
            (again if path.stem.endswith(SECOND_OPINION) else first).extend(read_labels(path))
    if not first:
        raise InputError(f"{folder} holds no labels.", "Give the folder of CSV files that holds them.")
    return LabelFolder(gather_labels(first), gather_labels(again), visible)


def read_labels(path: Path) -> list[Label]:
    """Read a file of labels.

    Raises:
        InputError: Columns or values that are none of a label's, with the row's number.
    """
    rows = _read_rows(path, COLUMNS)
    return [_read_row(row, f"{path.name}, row {n}") for n, row in enumerate(rows, start=1)]


def read_visible_shares(path: Path) -> dict[str, FloatArray]:
    """How much of the runner each frame shows: clip -> (T,) 0 to 1, for frames 0 to T - 1.

    Raises:
        InputError: Other columns, values that are no numbers, or frames that are missing.
    """
    shares: dict[str, list[float]] = defaultdict(list)
    for row in _read_rows(path, VISIBLE_COLUMNS):
        try:
            frame, share = int(row["frame"]), float(row["visible_share"])
        except ValueError as error:
            raise InputError(f"{path.name} holds no number where one belongs ({error}).") from error
        if frame != len(shares[row["clip"]]) or not 0 <= share <= 1:
            raise InputError(f"{path.name}: frame {frame}, share {share}.", "Give every frame from 0, and 0 to 1.")
        shares[row["clip"]].append(share)
    return {clip: np.array(values) for clip, values in shares.items()}


def gather_labels(labels: Iterable[Label]) -> tuple[LabelledClip, ...]:
    """Labels as arrays, one object for each clip; a keypoint without a label is NaN."""
    by_clip: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        by_clip[label.clip].append(label)
    column = {name: k for k, name in enumerate(LABELLED_KEYPOINTS)}
    gathered = []
    for clip, mine in sorted(by_clip.items()):
        frames = np.array(sorted({label.frame for label in mine}), dtype=np.intp)
        xy = np.full((len(frames), len(LABELLED_KEYPOINTS), 2), np.nan)
        hidden = np.zeros(xy.shape[:2], dtype=np.bool_)
        for label in mine:
            at = int(np.searchsorted(frames, label.frame)), column[label.keypoint]
            xy[at] = label.x_px, label.y_px
            hidden[at] = label.seen == "hidden"
        gathered.append(LabelledClip(clip, frames, xy, hidden))
    return tuple(gathered)


def find_faults(labels: Sequence[Label], clips: dict[str, ClipInfo]) -> list[str]:
    """What is wrong with labels, a sentence for each fault.

    Args:
        labels: Of one file.
        clips: What is known of each clip, by file name.

    Returns:
        Clips that are not there, frames beyond a clip's end, places beyond the picture, keypoints that a labelled
        frame lacks or holds twice. Empty where all is well.
    """
    faults = [f"{clip} is not in the folder of clips." for clip in sorted({lb.clip for lb in labels} - clips.keys())]
    for label in labels:
        if label.clip in clips:
            faults += _find_misplacement(label, clips[label.clip])
    count = Counter((label.clip, label.frame, label.keypoint) for label in labels)
    for clip, frame in sorted({(label.clip, label.frame) for label in labels}):
        for keypoint in LABELLED_KEYPOINTS:
            times = count[clip, frame, keypoint]
            if times != 1:
                faults.append(f"{clip}, frame {frame}: {keypoint} is labelled {times} times, not once.")
    return faults


def _find_misplacement(label: Label, clip: ClipInfo) -> list[str]:
    """Faults of one label's frame and place."""
    where = f"{label.clip}, frame {label.frame}, {label.keypoint}"
    faults = []
    if not 0 <= label.frame < clip.frames:
        faults.append(f"{where}: the clip's frames are 0 to {clip.frames - 1}.")
    inside = 0 <= label.x_px <= clip.width and 0 <= label.y_px <= clip.height
    if label.seen != "out" and not inside:
        faults.append(f"{where}: ({label.x_px:g}, {label.y_px:g}) is not in the {clip.width} x {clip.height} picture.")
    return faults


def _read_rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV file with these columns, remarks left out.

    Raises:
        InputError: Other columns, or a row with more or fewer values.
    """
    with path.open(newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(line for line in stream if not line.startswith("#"))
        if tuple(reader.fieldnames or ()) != columns:
            raise InputError(f"{path.name} has the columns {reader.fieldnames}.", f"Write {', '.join(columns)}.")
        rows = list(reader)
    for n, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            raise InputError(f"{path.name}, row {n} has not {len(columns)} values.", f"Write {', '.join(columns)}.")
    return rows


def _read_header(path: Path) -> tuple[str, ...]:
    """The names of a CSV file's columns."""
    with path.open(newline="", encoding="utf-8") as stream:
        return tuple(next(csv.reader(line for line in stream if not line.startswith("#")), ()))


def _read_row(row: dict[str, str], where: str) -> Label:
    """One label.

    Raises:
        InputError: A value that is none of a label's.
    """
    if row["keypoint"] not in LABELLED_KEYPOINTS or row["seen"] not in ("clear", "hidden", "out"):
        raise InputError(
            f"{where}: {row['keypoint']!r}, {row['seen']!r}.",
            f"Keypoints are {', '.join(LABELLED_KEYPOINTS)}; they are clear, hidden or out.",
        )
    try:
        place = (math.nan, math.nan) if row["seen"] == "out" else (float(row["x_px"]), float(row["y_px"]))
        return Label(row["clip"], int(row["frame"]), row["keypoint"], *place, cast(Seen, row["seen"]))
    except ValueError as error:
        raise InputError(f"{where} holds no number where one belongs ({error}).") from error
