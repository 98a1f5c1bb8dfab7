"""How far the running metrics lie from the truth, and how often within their ±: runs with force plates, as phones would
film them.

Every clip goes the way of a real one: filmed by a virtual camera, spoilt as a detector spoils it, cleaned, analysed.
hamner04 at 3 and 5 m/s set the figures of `gait/systematic.py` and stand in the table as tuned; the goals are judged on
the other runs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runform.gait.definitions import DEFINITIONS
from runform.gait.report import analyse_gait
from runform.pose.cleaning import clean_keypoints
from runform.results import AnalysisOptions, Metric
from runform.sequences import SIDES, ClipInfo, FloatArray
from runform.training.contact_evaluation import TUNED, film_from_side
from runform.training.detector_damage import DamagePlan
from runform.training.filming import FilmedRun
from runform.training.force_runs import ForceRun, extend_force_run, read_force_runs
from runform.training.metric_truth import TrueMetric, compute_true_metrics

FRAME_RATES = (30.0, 60.0, 120.0, 240.0)
YAWS_DEG = (0.0, 10.0, 20.0)
COVERAGE = (0.90, 0.98)
"""Share of clips, least and most, that should hold the truth within the stated 95 %."""
DETECTOR = DamagePlan(offset=0.02)
"""Joints steadily misplaced about as much as BlazePose's are against the hand labels of the treadmill clip: 0.03 leg
lengths at the hips, 0.01 at knees and ankles and 0.03 at the feet (root mean square)."""
HEIGHT_CM = {"hamner04": 177.2}
"""Subjects whose height is known; the others' lengths stay in leg lengths and are not judged."""
_REPEATS = 4
_TRUTH_S = 60.0


@dataclass(frozen=True)
class Reading:
    """One metric of one clip beside the truth.

    Attributes:
        run: Which run.
        found: As printed.
        true: Of the runner, over a minute of the run.
    """

    run: str
    found: Metric
    true: TrueMetric

    @property
    def error(self) -> float:
        """Of the mean of both sides."""
        return self.found.value - self.true.value

    @property
    def side_errors(self) -> tuple[float, float]:
        """Of left and right; NaN where the metric has no sides."""
        return self.found.left - self.true.left, self.found.right - self.true.right


def evaluate_metrics(
    mocap_dir: Path,
    seed: int = 0,
    frame_rates: tuple[float, ...] = FRAME_RATES,
    yaws_deg: tuple[float, ...] = YAWS_DEG,
    repeats: int = _REPEATS,
) -> dict[str, Any]:
    """Errors and coverage of every metric that markers and force plates can tell.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        seed: Of cameras and detector.
        frame_rates: Frames/s.
        yaws_deg: Of the camera from square.
        repeats: Clips of each run, rate and yaw.

    Returns:
        rows: one for each metric, of the runs that tuned nothing and of those that did, in the metric's unit; goals:
        the coverage of each metric over the runs that tuned nothing.

    Raises:
        InputError: No run with force plates there.
    """
    readings = list(read_metrics(read_force_runs(mocap_dir), seed, frame_rates, yaws_deg, repeats))
    rows = []
    for tuned in (False, True):
        chosen = [reading for reading in readings if (reading.run in TUNED) is tuned]
        rows += [row | {"tuned": tuned} for row in _describe(chosen)]
    goals = [_judge(row) for row in rows if not row["tuned"]]
    return {"rows": rows, "goals": goals}


def read_metrics(
    runs: Iterable[ForceRun],
    seed: int,
    frame_rates: Sequence[float],
    yaws_deg: Sequence[float],
    repeats: int,
) -> Iterator[Reading]:
    """Every metric of every run filmed at each rate and yaw."""
    for run in runs:
        key = zlib.crc32(run.name.encode())
        truth = compute_true_metrics(extend_force_run(run, _TRUTH_S, np.random.default_rng([seed, key])))
        for rate in frame_rates:
            for yaw in yaws_deg:
                for repeat in range(repeats):
                    rng = np.random.default_rng([seed, key, round(rate), round(yaw), repeat])
                    filmed = film_from_side(run, rate, yaw, repeat, rng, DETECTOR)
                    yield from _compare(analyse_filmed(filmed), truth, run.name)


def analyse_filmed(filmed: FilmedRun) -> dict[str, Metric]:
    """The metrics of one filmed clip, as an analysis gives them."""
    keypoints, _ = clean_keypoints(filmed.keypoints)
    camera, frames = filmed.camera, len(keypoints)
    clip = ClipInfo(
        path=filmed.name,
        width=camera.width,
        height=camera.height,
        frames=frames,
        duration_s=frames / camera.frame_rate,
        frame_rate=camera.frame_rate,
        rotation_deg=0,
        codec="h264",
    )
    options = AnalysisOptions(height_cm=HEIGHT_CM.get(filmed.subject))
    return analyse_gait(keypoints, clip=clip, options=options).metrics


def _compare(metrics: dict[str, Metric], truth: dict[str, TrueMetric], run: str) -> Iterator[Reading]:
    """The metrics that were found, in the unit of the truth."""
    for name, true in truth.items():
        found = metrics[name]
        if np.isfinite(found.value) and found.unit == DEFINITIONS[name].unit:
            yield Reading(run, found, true)


def _describe(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """A row for each metric, in the order of `DEFINITIONS`."""
    rows = []
    for name in DEFINITIONS:
        own = [reading for reading in readings if reading.found.name == name]
        if not own:
            continue
        errors = np.array([reading.error for reading in own])
        side_errors = np.array([reading.side_errors for reading in own])
        stated = np.array([reading.found.plus_minus for reading in own])
        stated_sides = np.array([[getattr(r.found, f"{side}_plus_minus") for side in SIDES] for r in own])
        rows.append(
            {
                "metric": name,
                "unit": own[0].found.unit,
                "clips": len(own),
                "bias": float(errors.mean()),
                "sd": float(errors.std()),
                "p95": float(np.percentile(np.abs(errors), 95)),
                "stated": float(np.median(stated)),
                "coverage": _compute_coverage(errors, stated),
                "side_p95": _percentile(side_errors),
                "side_coverage": _compute_coverage(side_errors, stated_sides),
            }
        )
    return rows


def _compute_coverage(errors: FloatArray, stated: FloatArray) -> float:
    """Share of known errors within their stated half-width; NaN for none."""
    known = np.isfinite(errors)
    return float(np.mean(np.abs(errors[known]) <= stated[known])) if known.any() else float("nan")


def _percentile(errors: FloatArray) -> float:
    """95th percentile of the known errors' size; NaN for none."""
    known = np.abs(errors[np.isfinite(errors)])
    return float(np.percentile(known, 95)) if len(known) else float("nan")


def _judge(row: dict[str, Any]) -> dict[str, Any]:
    """Whether a metric's stated 95 % holds the truth as often as it says."""
    low, high = COVERAGE
    value = row["coverage"]
    return {"name": row["metric"], "value": value, "goal": f"{low} to {high}", "met": bool(low <= value <= high)}
