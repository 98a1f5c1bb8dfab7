"""Writes video that browsers play: H.264, yuv420p, index at the front."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from runform.errors import RunFormError, ShapeError
from runform.sequences import require_shape
from runform.video.read import RgbImage

_CLOCK = 90_000
_QUALITY = "20"  # x264's constant rate factor; 18 is visually lossless, 23 its default


class VideoWriter:
    """Writes frames with their own presentation times; use as a context manager.

    The file appears under its name only when it is complete: frames go to a part file beside it, which is renamed at
    the end and removed after an error.

    Args:
        path: The mp4 file to write; its folder is made.
        width, height: Of the frames given, px. Odd sizes gain one row or column, a copy of the last, as H.264 wants.
    """

    def __init__(self, path: Path, width: int, height: int) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._shape = (height, width, 3)
        self._padding = ((0, height % 2), (0, width % 2), (0, 0))
        self._last_tick = -1
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._container = av.open(str(self._part), mode="w", format="mp4", options={"movflags": "+faststart"})
        except (FFmpegError, OSError) as error:
            raise self._explain(error) from error
        stream = self._container.add_stream("libx264", rate=30, options={"crf": _QUALITY, "preset": "veryfast"})
        assert isinstance(stream, VideoStream)
        stream.width = width + width % 2
        stream.height = height + height % 2
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, _CLOCK)
        self._stream = stream

    def __enter__(self) -> VideoWriter:
        return self

    def write(self, rgb: RgbImage, time_s: float) -> None:
        """Append one frame.

        Args:
            rgb: (height, width, 3) uint8 RGB.
            time_s: Presentation time in seconds, after that of the frame before.

        Raises:
            ShapeError: Another size, or a time that does not increase.
            RunFormError: The file cannot be written.
        """
        require_shape("rgb", rgb, self._shape)
        tick = round(time_s * _CLOCK)
        if tick <= self._last_tick:
            raise ShapeError(f"time_s must increase from frame to frame, and does not at {time_s:.6f} s.")
        self._last_tick = tick
        picture = VideoFrame.from_ndarray(np.pad(rgb, self._padding, mode="edge"), format="rgb24")
        picture.pts = tick
        picture.time_base = Fraction(1, _CLOCK)
        self._mux(picture)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._mux(None)
            self._container.close()
            if kind is None:
                self._part.replace(self._path)
        except (FFmpegError, OSError) as fault:
            # After an error in the caller's block that error is the one to hear of; the part file goes either way.
            if kind is None:
                raise self._explain(fault) from fault
        finally:
            if self._part.is_file():
                self._part.unlink()

    def _mux(self, picture: VideoFrame | None) -> None:
        """Encode a frame, or flush the encoder with None.

        Raises:
            RunFormError: The file cannot be written.
        """
        try:
            self._container.mux(self._stream.encode(picture))
        except (FFmpegError, OSError) as error:
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> RunFormError:
        """The error for a file that cannot be written."""
        reason = getattr(error, "strerror", None) or str(error)
        return RunFormError(
            f"{self._path.name} could not be written: {reason}.",
            f"Check that {self._path.parent} can be written to and that the disk has room.",
        )
