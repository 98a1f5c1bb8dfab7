"""Single frames of a clip around the runner, such as those at initial contact, with the skeleton drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from runform.errors import ShapeError
from runform.report.colours import SIDE_COLOURS, to_rgb
from runform.report.drawing import BLACK, WHITE, RgbImage, draw_landing, draw_line, draw_skeleton, line_width
from runform.sequences import FloatArray, KeypointSequence, Side
from runform.skeletons import Skeleton
from runform.video.read import read_frames

FRAME_HEIGHT = 480
"""Of a cut-out, px; its width is `SHAPE` times that."""
SHAPE = 0.8
"""Width over height of a cut-out: a runner's stride is two thirds as long as the runner is tall."""
_ROOM = 1.3
"""Height of a cut-out over the runner's: keypoints end at the eyes, and the ground should be seen."""
_JPEG_QUALITY = 88


@dataclass(frozen=True)
class ContactFrame:
    """One frame of a clip, cut out around the runner.

    Attributes:
        time_s: Of the frame, seconds of real time; the moment asked for lies at most a frame away.
        rgb: (480, 384, 3) uint8 RGB; black where the cut-out reaches beyond the picture.
    """

    time_s: float
    rgb: RgbImage


def read_contact_frames(
    clip_file: Path,
    keypoints: KeypointSequence,
    times_s: Sequence[float],
    time_scale: float = 1.0,
    *,
    landing: Sequence[Side | None] | None = None,
    repairs: npt.NDArray[np.uint8] | None = None,
) -> tuple[ContactFrame | None, ...]:
    """The frames of a clip nearest to some moments, the runner's skeleton drawn, all in one scale.

    The clip is decoded from its start to the last of the moments, once; so early moments are quick to get.

    Args:
        clip_file: The clip that was analysed.
        keypoints: Clean keypoints of the runner, px of the upright picture, seconds of real time.
        times_s: (N,) moments, seconds of real time, in any order; the same one may be asked for twice.
        time_scale: Seconds played per second lived, as in the analysis.
        landing: (N,) the foot that lands at each moment: its shank is marked, and how far its ankle is ahead of the
            middle of the hips. None, as a whole or for one moment: no marks.
        repairs: (T, K) `Repair` flags of the keypoints; bones that were repaired are dashed. None: none.

    Returns:
        (N,) one entry per moment; None where the clip has no frame near it, or the runner was not found there.

    Raises:
        VideoError: The clip can no longer be read.
        ShapeError: `landing` of another length.
    """
    sides: Sequence[Side | None] = [None] * len(times_s) if landing is None else landing
    if len(sides) != len(times_s):
        raise ShapeError("landing must have one entry per moment.")
    wanted = [find_nearest_frame(keypoints, moment) for moment in times_s]
    rows = sorted({row for row in wanted if row is not None})
    if not rows:
        return (None,) * len(times_s)
    height = compute_cut_height(keypoints, rows)
    pictures = _read_cuts(clip_file, keypoints, rows, height, time_scale)
    frames: list[ContactFrame | None] = []
    for row, side in zip(wanted, sides, strict=True):
        if row is None or row not in pictures:
            frames.append(None)
            continue
        rgb = pictures[row].copy()
        scale = FRAME_HEIGHT / height
        xy = (keypoints.xy_px[row] - find_corner(keypoints.xy_px[row], height)) * scale
        width = line_width(rgb)
        draw_skeleton(rgb, xy, keypoints.layout, width, None if repairs is None else repairs[row] > 0)
        if side is not None:
            draw_ankle_ahead(rgb, xy, keypoints.layout, side, width)
            draw_landing(rgb, xy, keypoints.layout, side, width)
        frames.append(ContactFrame(float(keypoints.time_s[row]), rgb))
    return tuple(frames)


def find_nearest_frame(keypoints: KeypointSequence, moment_s: float) -> int | None:
    """Row of the keypoints nearest to a moment, at most a typical frame away and with the runner found; else None."""
    distance = np.abs(keypoints.time_s - moment_s)
    row = int(np.argmin(distance))
    reach = float(np.median(np.diff(keypoints.time_s))) if len(keypoints) > 1 else 0.0
    if not distance[row] <= reach or not np.isfinite(keypoints.xy_px[row]).all(axis=1).any():
        return None
    return row


def compute_cut_height(keypoints: KeypointSequence, rows: Sequence[int]) -> float:
    """Height of the clip that a cut-out shows, px: the same for all rows, so that legs can be compared.

    Args:
        keypoints: px.
        rows: Frames in which the runner was found, at least one.
    """
    points = keypoints.xy_px[list(rows)]  # (N, K, 2)
    low, high = np.nanmin(points, axis=1), np.nanmax(points, axis=1)  # (N, 2)
    tall = np.maximum(high[:, 1] - low[:, 1], (high[:, 0] - low[:, 0]) / SHAPE)
    return max(2.0, _ROOM * float(tall.max()))


def find_corner(xy: FloatArray, height: float) -> FloatArray:
    """(2,) whole px of a cut-out's upper left corner, the runner in its middle.

    Args:
        xy: (K, 2) px, at least one finite.
        height: Of the cut-out, px.
    """
    middle = (np.nanmin(xy, axis=0) + np.nanmax(xy, axis=0)) / 2
    return np.asarray(np.round(middle - np.array([SHAPE * height, height]) / 2))


def draw_ankle_ahead(rgb: RgbImage, xy: FloatArray, layout: Skeleton, side: Side, width: int) -> None:
    """The vertical under the middle of the hips, and from it to the landing ankle: how far ahead the foot lands.

    Nothing is drawn where a hip or the ankle was not found.
    """
    hips = xy[[layout.index["left_hip"], layout.index["right_hip"]]].mean(axis=0)
    ankle = xy[layout.index[f"{side}_ankle"]]
    if not np.isfinite([hips, ankle]).all():
        return
    under = np.array([hips[0], ankle[1]])
    for colour, thickness in ((BLACK, width + 2), (WHITE, max(1, width // 2))):
        draw_line(rgb, hips, under, colour, thickness)
    for colour, thickness in ((BLACK, width + 4), (WHITE, width + 2), (to_rgb(SIDE_COLOURS[side]), width)):
        draw_line(rgb, under, ankle, colour, thickness)


def encode_jpeg(rgb: RgbImage) -> bytes:
    """A picture as a JPEG file's bytes.

    Args:
        rgb: (H, W, 3) uint8 RGB.
    """
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return bytes(encoded.tobytes())


def _read_cuts(
    clip_file: Path, keypoints: KeypointSequence, rows: Sequence[int], height: float, time_scale: float
) -> dict[int, RgbImage]:
    """Row of the keypoints -> the cut-out of the clip's frame nearest to it; rows beyond the clip's end are missing."""
    cuts: dict[int, RgbImage] = {}
    off = dict.fromkeys(rows, float(np.median(np.diff(keypoints.time_s))) if len(keypoints) > 1 else np.inf)
    for frame in read_frames(clip_file):
        time_s = frame.time_s / time_scale
        for row in rows:
            distance = abs(float(keypoints.time_s[row]) - time_s)
            if distance < off[row]:
                off[row] = distance
                cuts[row] = _cut(frame.rgb, find_corner(keypoints.xy_px[row], height), height)
        if time_s > keypoints.time_s[rows[-1]]:
            break
    return cuts


def _cut(rgb: RgbImage, corner: FloatArray, height: float) -> RgbImage:
    """(480, 384, 3) what lies within the cut-out, black beyond the picture."""
    scale = FRAME_HEIGHT / height
    onto = np.array([[scale, 0.0, -scale * corner[0]], [0.0, scale, -scale * corner[1]]])
    size = (round(SHAPE * FRAME_HEIGHT), FRAME_HEIGHT)
    # Pictures that shrink are blurred by as much first, or thin limbs would break up.
    soft = cv2.GaussianBlur(rgb, (0, 0), 0.4 / scale) if scale < 1 else rgb
    return np.asarray(cv2.warpAffine(soft, onto, size, flags=cv2.INTER_LINEAR, borderValue=BLACK), dtype=np.uint8)
