"""A video with the clip and its 2D skeleton on the left and the same moment in 3D on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from runform.progress import Progress
from runform.report.overlay import draw_analysis, find_contact, find_frame
from runform.report.scene import RunnerScene
from runform.report.standing import StandingRunner
from runform.sequences import SIDES, Contact, KeypointSequence, View
from runform.video.read import Frame, read_frames
from runform.video.write import VideoWriter

MAX_WIDTH = 1920
# Smaller clips are enlarged to this height, or the runner in 3D would be too small to look at; larger ones reduced.
LEAST_HEIGHT, MOST_HEIGHT = 480, 960
PANEL_SHAPE = 0.8
"""Width over height of the right half."""
MOST_FRAMES_PER_S = 60.0
"""Of a slow-motion clip played at life's speed: what screens and browsers can show."""


@dataclass(frozen=True)
class Halves:
    """The two pictures' sizes in px; both are `height` high, and each width is even.

    Attributes:
        height: Of the video.
        clip_width, panel_width: Of the clip's picture and of the 3D one.
    """

    height: int
    clip_width: int
    panel_width: int


def write_side_by_side(
    clip_path: Path,
    keypoints: KeypointSequence,
    contacts: Sequence[Contact],
    runner: StandingRunner,
    out: Path,
    progress: Progress | None = None,
    *,
    view: View = "unclear",
    time_scale: float = 1.0,
    real_time: bool = False,
    repairs: npt.NDArray[np.uint8] | None = None,
) -> None:
    """Write the clip with what was seen in it beside the runner in 3D, as H.264 that browsers play.

    Frames stream through, so memory does not grow with the clip's length. Clip, keypoints and 3D are matched by time.

    Args:
        clip_path: The clip that was analysed.
        keypoints: Clean keypoints of the runner, px of the upright picture, seconds of real time.
        contacts: The clip's contacts, seconds of real time.
        runner: The same runner in 3D.
        out: The mp4 file to write.
        progress: Told the share of the clip that is done.
        view: Which side of the runner the clip shows.
        time_scale: Seconds played per second lived, as in the analysis.
        real_time: Play at life's speed, at most `MOST_FRAMES_PER_S`; otherwise as fast, and with as many frames, as
            the clip.
        repairs: (T, K) `Repair` flags of the keypoints; bones that were repaired are dashed. None: none.

    Raises:
        VideoError: The clip can no longer be read.
        RunFormError: `out` cannot be written.
        AnalysisCancelled: The owner stopped it; no file is left.
    """
    halves = plan_halves(keypoints.width, keypoints.height)
    scene = RunnerScene(runner, halves.panel_width, halves.height, view=view)
    speed = time_scale if real_time else 1.0
    with ExitStack() as stack:
        writer: VideoWriter | None = None
        for frame in _thin_out(read_frames(clip_path, progress=progress), speed):
            time_s = frame.time_s / time_scale
            left = _resize(frame.rgb, halves.clip_width, halves.height)
            draw_analysis(left, keypoints, contacts, time_s, repairs)
            on_ground = {side: find_contact(contacts, side, time_s) is not None for side in SIDES}
            right = scene.draw(find_frame(runner.time_s, time_s), on_ground)
            if writer is None:
                width = halves.clip_width + halves.panel_width
                writer = stack.enter_context(VideoWriter(out, width, halves.height))
            writer.write(np.concatenate([left, right], axis=1), frame.time_s / speed)


def plan_halves(width: int, height: int) -> Halves:
    """How large the halves are: as high as the clip within limits, and both together never too wide.

    Args:
        width: Of the clip's upright picture, px.
        height: Of the same.
    """
    shape = width / height
    tallest = min(max(height, LEAST_HEIGHT), MOST_HEIGHT, int(MAX_WIDTH / (shape + PANEL_SHAPE)))
    tallest -= tallest % 2
    return Halves(tallest, max(2, 2 * round(shape * tallest / 2)), 2 * int(PANEL_SHAPE * tallest / 2))


def _thin_out(frames: Iterator[Frame], speed: float) -> Iterator[Frame]:
    """The frames to be written when the clip is played `speed` times as fast: all of them as it is."""
    if speed <= 1.0:
        yield from frames
        return
    due_s = 0.0
    for frame in frames:
        if frame.time_s / speed >= due_s:
            yield frame
            due_s = max(due_s + 1.0 / MOST_FRAMES_PER_S, frame.time_s / speed)


def _resize(rgb: npt.NDArray[np.uint8], width: int, height: int) -> npt.NDArray[np.uint8]:
    """A copy of an (H, W, 3) RGB picture in another size that may be drawn on."""
    if rgb.shape[:2] == (height, width):
        return rgb.copy()
    smaller = height < rgb.shape[0]
    resized = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.uint8)
