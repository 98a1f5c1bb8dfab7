"""What the overstride verdict is worth on labelled clips: as shipped, by geometry alone, and learnt anew by folds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from runform.analysis import Analyser
from runform.errors import InputError
from runform.form.overstride_svm import CLASSES, describe_missing_labels, train_svm
from runform.hashing import compute_sha256
from runform.progress import Progress
from runform.record import RECORD_FILE, read_record, write_record
from runform.results import Analysis, AnalysisOptions
from runform.settings import Settings
from runform.training.overstride_labels import LabelledClip, read_labelled_clips
from runform.training.overstride_scoring import MEASURES, Row, score_paper_protocol, score_probabilities, summarise

SHIPPED, GEOMETRY, BOTH = "shipped model", "geometry alone", "verdict (both)"
NESTED, PAPER = "learnt anew, grouped nested folds", "learnt anew, 4 random folds (as published)"
PUBLISHED_ACCURACY = 0.725
"""LaBash and Marker (2023): linear SVM, 18 clips, 4 folds."""
GOALS = (
    ("area under the curve", "auc", 0.95),
    ("accuracy where it decides", "accuracy_decided", 0.90),
    ("without a verdict", "undecided", 0.15),
)
"""(name, entry of a row, goal); the last is not to be exceeded."""
_NESTED_PERMUTATIONS = 99


@dataclass(frozen=True)
class JudgedClip:
    """A labelled clip and what an analysis says of it.

    Attributes:
        clip: The row of the table.
        analysis: Of the clip, by nothing but what RunForm ships.
    """

    clip: LabelledClip
    analysis: Analysis

    @property
    def overstrides(self) -> bool:
        """The label."""
        return self.clip.label == "overstride"


def evaluate_overstride(
    labels: Path,
    settings: Settings,
    *,
    keep_dir: Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Judge every labelled clip and hold the verdicts against the labels.

    Args:
        labels: A CSV as `read_labelled_clips` takes it.
        settings: Models and device; no database is looked into, so that no label of a coach's plays a part.
        keep_dir: Analyses are kept there and used again by the next evaluation; None analyses every clip.
        seed: Of folds, permutations and the bootstrap.
        progress: Told while clips are analysed.

    Returns:
        rows: one for each way to judge; clips: one for each clip; goals: of the shipped model and the whole verdict.

    Raises:
        InputError: The table is not as it must be, or all clips carry one label.
        VideoError: A clip cannot be read.
    """
    clips = read_labelled_clips(labels)
    if len({clip.label for clip in clips}) < 2:
        raise InputError(
            f"All clips of {labels.name} carry the same label.", f"Add clips of both: {', '.join(CLASSES)}."
        )
    analyser, progress = Analyser(settings), progress or Progress()
    judged = [
        JudgedClip(clip, _analyse(clip, analyser, keep_dir, progress.part(number / len(clips), 1 / len(clips))))
        for number, clip in enumerate(clips)
    ]
    rows = judge_clips(judged, seed)
    return {"rows": rows, "clips": [_describe_clip(each) for each in judged], "goals": set_goals(rows)}


def judge_clips(judged: Sequence[JudgedClip], seed: int = 0) -> list[Row]:
    """A row for each way to judge.

    Args:
        judged: Clips of both labels.
        seed: Of folds, permutations and the bootstrap.
    """
    ways: dict[str, Callable[[Analysis], float]] = {
        SHIPPED: lambda a: a.overstride.svm.probability,
        GEOMETRY: lambda a: a.overstride.geometry.probability,
        BOTH: lambda a: a.overstride.probability,
    }
    y = np.array([each.overstrides for each in judged], dtype=np.intp)
    groups = np.array([each.clip.runner for each in judged])
    rows = [
        {"method": name} | score_probabilities([read(each.analysis) for each in judged], y, groups, seed)
        for name, read in ways.items()
    ]
    return rows + _learn_anew(judged, seed)


def set_goals(rows: Sequence[Row]) -> list[Row]:
    """The goals that were set for the shipped model, for it alone and for the verdict it is part of."""
    return [
        {
            "name": f"{name}, {row['method']}",
            "value": row[key],
            "unit": "1",
            "goal": goal,
            "met": bool(row[key] <= goal if key == "undecided" else row[key] >= goal),
        }
        for row in rows
        if row["method"] in (SHIPPED, BOTH)
        for name, key, goal in GOALS
    ]


def _learn_anew(judged: Sequence[JudgedClip], seed: int) -> list[Row]:
    """What a model learnt from these clips alone does by folds; NaN, with the reason, where they are too few."""
    forms = [(each.clip, each.analysis.embedding) for each in judged if each.analysis.embedding is not None]
    labels, runners = [clip.label for clip, _ in forms], [clip.runner for clip, _ in forms]
    counts: Row = {"clips": len(judged), "runners": len({each.clip.runner for each in judged})}
    counts |= {"refused": len(judged) - len(forms), "undecided": math.nan, "accuracy_decided": math.nan}
    counts |= dict.fromkeys(MEASURES, math.nan)
    if missing := describe_missing_labels(labels, runners):
        return [{"method": name} | counts | {"note": missing} for name in (NESTED, PAPER)]
    vectors = np.stack([embedding.vector for _, embedding in forms])
    identity = forms[0][1].model_sha256
    _, validation = train_svm(vectors, labels, runners, seed, model_sha256=identity, permutations=_NESTED_PERMUTATIONS)
    y = np.array([CLASSES.index(label) for label in labels], dtype=np.intp)
    accuracy, low, high = score_paper_protocol(vectors, y, seed)
    paper = {"accuracy": accuracy, "accuracy_low": low, "accuracy_high": high}
    nested = summarise(validation, y, np.array(runners), seed)
    return [{"method": NESTED} | counts | nested, {"method": PAPER} | counts | paper]


def _analyse(clip: LabelledClip, analyser: Analyser, keep_dir: Path | None, progress: Progress) -> Analysis:
    """The analysis of a clip, its verdict by today's model; from `keep_dir` where it is kept."""
    if keep_dir is None:
        return analyser.analyse(clip.path, AnalysisOptions(), progress=progress)
    weights, _, recipe = analyser.identify_forms().partition(".")
    kept = keep_dir / f"{compute_sha256(clip.path)[:16]}_{weights[:12]}_{recipe}"
    if not (kept / RECORD_FILE).is_file():
        write_record(analyser.analyse(clip.path, AnalysisOptions(), progress=progress), kept)
    analysis = read_record(kept)
    return replace(analysis, overstride=analyser.compare_with(None).judge_analysis(analysis))


def _describe_clip(each: JudgedClip) -> Row:
    """One clip for the table."""
    verdict = each.analysis.overstride
    return {
        "clip": each.clip.path.name,
        "runner": each.clip.runner,
        "label": each.clip.label,
        "verdict": verdict.verdict,
        "probability": verdict.probability,
        "shipped_model": verdict.svm.probability,
        "geometry": verdict.geometry.probability,
        "reach": verdict.geometry.reach,
        "reason": verdict.reason if verdict.verdict in ("refused", "uncertain") else "",
    }
