"""The clip again with what RunForm saw in it: skeleton, feet on the ground, shank at landing, time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from runform.progress import Progress
from runform.report.drawing import RgbImage, draw_foot_on_ground, draw_landing, draw_legend, draw_skeleton, line_width
from runform.sequences import SIDES, Contact, FloatArray, KeypointSequence, Side
from runform.video.read import read_frames
from runform.video.write import VideoWriter

MAX_SIDE = 1280
LANDING_S = 0.1
"""How long a landing stays marked, seconds of real time: three frames at 30 frames/s."""


def write_overlay(
    clip_path: Path,
    keypoints: KeypointSequence,
    contacts: Sequence[Contact],
    out: Path,
    progress: Progress | None = None,
    *,
    time_scale: float = 1.0,
    repairs: npt.NDArray[np.uint8] | None = None,
) -> None:
    """Draw the analysis onto the clip's frames and write them as H.264 that browsers play.

    Frames stream through, so memory does not grow with the clip's length. Frames and keypoints are matched by time; a
    frame that no keypoints belong to keeps its picture. The result plays as fast as the clip, at most 1280 px on its
    longer side.

    Args:
        clip_path: The clip that was analysed.
        keypoints: Clean keypoints of the runner, px of the upright picture, seconds of real time.
        contacts: The clip's contacts, seconds of real time.
        out: The mp4 file to write.
        progress: Told the share of the clip that is done.
        time_scale: Seconds played per second lived, as in the analysis.
        repairs: (T, K) `Repair` flags of the keypoints; bones that were repaired are dashed. None: none.

    Raises:
        VideoError: The clip can no longer be read.
        RunFormError: `out` cannot be written.
        AnalysisCancelled: The owner stopped it; no file is left.
    """
    with ExitStack() as stack:
        writer: VideoWriter | None = None
        for frame in read_frames(clip_path, progress=progress):
            rgb = fit_picture(frame.rgb)
            if writer is None:
                writer = stack.enter_context(VideoWriter(out, rgb.shape[1], rgb.shape[0]))
            draw_analysis(rgb, keypoints, contacts, frame.time_s / time_scale, repairs)
            writer.write(rgb, frame.time_s)


def fit_picture(rgb: npt.NDArray[np.uint8]) -> RgbImage:
    """A copy of a picture that may be drawn on, shrunk where its longer side exceeds `MAX_SIDE`.

    Args:
        rgb: (H, W, 3) uint8 RGB.
    """
    height, width = rgb.shape[:2]
    scale = MAX_SIDE / max(height, width)
    if scale >= 1:
        return rgb.copy()
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def draw_analysis(
    rgb: RgbImage,
    keypoints: KeypointSequence,
    contacts: Sequence[Contact],
    time_s: float,
    repairs: npt.NDArray[np.uint8] | None = None,
) -> None:
    """Draw everything that holds at one time onto a picture, in place.

    Args:
        rgb: (H, W, 3) uint8 RGB, of any size in the clip's proportions.
        keypoints: px of the full-size upright picture.
        contacts: The clip's contacts.
        time_s: Seconds of real time.
        repairs: (T, K) `Repair` flags of the keypoints, or None.
    """
    grounded = {side: find_contact(contacts, side, time_s) for side in SIDES}
    at = find_frame(keypoints.time_s, time_s)
    if at is not None:
        scale = np.array([rgb.shape[1] / keypoints.width, rgb.shape[0] / keypoints.height])
        xy = keypoints.xy_px[at] * scale  # (K, 2) px of this picture
        width = line_width(rgb)
        draw_skeleton(rgb, xy, keypoints.layout, width, None if repairs is None else repairs[at] > 0)
        for side, contact in grounded.items():
            if contact is None:
                continue
            draw_foot_on_ground(rgb, xy, keypoints.layout, side, width)
            if time_s - contact.initial_contact_s <= LANDING_S:
                draw_landing(rgb, xy, keypoints.layout, side, width)
    draw_legend(
        rgb,
        time_s,
        {side: contact is not None for side, contact in grounded.items()},
        explain_dashes=repairs is not None and bool(repairs.any()),
    )


def find_contact(contacts: Sequence[Contact], side: Side, time_s: float) -> Contact | None:
    """The contact of one side that a time falls into; one without toe-off lasts to the clip's end."""
    begun = [c for c in contacts if c.side == side and c.initial_contact_s <= time_s]
    if not begun:
        return None
    latest = max(begun, key=lambda contact: contact.initial_contact_s)
    return None if latest.toe_off_s <= time_s else latest  # a NaN toe-off is never reached


def find_frame(time_s: FloatArray, at_s: float) -> int | None:
    """Position of the keypoints that belong to a time: the nearest within half a typical frame, or None.

    Args:
        time_s: (T,) strictly increasing seconds.
        at_s: Seconds on the same clock.
    """
    if len(time_s) < 2:
        return None
    after = int(np.searchsorted(time_s, at_s))
    nearest = min((i for i in (after - 1, after) if 0 <= i < len(time_s)), key=lambda i: abs(time_s[i] - at_s))
    tolerance = 0.5 * float(np.median(np.diff(time_s)))
    return nearest if abs(time_s[nearest] - at_s) <= tolerance else None
