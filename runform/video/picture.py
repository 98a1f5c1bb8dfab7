"""From decoded frames to upright RGB pictures with square pixels, all of one size."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt
from av.buffer import Buffer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream

RgbImage = npt.NDArray[np.uint8]

_UNSPECIFIED_COLORSPACES = (0, 2, 3)  # RGB, unspecified and reserved in ITU-T H.273's matrix coefficients
# Players take untagged video from this height on as high definition, whose colours are coded by BT.709.
_HIGH_DEFINITION_HEIGHT = 720
_QUARTER_TURNS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}


class UprightConverter:
    """Turns a clip's frames into upright RGB, as its first frame lies.

    Browsers' recordings change size part-way; the frames that follow are scaled to the first one's size.

    Args:
        first: The clip's first frame.
        stream: Its stream, for the shape of its pixels.

    Attributes:
        rotation_deg: Clockwise rotation that is applied, 0, 90, 180 or 270.
        width, height: Of the upright picture, px.
    """

    def __init__(self, first: VideoFrame, stream: VideoStream) -> None:
        self.rotation_deg = compute_clockwise_rotation(first)
        self._turns = self.rotation_deg // 90
        self._coded_size = _square_size(first, stream)
        self.width, self.height = self._coded_size if self._turns % 2 == 0 else self._coded_size[::-1]
        # One for the clip: it keeps its tables, which PyAV's own, one for each frame, would make anew.
        self._reformatter = VideoReformatter()

    def convert(self, picture: VideoFrame) -> RgbImage:
        """(height, width, 3) uint8 RGB, contiguous."""
        width, height = self._coded_size
        reformatted = self._reformatter.reformat(
            picture,
            width=width,
            height=height,
            format="rgb24",
            src_colorspace=_colorspace(picture),
            dst_colorspace=Colorspace.DEFAULT,
            src_color_range=_color_range(picture),
        )
        rgb: RgbImage = reformatted.to_ndarray().astype(np.uint8, copy=False)
        if self._turns:
            rgb = cv2.rotate(rgb, _QUARTER_TURNS[self._turns]).astype(np.uint8, copy=False)
        return rgb


def compute_clockwise_rotation(picture: VideoFrame) -> int:
    """Clockwise rotation that makes the picture upright: 0, 90, 180 or 270 degrees.

    Where the display matrix also mirrors, as selfie cameras ask players to do, the mirror is left out: the coded
    picture shows the runner's left on the left side, and a mirrored one would swap the legs.
    """
    side_data: Mapping[str, object] = picture.side_data
    matrix = side_data.get("DISPLAYMATRIX")
    if not isinstance(matrix, Buffer):
        return 0
    # FFmpeg's display matrix: (x, y, 1) of the coded picture times 3 rows of 3 native 32-bit integers, y down.
    a, b, _, c, d = struct.unpack("=5i", bytes(matrix)[:20])
    mirrored = a * d - b * c < 0
    return round(math.degrees(math.atan2(b, -a if mirrored else a)) / 90) * 90 % 360


def _square_size(picture: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Width and height in px before rotation, once pixels are made square by stretching the width."""
    ratio = stream.sample_aspect_ratio
    return max(round(picture.width * float(ratio)), 1) if ratio else picture.width, picture.height


def _colorspace(picture: VideoFrame) -> int:
    """Number of the matrix between the picture's YUV and RGB, as FFmpeg counts them."""
    if picture.colorspace not in _UNSPECIFIED_COLORSPACES:
        return picture.colorspace
    # The shorter side: portrait recordings of 720 x 1280 are high definition too, and so is 1280 x 720.
    high = min(picture.width, picture.height) >= _HIGH_DEFINITION_HEIGHT
    return int(Colorspace.ITU709 if high else Colorspace.DEFAULT)


def _color_range(picture: VideoFrame) -> int:
    """Whether 8-bit luma runs from 0 to 255 (JPEG) or from 16 to 235 (MPEG)."""
    full = picture.color_range == ColorRange.JPEG or picture.format.name.startswith("yuvj")
    return int(ColorRange.JPEG if full else ColorRange.MPEG)
