"""How well cleaning repairs what detectors do wrong: captured motion, virtual cameras, known damage.

Cleaning's constants and the confidence table were set on `TUNING_MOTIONS`; the figures are of `REPORTED_MOTIONS`, which
are other recordings and, for rbds001 and the iclone walks, other people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, filtfilt

from runform.pose.cleaning import clean_keypoints
from runform.pose.confidence import WITHIN_TRUNK
from runform.pose.signals import iterate_runs
from runform.sequences import FloatArray, KeypointSequence, Repair
from runform.training.cleaning_scenes import Scene, make_scene
from runform.training.cleaning_tables import (
    SUMMARIES,
    SWAP_LENGTHS,
    Outcome,
    Tally,
    compare_with_goals,
    describe_confidence,
    describe_groups,
)
from runform.training.detector_damage import DamagedKeypoints, DamagePlan
from runform.training.runner_motions import read_runner_motions

TUNING_MOTIONS = (
    "train_running_running_1", "train_running_running_2", "train_running_running_3", "hamner04 run200",
    "hamner04 run400", "sprinter run0500cms", "train_walking_extra_walking_20", "train_walking_extra_walking_51",
    "train_walking_extra_walking_23", "iclone_006_12",
)  # fmt: skip
REPORTED_MOTIONS = (
    "test_running_running_1", "train_running_running_4", "hamner04 run300", "hamner04 run500", "rbds001",
    "sprinter run0900cms", "test_walking_extra_walking_18", "iclone_006_02", "iclone_006_10",
)  # fmt: skip
SEEDS = (0, 1, 2)
FRAME_RATES = (25.0, 30.0, 60.0, 120.0, 240.0)
OBLIQUE_DEG = (0.0, 15.0, 30.0)
DISTANCES_M = (3.0, 8.0)
CLEAN = DamagePlan(
    noise=0.2, drift_share=0.0, swaps_per_s=0.0, merged_share=0.0, gaps_per_s=0.0, spike_share=0.0, lags_per_s=0.0
)
"""A detector with a fifth of the usual noise, 2 to 5 mm per coordinate, and no other fault."""
STEADY_ERRORS = (
    DamagePlan(noise=0.7, drift_share=0.5, offset=0.015),
    DamagePlan(noise=1.3, drift_share=0.5, offset=0.03),
    DamagePlan(noise=2.0, drift_share=0.5, offset=0.045),
)
"""Detectors that also err steadily and slowly, as real ones do against hand labels: for the confidence."""
_VIEWS_EACH = 2  # of six, for each motion and frame rate, in turn
_BUTTERWORTH_HZ = 6.0
_LEAST_FILTERED = 16


def evaluate_cleaning(mocap_dir: Path, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Recall and precision of the repairs, and the error before and after.

    Args:
        mocap_dir: A copy of ../shared/mocap; motions whose files are absent are left out.
        seeds: Of cameras and damage, at least one; the table is over all of them, and runs, walks and all are also told
            seed by seed.

    Returns:
        rows: one per condition and one over all; errors are mean distances in percent of the trunk's length, `ratio` is
        after over before, `harm_percent` what cleaning adds to a clean track's error. Frames count as swapped where the
        detector's names differ from the truth's. goals: those of the design, each by the
        seed that does worst. reliability: how often keypoints of each
        confidence are right.

    Raises:
        InputError: None of the motions is there.
    """
    by_seed = [[_judge(*made) for made in make_scenes(mocap_dir, REPORTED_MOTIONS, seed)] for seed in seeds]
    pooled = [outcome for outcomes in by_seed for outcome in outcomes]
    rows = describe_groups(pooled)
    rows_by_seed = [describe_groups(outcomes) for outcomes in by_seed]
    goals = compare_with_goals(rows, rows_by_seed)
    rows += [
        row | {"condition": f"{row['condition']}, seed {seed}"}
        for seed, seed_rows in zip(seeds, rows_by_seed, strict=True)
        for row in seed_rows
        if row["condition"] in SUMMARIES
    ]
    return {"rows": rows, "goals": goals, "reliability": describe_confidence(pooled)}


def make_scenes(mocap_dir: Path, names: tuple[str, ...], seed: int) -> Iterator[tuple[Scene, np.random.Generator]]:
    """Every motion at every frame rate, from two of the six views in turn, each with its own source of chance."""
    views = [(oblique, distance) for oblique in OBLIQUE_DEG for distance in DISTANCES_M]
    turn = seed
    for number, motion in enumerate(read_runner_motions(mocap_dir, names)):
        for rate in FRAME_RATES:
            for _ in range(_VIEWS_EACH):
                oblique, distance = views[turn % len(views)]
                rng = np.random.default_rng([seed, number, int(rate), turn])
                yield make_scene(motion, rng, frame_rate=rate, oblique_deg=oblique, distance_m=distance), rng
                turn += 1
        turn += 1  # so that a frame rate does not always meet the same views


def filter_butterworth(raw: KeypointSequence) -> FloatArray:
    """(T, K, 2) px: gaps bridged by straight lines, zero-lag Butterworth of second order at 6 Hz; no other repair."""
    rate = 1.0 / float(np.median(np.diff(raw.time_s)))
    b, a = butter(2, _BUTTERWORTH_HZ / (rate / 2))
    result = raw.xy_px.copy()
    for k in range(raw.xy_px.shape[1]):
        known = np.isfinite(raw.xy_px[:, k]).all(axis=1)
        if known.sum() < _LEAST_FILTERED:
            continue
        for axis in (0, 1):
            bridged = np.interp(raw.time_s, raw.time_s[known], raw.xy_px[known, k, axis])
            result[:, k, axis] = filtfilt(b, a, bridged)
    return result


def _judge(scene: Scene, rng: np.random.Generator) -> Outcome:
    """Damage a scene, clean it, and compare."""
    raw, damage = scene.damage(rng, DamagePlan())
    cleaned, report = clean_keypoints(raw)
    seen = np.isfinite(raw.xy_px).any(axis=(1, 2))

    def tally(flag: Repair, truth: npt.NDArray[np.bool_]) -> Tally:
        found = ((report.repairs & flag) > 0).any(axis=1)
        return _count(found[seen], truth[seen])

    found_legs = ((report.repairs & Repair.LEG_SWAP) > 0).any(axis=1)
    known = np.isfinite(scene.truth_px).all(axis=2) & np.isfinite(raw.xy_px).all(axis=2)
    both = known & np.isfinite(cleaned.xy_px).all(axis=2)
    plain, _ = scene.damage(rng, CLEAN)
    plain_cleaned, _ = clean_keypoints(plain)
    plain_both = np.isfinite(plain.xy_px).all(axis=2) & np.isfinite(plain_cleaned.xy_px).all(axis=2)
    doubtful, _ = clean_keypoints(scene.damage(rng, STEADY_ERRORS[int(rng.integers(len(STEADY_ERRORS)))])[0])
    error = np.linalg.norm(doubtful.xy_px - scene.truth_px, axis=2) / scene.torso_px[:, None]
    every = np.isfinite(error)
    return Outcome(
        scene=scene,
        legs=tally(Repair.LEG_SWAP, damage.legs_swapped),
        arms=tally(Repair.ARM_SWAP, damage.arms_swapped) if _has_arms(scene) else Tally(),
        merged=tally(Repair.MERGED, damage.merged),
        by_length=_count_by_length(found_legs, damage, seen),
        before=_mean_error(raw.xy_px, scene, both),
        after=_mean_error(cleaned.xy_px, scene, both),
        filtered=_mean_error(filter_butterworth(raw), scene, both),
        lost=1.0 - float(both.sum()) / float(known.sum()),
        clean_before=_mean_error(plain.xy_px, scene, plain_both),
        clean_after=_mean_error(plain_cleaned.xy_px, scene, plain_both),
        confidence=doubtful.confidence[every],
        within=error[every] <= WITHIN_TRUNK,
    )


def _has_arms(scene: Scene) -> bool:
    """Whether the motion's arms were captured; cleaning is blameless about arms that are not there."""
    return bool(np.isfinite(scene.truth_px).all(axis=2).all())


def _count(found: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> Tally:
    return Tally(int((found & truth).sum()), int((found & ~truth).sum()), int((~found & truth).sum()))


def _count_by_length(
    found: npt.NDArray[np.bool_], damage: DamagedKeypoints, seen: npt.NDArray[np.bool_]
) -> tuple[Tally, ...]:
    """Found and missed frames of the swaps of each length."""
    tallies = [Tally() for _ in SWAP_LENGTHS]
    for start, stop in iterate_runs(damage.legs_swapped):
        for i, (low, high) in enumerate(SWAP_LENGTHS):
            if low <= stop - start <= high:
                inside = found[start:stop][seen[start:stop]]
                tallies[i] += _count(inside, np.ones(len(inside), dtype=np.bool_))
    return tuple(tallies)


def _mean_error(xy: FloatArray, scene: Scene, where: npt.NDArray[np.bool_]) -> float:
    """Mean distance from the truth over the keypoints `where` (T, K), percent of the trunk's length."""
    distance = np.linalg.norm(xy - scene.truth_px, axis=2) / scene.torso_px[:, None]
    return 100.0 * float(distance[where].mean())
