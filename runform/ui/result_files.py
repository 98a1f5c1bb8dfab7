"""Where a run's numbers came from, and taking them along or deleting them."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from runform.record import to_public_json, write_npz
from runform.report.joint_export import to_bytes, write_joints_csv, write_joints_npz
from runform.results import Analysis
from runform.standing import stand_runner
from runform.store.runs import RunSummary, StoredRun
from runform.ui import components, result_side_by_side, run_access, text
from runform.ui.format import escape_markdown

_BINARY = "application/octet-stream"


def show_details(analysis: Analysis) -> None:
    """Clip, pose backend and why it ran, hashes, versions: folded away."""
    words = text.Result
    with st.expander(words.DETAILS, icon=":material/build:"):
        st.markdown(f"**{words.DETAILS_CLIP}**: {escape_markdown(describe_clip(analysis))}")
        st.markdown(f"**{words.DETAILS_POSE}**: {escape_markdown(describe_pose(analysis))}")
        st.markdown(f"**{words.DETAILS_HASHES}**")
        hashes = {words.HASH_CLIP: analysis.clip_sha256, words.HASH_POSE: analysis.pose.model_sha256}
        if analysis.embedding is not None:
            hashes[f"{words.HASH_LIFTER} ({analysis.embedding.model})"] = analysis.embedding.model_sha256
        st.code("\n".join(f"{digest}  {name}" for name, digest in hashes.items()), language=None, wrap_lines=True)
        st.markdown(f"**{words.DETAILS_VERSIONS}**")
        st.code("\n".join(f"{name} {version}" for name, version in analysis.versions.items()), language=None)


def show_pose_note(analysis: Analysis) -> None:
    """What the coach should know of how the runner was found, when there is something."""
    if analysis.pose.note:
        st.info(escape_markdown(analysis.pose.note), icon=":material/info:")


def describe_clip(analysis: Analysis) -> str:
    """Name, size, rate and codec in one line."""
    words, clip = text.Result, analysis.clip
    line = words.DETAILS_CLIP_LINE.format(
        name=Path(clip.path).name,
        width=clip.width,
        height=clip.height,
        frames=clip.frames,
        rate=f"{clip.frame_rate:.4g}",
        duration=f"{clip.duration_s:.1f}",
        codec=clip.codec,
    )
    if clip.time_scale != 1.0:
        line += words.DETAILS_SLOW.format(scale=f"{clip.time_scale:g}")
    return line


def describe_pose(analysis: Analysis) -> str:
    """Which model found the runner, in how many frames, and what had to be repaired."""
    pose = analysis.pose
    words = text.Result
    line = words.DETAILS_POSE_LINE.format(
        backend=pose.backend,
        model=pose.model,
        found=pose.frames_found,
        frames=len(analysis.keypoints),
        swaps=pose.swaps_repaired,
        gaps=pose.gaps_filled,
    )
    if math.isfinite(pose.cutoff_hz):
        line += words.DETAILS_CUTOFF.format(cutoff=pose.cutoff_hz)
    if pose.detector:
        line += words.DETAILS_DETECTOR.format(detector=pose.detector)
    return line


def show_downloads(run: StoredRun) -> None:
    """Numbers, arrays, joints and the side-by-side video, each made when it is asked for."""
    words, analysis = text.Result, run.analysis
    runner = stand_runner(analysis)
    stem = Path(analysis.clip.path).stem
    real_time = False
    if runner is not None and analysis.clip.time_scale != 1.0:
        real_time = st.toggle(words.SIDE_BY_SIDE_REAL_TIME, key="side_by_side_real_time")
    with st.container(horizontal=True, key="downloads"):
        _show_download(words.DOWNLOAD_JSON, lambda: make_json(analysis), f"{stem}.json", "application/json", "json")
        _show_download(words.DOWNLOAD_NPZ, lambda: make_npz(analysis), f"{stem}.npz", _BINARY, "npz")
        if runner is not None:
            _show_download(
                words.DOWNLOAD_JOINTS_NPZ,
                lambda: to_bytes(write_joints_npz, runner),
                f"{stem}_joints.npz",
                _BINARY,
                "joints_npz",
            )
            _show_download(
                words.DOWNLOAD_JOINTS_CSV,
                lambda: to_bytes(write_joints_csv, runner),
                f"{stem}_joints.csv",
                "text/csv",
                "joints_csv",
            )
            result_side_by_side.show_button(run, real_time=real_time)
    if runner is None:
        st.caption(words.NO_JOINTS_TO_TAKE)
    else:
        result_side_by_side.show_progress(run, real_time=real_time)


def _show_download(label: str, make: Callable[[], bytes], file_name: str, mime: str, key: str) -> None:
    """A button that makes a file and hands it over, without drawing the page again."""
    st.download_button(
        label,
        make,
        file_name=file_name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"download_{key}",
    )


def make_json(analysis: Analysis) -> bytes:
    """The run as the command line's --json writes it."""
    return json.dumps(to_public_json(analysis), indent=2, allow_nan=False).encode()


def make_npz(analysis: Analysis) -> bytes:
    """The run's arrays as the command line's --npz writes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.npz"
        write_npz(analysis, path)
        return path.read_bytes()


def show_delete(summary: RunSummary) -> None:
    """Deleting the run, asked twice."""
    label = escape_markdown(run_access.label_run(summary))
    components.confirmed_delete(
        text.Result.DELETE,
        text.Result.DELETE_QUESTION.format(label=label),
        key="delete_run",
        delete=lambda: _delete(summary.id),
    )


def _delete(run_id: str) -> None:
    result_side_by_side.stop(run_id)
    run_access.remove_run(run_id)
