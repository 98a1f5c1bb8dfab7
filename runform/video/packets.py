"""What a clip holds as demuxing without decoding tells: its frames' times, and what the container declares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from runform.errors import VideoError
from runform.video.clock import PlayClock
from runform.video.container import COPY_AGAIN

# A file that ends before this share of the duration it declares was cut off.
_WHOLE_SHARE = 0.95
_FALLBACK_RATE = 30.0
_USUAL_STEP = 0.25


@dataclass(frozen=True)
class PacketTimes:
    """The frames of a clip by their packets.

    Attributes:
        times_s: (T,) seconds from the first frame, strictly increasing, as `read_frames` will give them.
        present_s: Seconds from the first frame's time to the end of the last one's, by the container's own clock.
        stamped: False where no packet has a timestamp.
    """

    times_s: npt.NDArray[np.float64]
    present_s: float
    stamped: bool


def read_packet_times(container: InputContainer, stream: VideoStream, path: Path) -> PacketTimes:
    """Read the times of all frames by demuxing alone.

    Raises:
        VideoError: The container is damaged part-way.
    """
    # Packets lie in the order of decoding. Within one run of the container's clock sorting gives the order of showing.
    runs: list[list[float]] = [[]]
    unstamped = 0
    end_s = first_s = 0.0
    last_dts: int | None = None
    has_pts = has_presentation_times(container)
    period_s = 1.0 / get_declared_rate(stream)
    try:
        for packet in container.demux(stream):
            # The flush packet at the end is empty; discarded ones lie outside the container's edit list.
            if packet.size == 0 or packet.is_discard:
                continue
            stamp_s = _stamp(packet, has_pts)
            if stamp_s is None:
                unstamped += 1
                continue
            if packet.dts is not None:
                if last_dts is not None and packet.dts < last_dts:
                    runs.append([])
                last_dts = packet.dts
            first_s = min(first_s, stamp_s) if runs[0] else stamp_s
            runs[-1].append(stamp_s)
            end_s = max(end_s, stamp_s + (float(packet.duration * packet.time_base) if packet.duration else period_s))
    except (FFmpegError, OSError) as error:
        raise VideoError(f"{path.name} is damaged and could be read only in part.", COPY_AGAIN) from error
    stamps: list[float | None] = [stamp_s for run in runs for stamp_s in sorted(run)]
    clock = PlayClock(period_s)
    placed = [clock.place(stamp_s) for stamp_s in [*stamps, *[None] * unstamped]]
    times_s = np.array([time_s for time_s in placed if time_s is not None], dtype=np.float64)
    return PacketTimes(times_s=times_s, present_s=end_s - first_s, stamped=bool(stamps))


def _stamp(packet: Packet, has_pts: bool) -> float | None:
    """Presentation time in seconds by the container's clock; decoding time where only that is there."""
    ticks = packet.pts if has_pts and packet.pts is not None else packet.dts
    return None if ticks is None else float(ticks * packet.time_base)


def has_presentation_times(container: InputContainer) -> bool:
    """False for AVI, which counts frames in the order of decoding; what is read from it as `pts` is a guess."""
    return container.format.name != "avi"


def compute_rate(steps_s: npt.NDArray[np.float64]) -> float:
    """Frames/s of the usual step, from (N,) steps in s, N > 0.

    Averaged over the steps near the median: some containers round times to ms, so that 30 frames/s come as steps of
    33, 33 and 34 ms.
    """
    median = np.median(steps_s)
    return float(1.0 / steps_s[np.abs(steps_s - median) <= _USUAL_STEP * median].mean())


def require_whole(path: Path, packets: PacketTimes, declared_s: float | None) -> None:
    """Check that the file does not end far before the duration it declares.

    Raises:
        VideoError: It was cut off.
    """
    if declared_s is None or not packets.stamped:
        return
    if packets.present_s < _WHOLE_SHARE * declared_s:
        raise VideoError(
            f"{path.name} is cut off: {packets.present_s:.1f} s of the {declared_s:.1f} s it declares are there.",
            COPY_AGAIN,
        )


def get_declared_duration(container: InputContainer, stream: VideoStream) -> float | None:
    """The picture's duration in seconds as the container declares it, or None.

    The container's own duration counts only where no sound could be what lasts longer.
    """
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    # Matroska declares where the track ends, which is its duration only when it starts at 0.
    start_s = float(stream.start_time * stream.time_base) if stream.start_time and stream.time_base else 0.0
    parts = stream.metadata.get("DURATION", "").strip("\x00 ").split(":")  # H:MM:SS.nnnnnnnnn
    if len(parts) == 3:
        return int(parts[0]) * 3600.0 + int(parts[1]) * 60.0 + float(parts[2]) - start_s
    if container.duration is not None and len(container.streams) == 1:
        return container.duration / 1e6 - start_s  # AV_TIME_BASE ticks
    return None


def get_declared_rate(stream: VideoStream) -> float:
    """The stream's average rate as declared, frames/s; 30 where the container says none."""
    rate = stream.average_rate or stream.guessed_rate
    return float(rate) if rate else _FALLBACK_RATE
