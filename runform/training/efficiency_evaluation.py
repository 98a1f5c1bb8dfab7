"""How truly likeness to an athlete is told from filmed strides, by strides and by runners that were left out.

Everybody's true strides are known: from motion capture or because the runner is virtual. Each is filmed by a virtual
phone and damaged as detectors damage; the figures hold the similarity read from that against the one of the true
strides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import GroupKFold

from runform.errors import InputError
from runform.form.efficiency import (
    TrainedLikeness,
    compute_figures,
    measure_scale,
    predict_held_out,
    train_likeness,
)
from runform.form.likeness_model import (
    CLEANED,
    EXTRA_SCORES,
    LikenessModel,
    compute_distance,
    compute_features,
    compute_mean_stride,
)
from runform.form.stride_denoising import EVERY, MOMENTS, prepare_strides
from runform.form.stride_forms import SEGMENTS, align_to_swing
from runform.form.stride_population import StridePopulation
from runform.progress import Progress
from runform.sequences import FloatArray
from runform.training.cleaning_scenes import extend_run
from runform.training.cmu_motion import read_cmu_motions
from runform.training.filmed_forms import as_run
from runform.training.filmed_strides import FilmedStrides, film_strides
from runform.training.force_runs import ForceRun, read_force_runs
from runform.training.form_space_training import draw_shot
from runform.training.runner_motions import AT, RunnerMotion, read_runner_motions
from runform.training.similarity_scenes import SPRINTS
from runform.training.stride_population_making import film_population

GOALS = {"correlation": 0.98, "mae": 0.02, "rmse": 0.02}
"""As the article reports them, for a split that it does not describe."""
VIRTUAL, CLIPS = 60, 2
TEST_SEED = 9_500_001
REFERENCE = "hamner04 4 m/s"
REFERENCE_CLIPS, REAL_CLIPS = 4, 3
_RUN_S = 12.0
_FOLDS = 5
MOTION, FILMED = "its motion", "its clips"
VIRTUAL_GROUP, REAL_GROUP = "virtual runners", "real runners"

Row = dict[str, Any]


@dataclass(frozen=True)
class _Athlete:
    """A reference athlete: name, clips, and the true mean stride (26, 11, 2)."""

    name: str
    clips: tuple[FilmedStrides, ...]
    mean: FloatArray


def evaluate_efficiency(
    mocap_dir: Path,
    population: StridePopulation,
    *,
    virtual: int = VIRTUAL,
    seed: int = TEST_SEED,
    progress: Progress | None = None,
) -> dict[str, list[Row]]:
    """Correlation, mean absolute and root mean square error of similarity to two athletes, a real and a virtual one.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        population: What is learnt beside; its runners are others than those judged here.
        virtual: Virtual runners judged, the first of whom is the virtual athlete; at least 3.
        seed: Of runners, cameras and detectors.
        progress: Told while clips are filmed.

    Returns:
        `rows`: for each athlete, for what the athlete's stride is known by (its motion, or filmed clips alone, as in
        the app), for each split and group of runners and for each way, the figures per stride, and the correlation and
        error of clips' means. `true_sd` is how much the truth varies. `runners`: mean true and read similarity of each
        real runner. `goals`: the worst athlete's figures of the support vector regression.

    Raises:
        InputError: The motion data is missing.
    """
    progress = progress or Progress()
    progress.enter("filming runners", 0.0, 0.6)
    filmed = film_population(mocap_dir, virtual, CLIPS, seed, progress)
    progress.enter("filming real runners", 0.6, 0.2)
    rng = np.random.default_rng([seed, 2])
    real = _film_real(mocap_dir, rng)
    people = {name: tuple(clips) for name, clips in real.items()}
    first = filmed[0].runner
    athletes = [_make_athlete(first, [clip for clip in filmed if clip.runner == first])]
    if REFERENCE in people:
        athletes.insert(0, _make_athlete(REFERENCE, people[REFERENCE]))
    rows: list[Row] = []
    runners: list[Row] = []
    progress.enter("learning likeness", 0.8, 0.2)
    for done, athlete in enumerate(athletes, start=1):
        others = {
            VIRTUAL_GROUP: [clip for clip in filmed if clip.runner != athlete.name],
            REAL_GROUP: [clip for name, clips in people.items() if name != athlete.name for clip in clips],
        }
        for known in (MOTION, FILMED):
            trained = train_likeness(
                [clip.seen for clip in athlete.clips], population, athlete.mean if known == MOTION else None
            )
            found = _judge(athlete, trained, others, population)
            rows += [{"athlete": athlete.name, "known by": known} | row for row in found]
            if known == MOTION:
                runners += _list_real(athlete, trained.model, people)
        progress.report(done / len(athletes))
    return {"rows": rows, "runners": runners, "goals": make_goals(rows)}


def make_goals(rows: Sequence[Row]) -> list[Row]:
    """The worst athlete's figures of the regression, for each split and what the athlete is known by."""
    goals = []
    for known in (MOTION, FILMED):
        for split in ("held-out strides", "held-out runners"):
            chosen = [r for r in rows if r["known by"] == known and r["split"] == split and r["way"] == "SVR"]
            chosen = [r for r in chosen if r["group"] == VIRTUAL_GROUP]
            for name, goal in GOALS.items():
                higher = name == "correlation"
                value = (min if higher else max)(row[name] for row in chosen)
                met = value >= goal if higher else value <= goal
                title = f"{name}, {split}, athlete known by {known}"
                goals.append({"name": title, "value": value, "unit": "", "goal": goal, "met": bool(met)})
    return goals


def _judge(
    athlete: _Athlete,
    trained: TrainedLikeness,
    others: dict[str, list[FilmedStrides]],
    population: StridePopulation,
) -> list[Row]:
    """Rows of one athlete; the truth is the distance from the athlete's true stride."""
    model = trained.model
    scale = measure_scale(population, athlete.mean)
    rows = []
    for group, clips in others.items():
        if not clips:
            continue
        seen = [prepare_strides(clip.seen) for clip in clips]
        raw = np.concatenate([prepare_strides(clip.seen, own_share=1.0) for clip in clips])
        number = np.repeat(np.arange(len(clips)), [len(strides) for strides in seen])
        pooled = np.concatenate(seen)
        truth = scale.to_similarity(compute_distance(np.concatenate([_true(clip) for clip in clips]), athlete.mean))
        ways = {
            "SVR": model.predict(pooled),
            "distance, each stride alone": model.scale.to_similarity(compute_distance(raw, model.reference)),
            "distance": model.scale.to_similarity(compute_distance(pooled, model.reference)),
            "predict the mean": np.full(len(truth), measure_mean(population, athlete.mean)),
        }
        for way, predicted in ways.items():
            rows.append({"split": "held-out runners", "group": group, "way": way} | _score(truth, predicted, number))
        if group == VIRTUAL_GROUP:
            predicted = _leave_strides_out(pooled, truth, model)
            rows.append({"split": "held-out strides", "group": group, "way": "SVR"} | _score(truth, predicted, number))
    return rows


def measure_mean(population: StridePopulation, mean: FloatArray) -> float:
    """The population's mean similarity to an athlete's mean stride: what knows nothing of a runner."""
    return float(measure_scale(population, mean).to_similarity(compute_distance(population.true, mean)).mean())


def _leave_strides_out(seen: FloatArray, truth: FloatArray, model: LikenessModel) -> FloatArray:
    """Each stride by a regression that has learnt from other strides of the same clips, as an article's split may."""
    distances = compute_features(seen, model.denoiser.clean(seen), model.reference)
    features = np.hstack([distances, model.denoiser.score(seen)[:, :EXTRA_SCORES]])
    base = model.scale.to_similarity(distances[:, CLEANED])
    # Every stride is a group of its own, dealt at random.
    groups = np.random.default_rng(0).permutation(len(truth))
    return base + predict_held_out(features, truth - base, groups, GroupKFold(_FOLDS))


def _score(truth: FloatArray, predicted: FloatArray, clips: np.ndarray[Any, np.dtype[np.intp]]) -> Row:
    means = [np.array([values[clips == c].mean() for c in np.unique(clips)]) for values in (truth, predicted)]
    of_clips = compute_figures(*means)
    return (
        {"strides": len(truth)}
        | compute_figures(truth, predicted)
        | {"clip_correlation": of_clips["correlation"], "clip_mae": of_clips["mae"], "true_sd": float(np.std(truth))}
    )


def _list_real(athlete: _Athlete, model: LikenessModel, people: dict[str, tuple[FilmedStrides, ...]]) -> list[Row]:
    rows = []
    for name, clips in people.items():
        true = np.concatenate([_true(clip) for clip in clips])
        seen = np.concatenate([prepare_strides(clip.seen) for clip in clips])
        rows.append(
            {
                "athlete": athlete.name,
                "runner": name,
                "strides": len(seen),
                "true": float(model.scale.to_similarity(compute_distance(true, athlete.mean)).mean()),
                "read": float(model.predict(seen).mean()),
            }
        )
    return rows


def _make_athlete(name: str, clips: Sequence[FilmedStrides]) -> _Athlete:
    return _Athlete(name, tuple(clips), compute_mean_stride(np.concatenate([_true(clip) for clip in clips])))


def _true(clip: FilmedStrides) -> FloatArray:
    if not len(clip.true):
        return np.zeros((0, MOMENTS, len(SEGMENTS), 2))
    return align_to_swing(clip.true.directions)[:, ::EVERY]


def _film_real(mocap_dir: Path, rng: np.random.Generator) -> dict[str, list[FilmedStrides]]:
    """Clips of every captured runner there is; where no force plate tells, true contacts are those of the truth."""
    filmed: dict[str, list[FilmedStrides]] = {}
    for run in _read_real_runs(mocap_dir, rng):
        wanted = REFERENCE_CLIPS if run.name == REFERENCE else REAL_CLIPS
        for _ in range(wanted):
            try:
                clip = film_strides(run, draw_shot(rng), rng)
            except InputError:  # a passing runner may be seen for less than a stride
                continue
            if len(clip.seen) > 1:
                filmed.setdefault(run.name, []).append(clip)
    return filmed


def turn_ahead(motion: RunnerMotion) -> RunnerMotion:
    """A captured run turned about the vertical so that it goes toward +x."""
    root = (motion.points[:, AT["left_hip"]] + motion.points[:, AT["right_hip"]]) / 2
    x, _, z = root[-1] - root[0]
    cosine, sine = np.array([x, z]) / np.hypot(x, z)
    turn = np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])
    return replace(motion, points=motion.points @ turn.T)


def _read_real_runs(mocap_dir: Path, rng: np.random.Generator) -> list[ForceRun]:
    runs = list(read_force_runs(mocap_dir))
    captured = [motion.name for motion in read_cmu_motions(mocap_dir) if motion.action == "running"]
    names = (*(SPRINTS if (mocap_dir / "sprinter").is_dir() else ()), *captured)
    for motion in read_runner_motions(mocap_dir, names) if names else ():
        motion = turn_ahead(motion) if motion.name in captured else motion
        in_place = RunnerMotion(motion.name, "run", motion.frame_rate, extend_run(motion, _RUN_S, rng))
        runs.append(as_run(in_place, SPRINTS.get(motion.name, 3.0)))
    return runs
