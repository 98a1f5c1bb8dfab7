"""The table and the goals of `evaluate cleaning`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray
from runform.training.cleaning_scenes import Scene

SWAP_LENGTHS = ((1, 3), (4, 10), (11, 20))
SUMMARIES = ("runs", "walks", "all")
"""Conditions that take in many others."""
_CONFIDENCE_EDGES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
_LEAST_KEYPOINTS = 100


@dataclass(frozen=True)
class Tally:
    """Right, false and missed frames of one kind of repair."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def recall(self) -> float:
        """Of the damaged frames those repaired; NaN without any."""
        damaged = self.right + self.missed
        return self.right / damaged if damaged else float("nan")

    @property
    def precision(self) -> float:
        """Of the repaired frames those damaged; NaN without any."""
        repaired = self.right + self.false
        return self.right / repaired if repaired else float("nan")


@dataclass(frozen=True)
class Outcome:
    """One scene's figures.

    Attributes:
        scene: What was seen.
        legs, arms, merged: Repairs, frame by frame.
        by_length: Swapped leg frames found, for each range of `SWAP_LENGTHS`.
        before, after, filtered: Mean error in percent of the trunk, over the keypoints found raw and clean.
        lost: Share of the keypoints found raw that cleaning gave up.
        clean_before, clean_after: The same for the clean track.
        confidence, within: (N,) of every keypoint of a detector that errs steadily too, cleaned, and whether it lies
            within a tenth of the trunk of the truth.
    """

    scene: Scene
    legs: Tally
    arms: Tally
    merged: Tally
    by_length: tuple[Tally, ...]
    before: float
    after: float
    filtered: float
    lost: float
    clean_before: float
    clean_after: float
    confidence: FloatArray
    within: npt.NDArray[np.bool_]


def group_outcomes(outcomes: list[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    """The conditions of the table and their scenes."""
    conditions: dict[str, list[Outcome]] = {}
    for label in (_label_rate, _label_view, _label_distance, _label_motion, _label_kind, lambda _: "all"):
        for outcome in sorted(outcomes, key=lambda o: (o.scene.frame_rate, o.scene.oblique_deg, o.scene.distance_m)):
            conditions.setdefault(label(outcome), []).append(outcome)
    yield from conditions.items()


def _label_rate(outcome: Outcome) -> str:
    return f"{outcome.scene.frame_rate:.0f} frames/s"


def _label_view(outcome: Outcome) -> str:
    return f"{outcome.scene.oblique_deg:.0f}° oblique"


def _label_distance(outcome: Outcome) -> str:
    return f"{outcome.scene.distance_m:.0f} m away"


def _label_motion(outcome: Outcome) -> str:
    return outcome.scene.motion


def _label_kind(outcome: Outcome) -> str:
    return f"{outcome.scene.kind}s"


def describe_groups(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """The table: one row for each condition."""
    return [_describe(name, chosen) for name, chosen in group_outcomes(outcomes)]


def _describe(name: str, outcomes: list[Outcome]) -> dict[str, Any]:
    """One row of the table."""
    legs = sum((o.legs for o in outcomes), Tally())
    arms = sum((o.arms for o in outcomes), Tally())
    merged = sum((o.merged for o in outcomes), Tally())
    before, after, filtered, lost, clean_before, clean_after = np.mean(
        [(o.before, o.after, o.filtered, o.lost, o.clean_before, o.clean_after) for o in outcomes], axis=0
    )
    row: dict[str, Any] = {
        "condition": name,
        "scenes": len(outcomes),
        "swapped": legs.right + legs.missed,
        "recall": legs.recall,
        "precision": legs.precision,
        "arm_recall": arms.recall,
        "arm_precision": arms.precision,
        "merged_recall": merged.recall,
        "merged_precision": merged.precision,
    }
    for i, (low, high) in enumerate(SWAP_LENGTHS):
        row[f"recall_{low}_to_{high}"] = sum((o.by_length[i] for o in outcomes), Tally()).recall
    return row | {
        "before": float(before),
        "after": float(after),
        "ratio": float(after / before),
        "butterworth": float(filtered),
        "lost_percent": 100.0 * float(lost),
        "harm_percent": 100.0 * float(clean_after / clean_before - 1.0),
    }


def compare_with_goals(rows: list[dict[str, Any]], rows_by_seed: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The design's goals and what was measured, for runs, and for all, walks that turn round among them.

    Args:
        rows: The table over all seeds, as from `describe_groups`; harm to a clean track is read from it.
        rows_by_seed: The table of each seed; a goal is met when the seed that does worst meets it.
    """
    goals = []
    for condition in ("runs", "all"):
        of_seeds = [row for table in rows_by_seed for row in table if row["condition"] == condition]
        if of_seeds:
            for limbs, prefix in (("leg", ""), ("arm", "arm_")):
                for what, goal in (("recall", 0.97), ("precision", 0.99)):
                    # NaN, where nothing was swapped, says nothing.
                    values = [row[prefix + what] for row in of_seeds if not np.isnan(row[prefix + what])]
                    worst = min(values, default=float("nan"))
                    goals.append(_at_least(f"{limbs} swap {what}, {condition}", worst, goal))
            ratio = max(row["ratio"] for row in of_seeds)
            goals.append(_at_most(f"error after over before, {condition}", ratio, 0.6))
    harm = max(row["harm_percent"] for row in rows)
    return [*goals, _at_most("error added to a clean track, worst condition", harm, 2.0, "%")]


def _at_least(name: str, value: float, goal: float, unit: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "met": bool(value >= goal)}


def _at_most(name: str, value: float, goal: float, unit: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "met": bool(value <= goal)}


def describe_confidence(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """For each range of confidence, how many of its keypoints lie within a tenth of the trunk of the truth."""
    confidence = np.concatenate([o.confidence for o in outcomes])
    within = np.concatenate([o.within for o in outcomes])
    rows = []
    for low, high in itertools.pairwise(_CONFIDENCE_EDGES):
        inside = (confidence >= low) & (confidence < high)
        if inside.sum() >= _LEAST_KEYPOINTS:
            rows.append({
                "from": low,
                "to": high,
                "keypoints": int(inside.sum()),
                "confidence": float(confidence[inside].mean()),
                "percent_right": 100.0 * float(within[inside].mean()),
            })  # fmt: skip
    return rows
