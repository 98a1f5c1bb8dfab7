"""Pictures of a runner for the networks: one of a real clip, and one of the virtual runner whose joints are known."""

from __future__ import annotations

import tempfile
from functools import cache
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from runform.demo.render import write_demo
from runform.demo.truth import read_truth
from runform.sequences import Box, FloatArray, KeypointSequence, Side
from runform.video.read import RgbImage, read_frames


@cache
def render_runner(view: Side = "right", frames: int = 12) -> tuple[tuple[RgbImage, ...], KeypointSequence]:
    """(640, 360, 3) RGB pictures of the virtual runner at 30/s and the truth about them."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        write_demo(clip, seconds=frames / 30, width=360, height=640, view=view)
        pictures = tuple(frame.rgb for frame in read_frames(clip))
        return pictures, read_truth(clip.with_suffix(".json")).to_keypoints()


def read_frame(clip: Path, index: int) -> RgbImage:
    return next(islice(read_frames(clip), index, None)).rgb


def box_around(xy: FloatArray) -> Box:
    """The box about a body by its (K, 2) keypoints."""
    low, high = np.nanmin(xy, axis=0), np.nanmax(xy, axis=0)
    margin = 0.04 * float(high[1] - low[1])
    x, y = low - margin
    width, height = high - low + 2 * margin
    return float(x), float(y), float(width), float(height)


def move_picture(rgb: RgbImage, motion: FloatArray) -> RgbImage:
    """A picture of the same size under a (2, 3) affine motion; where there was none its edge goes on."""
    size = rgb.shape[1], rgb.shape[0]
    moved = cv2.warpAffine(rgb, motion, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return moved.astype(np.uint8, copy=False)
