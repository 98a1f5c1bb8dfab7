"""`evaluate pose`: 2D keypoints on real clips against labels made by hand, beside mediapipe's defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runform.errors import BackendUnavailableError, InputError, WeightsError
from runform.pose.backends import open_estimator
from runform.pose.blazepose import BlazePose
from runform.pose.estimator import PoseEstimator
from runform.progress import Progress
from runform.sequences import FloatArray
from runform.settings import PROJECT_ROOT, Settings
from runform.training.confidence_evaluation import describe_reliability, none_if_unknown
from runform.training.labels import LABELLED_KEYPOINTS, LABELLED_PARTS, LabelFolder, LabelledClip, read_label_folder
from runform.training.pose_errors import (
    Answer,
    compute_errors,
    compute_pck,
    compute_torso,
    find_followed,
    find_merged,
    find_wrongly_merged,
    spread_torso,
)
from runform.training.pose_methods import find_by_default, find_by_ours

LABELS_DIR = PROJECT_ROOT / "tests" / "fixtures" / "labels"
DEFAULT = "mediapipe defaults"
ALL = "all"
WITHIN = (0.1, 0.2)
_MOST_OF_DEFAULT = 0.5
_MOSTLY_VISIBLE = 0.5
_BLAZEPOSE, _RTMPOSE = "BlazePose", "RTMPose"
Row = dict[str, Any]


@dataclass(frozen=True)
class Scored:
    """One method on one clip.

    Attributes:
        method: Its name.
        truth: The labels.
        answer: What it says of the clip.
        errors: (F, 10) torso lengths; infinite where not found, NaN where not labelled.
    """

    method: str
    truth: LabelledClip
    answer: Answer
    errors: FloatArray


def evaluate_pose(
    clips_dir: Path, settings: Settings, *, labels_dir: Path = LABELS_DIR, progress: Progress | None = None
) -> dict[str, list[Row]]:
    """Errors of mediapipe's defaults and of ours, raw and cleaned, with each backend that can run here.

    Args:
        clips_dir: The clips that are labelled.
        settings: Where weights lie. None are fetched: a backend without weights is told of in `not_run`.
        labels_dir: CSV files of labels.
        progress: Told after each clip.

    Returns:
        `rows`: per method and clip, and per method over all clips: labelled keypoints, PCK and errors at 0.1 and 0.2
        of the torso's length, frames found, frames with both legs on one (over the whole clip, and in labelled frames
        whose labels have them apart), and mostly visible frames in which the runner was followed. `joints`: errors per
        part. `confidence`: how far confidence tells what is right. `labellers`: how far two people's labels differ.
        `goals`. `not_run`: the methods that could not run here, and why.

    Raises:
        InputError: Labels or clips are missing.
        BackendUnavailableError: mediapipe or OpenVINO does not load.
    """
    folder = read_label_folder(labels_dir)
    settings = settings.model_copy(update={"allow_downloads": False})
    estimators, not_run = _open_estimators(settings)
    scored: list[Scored] = []
    for n, truth in enumerate(folder.clips):
        clip = clips_dir / truth.clip
        if not clip.is_file():
            raise InputError(f"{truth.clip} is labelled and is not in {clips_dir}.", "Give the folder of clips.")
        scored += [_score(method, truth, answer) for method, answer in _answer(clip, estimators, settings)]
        if progress is not None:
            progress.report((n + 1) / len(folder.clips))
    return describe(scored, folder) | {"not_run": not_run}


def describe(scored: Sequence[Scored], folder: LabelFolder) -> dict[str, list[Row]]:
    """The tables of `evaluate_pose` for methods that have run."""
    methods = list(dict.fromkeys(s.method for s in scored))
    groups = [(m, c, mine) for m in methods for c, mine in _group_by_clip([s for s in scored if s.method == m])]
    rows = [_describe_group(method, clip, mine, folder) for method, clip, mine in groups]
    return {
        "rows": rows,
        "joints": [_describe_part(m, c, part, mine) for m, c, mine in groups for part in LABELLED_PARTS],
        "confidence": [_describe_confidence(m, c, w, mine) for m, c, mine in groups for w in WITHIN],
        "labellers": _describe_labellers(folder),
        "goals": _judge(rows),
    }


def _open_estimators(settings: Settings) -> tuple[dict[str, PoseEstimator], list[Row]]:
    """The backends that can run here, and a row for each other one with the reason."""
    estimators: dict[str, PoseEstimator] = {_BLAZEPOSE: BlazePose()}
    try:
        estimators[_RTMPOSE] = open_estimator("rtmpose", settings)
    except (WeightsError, BackendUnavailableError) as error:
        return estimators, [{"method": f"ours, {_RTMPOSE}", "why": error.message}]
    return estimators, []


def _answer(clip: Path, estimators: dict[str, PoseEstimator], settings: Settings) -> Iterator[tuple[str, Answer]]:
    """Each method's name and answer."""
    yield DEFAULT, find_by_default(clip)
    for name, estimator in estimators.items():
        raw, cleaned = find_by_ours(clip, estimator, settings)
        yield f"ours, {name}, raw", raw
        yield f"ours, {name}, cleaned", cleaned


def _score(method: str, truth: LabelledClip, answer: Answer) -> Scored:
    return Scored(method, truth, answer, compute_errors(answer, truth))


def _group_by_clip(scored: Sequence[Scored]) -> Iterator[tuple[str, Sequence[Scored]]]:
    """Each clip alone, then all of them."""
    for one in scored:
        yield one.truth.clip, [one]
    yield ALL, scored


def _describe_group(method: str, clip: str, scored: Sequence[Scored], folder: LabelFolder) -> Row:
    """One method on one clip, or on all."""
    errors = np.concatenate([s.errors for s in scored])
    mostly = [_find_mostly_visible(s, folder) for s in scored]
    return {
        "method": method,
        "clip": clip,
        **_count_errors(errors),
        "median_error": none_if_unknown(float(np.median(errors[~np.isnan(errors)]))),
        "frames": sum(len(s.answer.xy_px) for s in scored),
        "found": sum(int(s.answer.found.sum()) for s in scored),
        "merged": sum(
            int(find_merged(s.answer.xy_px, spread_torso(s.truth, len(s.answer.xy_px))).sum()) for s in scored
        ),
        "merged_labelled": sum(int(find_wrongly_merged(s.answer, s.truth).sum()) for s in scored),
        "mostly_visible": sum(len(frames) for frames in mostly),
        "followed": sum(int(find_followed(s.answer, s.truth)[m].sum()) for s, m in zip(scored, mostly, strict=True)),
    }


def _find_mostly_visible(scored: Scored, folder: LabelFolder) -> list[int]:
    """Frames that show more than half of the runner, where that was noted; else none."""
    share = folder.visible_share.get(scored.truth.clip, np.zeros(0))
    return [int(frame) for frame in np.flatnonzero(share > _MOSTLY_VISIBLE)]


def _describe_part(method: str, clip: str, part: str, scored: Sequence[Scored]) -> Row:
    """Errors of one part of both legs."""
    columns = [k for k, name in enumerate(LABELLED_KEYPOINTS) if name.endswith(f"_{part}")]
    return {
        "method": method,
        "clip": clip,
        "joint": part,
        **_count_errors(np.concatenate([s.errors[:, columns] for s in scored])),
    }


def _count_errors(errors: FloatArray) -> Row:
    """PCK and how many keypoints are further off, at each distance."""
    labelled = errors[~np.isnan(errors)]
    row: Row = {"keypoints": len(labelled)}
    for within in WITHIN:
        row[f"pck_{within}"] = none_if_unknown(compute_pck(errors, within))
        row[f"errors_{within}"] = int((labelled > within).sum())
    return row


def _describe_confidence(method: str, clip: str, within: float, scored: Sequence[Scored]) -> Row:
    """How far confidence tells which of the keypoints found are right; those not found claim nothing."""
    confidence = np.concatenate([s.answer.confidence[s.truth.frames][np.isfinite(s.errors)] for s in scored])
    right = np.concatenate([s.errors[np.isfinite(s.errors)] <= within for s in scored])
    return {"method": method, "clip": clip, "within": within, **describe_reliability(confidence, right)}


def _describe_labellers(folder: LabelFolder) -> list[Row]:
    """How far a second person's labels are from the first's, per part; the best that any method can be seen to do."""
    rows = []
    for again in folder.again:
        truth = next((clip for clip in folder.clips if clip.clip == again.clip), None)
        if truth is None:
            continue
        shared = [n for n, frame in enumerate(again.frames) if frame in truth.frames]
        at = np.searchsorted(truth.frames, again.frames[shared])
        away_px = np.linalg.norm(again.xy_px[shared] - truth.xy_px[at], axis=2)  # (F, 10)
        away = away_px / compute_torso(truth)[at, None]
        for part in (*LABELLED_PARTS, ALL):
            columns = [k for k, name in enumerate(LABELLED_KEYPOINTS) if part in (ALL, name.split("_")[1])]
            px = away_px[:, columns]
            rows.append(
                {
                    "clip": again.clip,
                    "joint": part,
                    "frames": len(shared),
                    **_count_errors(away[:, columns]),
                    "median_px": none_if_unknown(float(np.median(px[~np.isnan(px)]))),
                    "rms_px": none_if_unknown(float(np.sqrt(np.nanmean(px**2)))),
                }
            )
    return rows


def _judge(rows: Sequence[Row]) -> list[Row]:
    """The goals of ours, cleaned: half of the default's errors at 0.2, no frame with both legs on one, followed."""
    default = {row["clip"]: row for row in rows if row["method"] == DEFAULT}
    goals = []
    for row in rows:
        if not row["method"].endswith(", cleaned"):
            continue
        most = _MOST_OF_DEFAULT * default[row["clip"]]["errors_0.2"]
        aims = [("errors at 0.2, at most half of the default's", row["errors_0.2"], most, row["errors_0.2"] <= most)]
        aims.append(("frames with both legs on one", row["merged"], 0, row["merged"] == 0))
        if row["mostly_visible"]:
            seen = row["mostly_visible"]
            aims.append(("mostly visible frames followed", row["followed"], seen, row["followed"] == seen))
        goals += [
            {"goal": goal, "method": row["method"], "clip": row["clip"], "measured": has, "limit": limit, "met": met}
            for goal, has, limit, met in aims
        ]
    return goals
