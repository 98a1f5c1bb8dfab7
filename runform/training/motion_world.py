"""Who the lifters learn from and on whom they are tested: never the same person.

Training: CMU's capture, virtual runners, and the legs of rbds001. Testing: hamner04 and sprinter, whose legs and upper
bodies are in nothing that training sees.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from runform.sequences import FloatArray
from runform.skeletons import BLAZEPOSE_33, HUMAN36M_FEET_21, HUMAN36M_SOURCES
from runform.training.cleaning_scenes import extend_run, to_skeleton
from runform.training.cmu_motion import Motion, read_cmu_motions
from runform.training.runner_motions import AT, RunnerMotion, read_runner_motions
from runform.training.upper_body import fill_upper_body
from runform.training.virtual_runners import draw_virtual_runners, read_runner_sources

TEST_RUNS = (
    "hamner04 run200", "hamner04 run300", "hamner04 run400", "hamner04 run500",
    "sprinter run0500cms", "sprinter run0900cms",
)  # fmt: skip
"""Runs of two people that no training, tuning of weights or choice of checkpoint has seen."""

VIRTUAL_RUNNERS = 2400
CLEANED_CLIPS = 720
"""Virtual runners beside them whose clips are damaged and cleaned, which takes a quarter of a second each."""
VIRTUAL_S, VIRTUAL_RATE = 8.2, 50.0
"""Long enough for a window of 243 frames at the lifter's rate."""
HELD_OUT_VIRTUAL = 60
"""Virtual runners beyond the trained ones, by which a training chooses its weights."""
HELD_OUT_SEED = 1_000_003
"""Added to a training's seed for them."""
_SHORT_RUN_S = 8.4


def read_training_motions(mocap_dir: Path, *, virtual: int = VIRTUAL_RUNNERS, seed: int = 0) -> tuple[Motion, ...]:
    """Everything to train on.

    Args:
        mocap_dir: A copy of ../shared/mocap; running_angles/ is needed for virtual runners, rbds001/ is used if there.
        virtual: How many virtual runners.
        seed: Of the virtual runners.

    Raises:
        InputError: The motion data is missing.
    """
    rng = np.random.default_rng([seed, 1])
    captured = [motion for motion in read_cmu_motions(mocap_dir) if not motion.held_out]
    runs = [motion.name for motion in captured if motion.action == "running"]
    # A window must not be longer than the motion: the captured runs last a second and a half.
    longer = [_continue(run, rng) for run in (read_runner_motions(mocap_dir, tuple(runs)) if runs else ())]
    legs = (
        [to_motion(run, "rbds001", "running") for run in read_runner_motions(mocap_dir, ("rbds001",))]
        if (mocap_dir / "rbds001").is_dir()
        else []
    )
    walks = [motion for motion in captured if motion.action != "running"]
    return (*walks, *longer, *legs, *_make_virtual(mocap_dir, virtual, seed))


def read_choice_motions(mocap_dir: Path, *, virtual: int = HELD_OUT_VIRTUAL, seed: int = 0) -> tuple[Motion, ...]:
    """What a training chooses its weights by: captured sequences and virtual runners that it does not learn from."""
    captured = [motion for motion in read_cmu_motions(mocap_dir) if motion.held_out]
    return (*captured, *_make_virtual(mocap_dir, virtual, seed + HELD_OUT_SEED))


def read_test_motions(mocap_dir: Path) -> tuple[Motion, ...]:
    """The runs of the test people that are there.

    Raises:
        InputError: There is none.
    """
    return tuple(to_motion(run, run.name.split()[0], "running") for run in read_runner_motions(mocap_dir, TEST_RUNS))


def to_motion(run: RunnerMotion, subject: str, action: str) -> Motion:
    """A runner's 19 points as Human3.6M joints with feet; a body without captured arms gets made-up ones.

    Args:
        run: (T, 19, 3) points, metres, y up.
        subject: Who runs.
        action: Key of `lifter_data.ACTION_SHARE`.
    """
    points = fill_upper_body(run.points)
    keypoints = to_skeleton(points, BLAZEPOSE_33)
    return Motion(run.name, subject, action, run.frame_rate, _to_lifted(keypoints), points[:, AT["head_top"]])


def _to_lifted(keypoints: FloatArray) -> FloatArray:
    """(T, 33, 3) -> (T, 21, 3): the joints as the mean of the keypoints that 2D detection takes for them."""
    sources = HUMAN36M_SOURCES[BLAZEPOSE_33.name]
    columns = [[BLAZEPOSE_33.index[part] for part in sources.get(j, (j,))] for j in HUMAN36M_FEET_21.keypoints]
    return np.stack([keypoints[:, c].mean(axis=1) for c in columns], axis=1)


def _continue(run: RunnerMotion, rng: np.random.Generator) -> Motion:
    points = extend_run(run, _SHORT_RUN_S, rng)
    return to_motion(RunnerMotion(run.name, run.kind, run.frame_rate, points), "cmu", "running")


def _make_virtual(mocap_dir: Path, count: int, seed: int) -> list[Motion]:
    if count == 0:
        return []
    made = draw_virtual_runners(
        np.random.default_rng(seed), count, read_runner_sources(mocap_dir), seconds=VIRTUAL_S, frame_rate=VIRTUAL_RATE
    )
    motions = (to_motion(run, run.name, "virtual_running") for _, run in made)
    # Half the memory: thousands of runners are kept at once.
    return [replace(m, joints=m.joints.astype(np.float32), crown=m.crown.astype(np.float32)) for m in motions]
