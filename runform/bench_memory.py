"""Peak memory with a short and a long clip, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, cast

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from runform.analysis import Analyser
from runform.bench_pose import run_pose_stage
from runform.errors import RunFormError
from runform.pose.blazepose import BlazePose
from runform.pose.cleaning import clean_keypoints
from runform.progress import Progress
from runform.results import AnalysisOptions
from runform.settings import PROJECT_ROOT, Settings
from runform.video.read import probe

Stage = Literal["pose stage", "whole analysis"]
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Peak:
    """What one process took.

    Attributes:
        megabytes: Its largest resident size, None where the system does not say.
        frames: That it read.
        found: In how many of them the runner was found.
    """

    megabytes: float | None
    frames: int
    found: int


def compare_peaks(path: Path, stage: Stage, lengths_s: Sequence[float], progress: Progress) -> list[Peak]:
    """Peak memory of a stage with clips of several lengths, made by repeating one clip.

    Args:
        path: The clip to repeat.
        stage: What is run, with BlazePose.
        lengths_s: Of the clips, s.
        progress: Told after each.
    """
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for length_s in lengths_s:
            repeated = Path(folder) / f"{length_s:g}s.mkv"
            repeat_clip(path, repeated, length_s)
            peaks.append(_measure_apart(repeated, stage))
            progress.report(len(peaks) / len(lengths_s))
    return peaks


def _measure_apart(path: Path, stage: Stage) -> Peak:
    """`measure_peak` in a fresh process: what an earlier stage took does not count, and memory is seldom given back.

    Raises:
        RunFormError: The process failed.
    """
    command = [sys.executable, "-m", "runform.bench_memory", str(path.absolute()), stage]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RunFormError(f"The {stage} of {path.name} failed in a process of its own ({reason}).")
    return Peak(**json.loads(done.stdout.splitlines()[-1]))


def repeat_clip(source: Path, target: Path, length_s: float) -> None:
    """Write a clip over and over until it is so long, without coding it again.

    Args:
        source: The clip.
        target: The file to write, .mkv since that takes every codec.
        length_s: Seconds as played; the last turn breaks off there.
    """
    with av.open(str(source)) as first, av.open(str(target), "w") as written:
        stream = first.streams.video[0]
        copied = written.add_stream_from_template(stream)
        time_base = stream.time_base or Fraction(1)
        shift = 0
        while shift * time_base < length_s:
            shift += _append(source, written, copied, shift, int(length_s / time_base))


def _append(source: Path, written: OutputContainer, copied: VideoStream, shift: int, end: int) -> int:
    """Copy a clip's packets that lie before `end`, later by `shift`, and give its length; all in the clip's ticks."""
    with av.open(str(source)) as read:
        packets = [p for p in read.demux(read.streams.video[0]) if p.pts is not None and p.dts is not None]
        times = sorted(p.pts for p in packets if p.pts is not None)
        for packet in packets:
            if packet.pts is None or packet.dts is None or packet.pts - times[0] + shift >= end:
                continue
            packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, copied
            written.mux(packet)
    return (times[-1] - times[0]) * len(times) // (len(times) - 1)


def measure_peak(path: Path, stage: Stage) -> Peak:
    """Run a stage over a clip in this process and say what the process has taken at most."""
    frames, found = _STAGES[stage](path)
    return Peak(_read_peak_mb(), frames, found)


def _run_pose_stage(path: Path) -> tuple[int, int]:
    """People, keypoints and cleaning; how many frames there are, and in how many the runner was found."""
    raw = run_pose_stage(path, probe(path), BlazePose()).raw
    clean_keypoints(raw)
    return len(raw), int(raw.found.sum())


def _run_analysis(path: Path) -> tuple[int, int]:
    """Everything but the overlay; counts as `_run_pose_stage`."""
    settings = Settings(backend="blazepose", device="cpu", allow_downloads=False)
    analysis = Analyser(settings).analyse(path, AnalysisOptions())
    return len(analysis.raw), analysis.pose.frames_found


_STAGES = {"pose stage": _run_pose_stage, "whole analysis": _run_analysis}


def _read_peak_mb() -> float | None:
    """The largest resident size so far, MB.

    The kernel's own figure for this program: getrusage also counts what the parent had when it started it.
    """
    if not _STATUS.is_file():
        return None
    lines = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="ascii").splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(measure_peak(Path(sys.argv[1]), cast(Stage, sys.argv[2])))) + "\n")
