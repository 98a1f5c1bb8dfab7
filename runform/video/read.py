"""Reads clips: what a file holds, and its frames by presentation timestamp with rotation applied.

Time is the presentation timestamp, never index over rate: phones write variable rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.error import EOFError as AvEOFError
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from runform.errors import VideoError
from runform.progress import Progress
from runform.sequences import ClipInfo
from runform.video.container import COPY_AGAIN, OTHER_VIDEO, open_video

RgbImage = npt.NDArray[np.uint8]

# A file that ends before this share of the duration it declares was cut off.
_WHOLE_SHARE = 0.95
# More packets than this share that do not decode, and the motion between the others is not to be believed.
_DAMAGED_SHARE = 0.05
_FALLBACK_RATE = 30.0
_USUAL_STEP = 0.25


@dataclass(frozen=True)
class Frame:
    """One picture of a clip.

    Attributes:
        index: Position among the frames read, from 0.
        time_s: Presentation time in seconds as played, 0 for the first frame.
        rgb: (H, W, 3) uint8 RGB, upright, square pixels.
    """

    index: int
    time_s: float
    rgb: RgbImage


@dataclass(frozen=True)
class _PacketCount:
    """What demuxing without decoding tells: presentation times in s, their end, and the picture count."""

    times_s: npt.NDArray[np.float64]
    end_s: float
    packets: int


def probe(path: Path) -> ClipInfo:
    """Say what a clip holds, without decoding more than its first frame.

    Args:
        path: A video file.

    Returns:
        Size after rotation, frame count, duration and frame rate from the packets' presentation timestamps.

    Raises:
        VideoError: The file is missing, empty, damaged, cut off, no video, or holds a single frame.
    """
    with open_video(path) as (container, stream):
        first = _decode_first(container, stream, path)
        rotation = _clockwise_rotation(first)
        width, height = _square_size(first, stream)
        if rotation in (90, 270):
            width, height = height, width
        codec = stream.codec_context.name
        declared_rate = _declared_rate(stream)
    with open_video(path) as (container, stream):
        counted = _count_packets(container, stream, path)
        declared_s = _declared_duration(container, stream)
    _require_whole(path, counted, declared_s)
    if counted.packets < 2:
        raise VideoError(f"{path.name} holds a single frame, and running needs motion.", OTHER_VIDEO)
    steps = np.diff(counted.times_s)
    steps = steps[steps > 0]
    frame_rate = _compute_rate(steps) if len(steps) else declared_rate
    duration_s = float(counted.times_s[-1] - counted.times_s[0]) if len(steps) else counted.packets / declared_rate
    return ClipInfo(
        path=str(path),
        width=width,
        height=height,
        frames=counted.packets,
        duration_s=duration_s + 1.0 / frame_rate if len(steps) else duration_s,
        frame_rate=frame_rate,
        rotation_deg=rotation,
        codec=codec,
    )


def read_frames(path: Path, *, progress: Progress | None = None) -> Iterator[Frame]:
    """Decode a clip one frame at a time; memory does not grow with its length.

    Frames whose timestamp does not increase are dropped. A frame without timestamp is placed one frame of the stream's
    declared rate after the one before.

    Args:
        path: A video file.
        progress: Told the share of the declared duration after each frame.

    Yields:
        Frames with strictly increasing `time_s`, the first at 0.

    Raises:
        VideoError: The file cannot be opened, is damaged, or holds no frame.
    """
    with open_video(path) as (container, stream):
        period_s = 1.0 / _declared_rate(stream)
        declared_s = _declared_duration(container, stream)
        start_s: float | None = None
        last_s = -period_s
        index = 0
        for picture in _decode_all(container, stream, path):
            if picture.pts is None:
                relative_s = last_s + period_s
            else:
                if start_s is None:
                    start_s = picture.time - (last_s + period_s)
                relative_s = picture.time - start_s
            if index and relative_s <= last_s:
                continue
            last_s = relative_s
            yield Frame(index=index, time_s=relative_s, rgb=_to_upright_rgb(picture, stream))
            index += 1
            if progress is not None and declared_s:
                progress.report(relative_s / declared_s)
    if index == 0:
        raise VideoError(f"Not one frame of {path.name} could be decoded.", COPY_AGAIN)


def _decode_all(container: InputContainer, stream: VideoStream, path: Path) -> Iterator[VideoFrame]:
    """Every frame in presentation order, passing over single packets that do not decode.

    Raises:
        VideoError: Too many packets do not decode.
    """
    packets = damaged = 0
    demuxer = container.demux(stream)
    while True:
        try:
            packet = next(demuxer)
        except StopIteration:
            break
        except AvEOFError:
            break
        except (FFmpegError, OSError) as error:
            raise VideoError(f"{path.name} is damaged and could be read only in part.", COPY_AGAIN) from error
        packets += 1
        try:
            pictures = stream.decode(packet)
        except AvEOFError:
            continue
        except FFmpegError:
            damaged += 1
            continue
        yield from pictures
    if damaged > _DAMAGED_SHARE * packets:
        raise VideoError(f"{path.name} is damaged: {damaged} of {packets} frames do not decode.", COPY_AGAIN)


def _decode_first(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    """The first frame.

    Raises:
        VideoError: No frame decodes.
    """
    for picture in _decode_all(container, stream, path):
        return picture
    raise VideoError(f"Not one frame of {path.name} could be decoded.", COPY_AGAIN)


def _count_packets(container: InputContainer, stream: VideoStream, path: Path) -> _PacketCount:
    """Count pictures and read their times by demuxing alone.

    Raises:
        VideoError: The container is damaged part-way.
    """
    times: list[float] = []
    packets = 0
    end_s = 0.0
    try:
        for packet in container.demux(stream):
            # The flush packet at the end is empty; discarded ones lie outside the container's edit list.
            if packet.size == 0 or packet.is_discard:
                continue
            packets += 1
            ticks = packet.pts if packet.pts is not None else packet.dts
            if ticks is not None:
                time_s = float(ticks * packet.time_base)
                times.append(time_s)
                end_s = max(end_s, time_s + float((packet.duration or 0) * packet.time_base))
    except (FFmpegError, OSError) as error:
        raise VideoError(f"{path.name} is damaged and could be read only in part.", COPY_AGAIN) from error
    return _PacketCount(times_s=np.sort(np.array(times, dtype=np.float64)), end_s=end_s, packets=packets)


def _compute_rate(steps_s: npt.NDArray[np.float64]) -> float:
    """Frames/s of the usual step, from (N,) steps in s, N > 0.

    Averaged over the steps near the median: some containers round times to ms, so that 30 frames/s come as steps of
    33, 33 and 34 ms.
    """
    median = np.median(steps_s)
    return float(1.0 / steps_s[np.abs(steps_s - median) <= _USUAL_STEP * median].mean())


def _require_whole(path: Path, counted: _PacketCount, declared_s: float | None) -> None:
    """Check that the file does not end far before the duration it declares.

    Raises:
        VideoError: It was cut off.
    """
    if declared_s is None or not len(counted.times_s):
        return
    present_s = counted.end_s - float(counted.times_s[0])
    if present_s < _WHOLE_SHARE * declared_s:
        raise VideoError(
            f"{path.name} is cut off: {present_s:.1f} s of the {declared_s:.1f} s it declares are there.", COPY_AGAIN
        )


def _declared_duration(container: InputContainer, stream: VideoStream) -> float | None:
    """The picture's duration in seconds as the container declares it, or None.

    The container's own duration counts only where no sound could be what lasts longer.
    """
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    tag = stream.metadata.get("DURATION", "")  # Matroska: one per track, as H:MM:SS.nnnnnnnnn
    parts = tag.strip("\x00 ").split(":")
    if len(parts) == 3:
        return int(parts[0]) * 3600.0 + int(parts[1]) * 60.0 + float(parts[2])
    if container.duration is not None and len(container.streams) == 1:
        return container.duration / 1e6  # AV_TIME_BASE ticks
    return None


def _declared_rate(stream: VideoStream) -> float:
    """The stream's average rate as declared, frames/s; 30 where the container says none."""
    rate = stream.average_rate or stream.guessed_rate
    return float(rate) if rate else _FALLBACK_RATE


def _clockwise_rotation(picture: VideoFrame) -> int:
    """Clockwise rotation that makes the picture upright: 0, 90, 180 or 270 degrees.

    FFmpeg reports the display matrix counterclockwise, and truncated to whole degrees.
    """
    return round(-picture.rotation / 90) * 90 % 360


def _square_size(picture: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Width and height in px before rotation, once pixels are made square by stretching the width."""
    ratio = stream.sample_aspect_ratio
    return max(round(picture.width * float(ratio)), 1) if ratio else picture.width, picture.height


def _to_upright_rgb(picture: VideoFrame, stream: VideoStream) -> RgbImage:
    """(H, W, 3) uint8 RGB, rotated as the display matrix asks, pixels square."""
    width, height = _square_size(picture, stream)
    rgb: RgbImage = (
        picture.reformat(width=width, height=height, format="rgb24").to_ndarray().astype(np.uint8, copy=False)
    )
    turns = _clockwise_rotation(picture) // 90
    return np.ascontiguousarray(np.rot90(rgb, k=-turns)) if turns else rgb
