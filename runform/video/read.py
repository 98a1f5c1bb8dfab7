"""Reads clips: what a file holds, and its frames by presentation timestamp with rotation applied.

Time is the presentation timestamp, never index over rate: phones write variable rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.error import EOFError as AvEOFError
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from runform.errors import VideoError
from runform.progress import Progress
from runform.sequences import ClipInfo
from runform.video.clock import PlayClock
from runform.video.container import COPY_AGAIN, OTHER_VIDEO, open_video
from runform.video.packets import (
    compute_rate,
    get_declared_duration,
    get_declared_rate,
    has_presentation_times,
    read_packet_times,
    require_whole,
)
from runform.video.picture import RgbImage, UprightConverter
from runform.video.slow_motion import compute_time_scale, read_capture_rate

__all__ = ["Frame", "RgbImage", "probe", "read_frames"]

# More packets than this share that do not decode, and the motion between the others is not to be believed.
_DAMAGED_SHARE = 0.05


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


def probe(path: Path) -> ClipInfo:
    """Say what a clip holds, without decoding more than its first frame.

    Args:
        path: A video file.

    Returns:
        Size after rotation, frame count, duration and frame rate from the packets' presentation timestamps, and how
        much slower than life the clip plays where the container says so.

    Raises:
        VideoError: The file is missing, empty, damaged, cut off, no video, or holds a single frame.
    """
    with open_video(path) as (container, stream):
        upright = UprightConverter(_decode_first(container, stream, path), stream)
        codec = stream.codec_context.name
    with open_video(path) as (container, stream):
        packets = read_packet_times(container, stream, path)
        declared_s = get_declared_duration(container, stream)
        capture_rate = read_capture_rate(stream.metadata, container.metadata)
    require_whole(path, packets, declared_s)
    if len(packets.times_s) < 2:
        raise VideoError(f"{path.name} holds a single frame, and running needs motion.", OTHER_VIDEO)
    frame_rate = compute_rate(np.diff(packets.times_s))
    time_scale = compute_time_scale(capture_rate, frame_rate)
    return ClipInfo(
        path=str(path),
        width=upright.width,
        height=upright.height,
        frames=len(packets.times_s),
        duration_s=float(packets.times_s[-1]) + 1.0 / frame_rate,
        frame_rate=frame_rate,
        rotation_deg=upright.rotation_deg,
        codec=codec,
        time_scale=time_scale or 1.0,
        time_scale_source="container" if time_scale else "assumed",
    )


def read_frames(path: Path, *, progress: Progress | None = None) -> Iterator[Frame]:
    """Decode a clip one frame at a time; memory does not grow with its length.

    Frames whose timestamp does not increase are dropped, and pauses stay as long as they are; `PlayClock` says what
    becomes of missing timestamps and of clocks that were set back. All frames have the first one's size.

    Args:
        path: A video file.
        progress: Told the share of the declared duration after each frame.

    Yields:
        Frames with strictly increasing `time_s`, the first at 0.

    Raises:
        VideoError: The file cannot be opened, is damaged, or holds no frame.
    """
    with open_video(path) as (container, stream):
        clock = PlayClock(1.0 / get_declared_rate(stream))
        declared_s = get_declared_duration(container, stream)
        upright: UprightConverter | None = None
        has_pts = has_presentation_times(container)
        index = 0
        for picture in _decode_all(container, stream, path):
            ticks = picture.pts if has_pts else picture.dts
            time_s = clock.place(None if ticks is None else float(ticks * (picture.time_base or 0)))
            if time_s is None:
                continue
            upright = upright or UprightConverter(picture, stream)
            yield Frame(index=index, time_s=time_s, rgb=upright.convert(picture))
            index += 1
            if progress is not None and declared_s:
                progress.report(time_s / declared_s)
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
