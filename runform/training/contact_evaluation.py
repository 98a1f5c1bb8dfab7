"""How well contacts are found, against force plates, as a side camera at a given rate would see the runner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from runform.gait.contacts import detect_contacts
from runform.sequences import SIDES, FloatArray, KeypointSequence
from runform.skeletons import HALPE_26
from runform.training.force_plates import ForcePlateRun, read_force_plate_runs

FRAME_RATES = (30.0, 60.0, 120.0)
NOISE_M = 0.008
_PX_PER_M = 400.0
_MATCH_S = 0.15
_REPEATS = 5  # camera starts and noise, so that no one phase of the camera's clock decides


def evaluate_contacts(mocap_dir: Path, seed: int = 0) -> dict[str, Any]:
    """Errors of initial contact, toe-off, contact time and cadence.

    The markers' sagittal plane is sampled at each frame rate, with Gaussian noise of 8 mm on every coordinate. The
    rearfoot is the heel marker; no lens, blur or leg swap is simulated.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        seed: Of the noise.

    Returns:
        rows: one per run and frame rate (milliseconds, found minus force plate); goals: none yet.

    Raises:
        InputError: No run with force plates there.
    """
    runs = read_force_plate_runs(mocap_dir)
    rows = [_evaluate_run(run, rate, np.random.default_rng(seed)) for run in runs for rate in FRAME_RATES]
    return {"rows": rows, "goals": []}


def _evaluate_run(run: ForcePlateRun, rate: float, rng: np.random.Generator) -> dict[str, Any]:
    """One row of the table."""
    down, up, duration, cadence = [], [], [], []
    missed = total = 0
    for _ in range(_REPEATS):
        keypoints, direction = view_from_side(run, rate, rng)
        detection = detect_contacts(keypoints, direction)
        found = detection.contacts if detection else ()
        start, end = keypoints.time_s[0] + 0.1, keypoints.time_s[-1] - 0.1
        truth = [c for c in run.contacts if start <= c[1] <= end]
        total += len(truth)
        for side, true_down, true_up in truth:
            near = [c for c in found if c.side == side and abs(c.initial_contact_s - true_down) < _MATCH_S]
            if not near:
                missed += 1
                continue
            best = min(near, key=lambda c: abs(c.initial_contact_s - true_down))
            down.append(best.initial_contact_s - true_down)
            up.append(best.toe_off_s - true_up)
            duration.append((best.toe_off_s - best.initial_contact_s) - (true_up - true_down))
        steps = np.diff([c.initial_contact_s for c in found])
        true_steps = np.diff([c[1] for c in truth])
        if len(steps) and len(true_steps):
            cadence.append(60 / np.median(steps) - 60 / np.median(true_steps))
    return {
        "run": run.name,
        "frame_rate": rate,
        "contacts": total,
        "missed": missed,
        **_describe("initial_contact_ms", down),
        **_describe("toe_off_ms", up),
        **_describe("contact_time_ms", duration),
        "cadence_error": float(np.mean(cadence)) if cadence else float("nan"),
    }


def view_from_side(run: ForcePlateRun, rate: float, rng: np.random.Generator) -> tuple[KeypointSequence, int]:
    """The run as keypoints of a distant side camera, and the running direction (+1 to the picture's right).

    Only hips, knees, ankles, heels and toes are filled, for these are what contacts need: hips at the pelvis, knees
    half-way, ankles and heels at the heel marker, toes ahead of it.
    """
    start = run.time_s[0] + rng.uniform(0, 1 / rate)
    time_s = np.arange(start, run.time_s[-1], 1 / rate)
    hip = _sample(run.time_s, run.hip, time_s)
    heel = {side: _sample(run.time_s, run.heel[side], time_s) for side in SIDES}
    landing = [
        np.interp(at, time_s, heel[side][:, 0] - hip[:, 0]) for side, at, _ in run.contacts if start < at < time_s[-1]
    ]
    direction = 1 if np.mean(landing) > 0 else -1
    xy = np.full((len(time_s), len(HALPE_26), 2), np.nan)
    for side in SIDES:
        toe = heel[side] + [direction * 0.2, 0.0]
        places = {"hip": hip, "knee": (hip + heel[side]) / 2, "ankle": heel[side], "heel": heel[side], "toe": toe}
        for part, place in places.items():
            noisy = place + rng.normal(0, NOISE_M, place.shape)
            xy[:, HALPE_26.index[f"{side}_{part}"]] = noisy * [_PX_PER_M, -_PX_PER_M]
    confidence = np.where(np.isfinite(xy).all(axis=2), 0.9, 0.0)
    return KeypointSequence(time_s, xy, confidence, HALPE_26.name, width=1280, height=720), direction


def _sample(time_s: FloatArray, place: FloatArray, at: FloatArray) -> FloatArray:
    """(N, 2) sagittal x and y in metres at the given times, lost markers bridged."""
    columns = []
    for axis in (0, 1):
        known = np.isfinite(place[:, axis])
        columns.append(np.interp(at, time_s[known], place[known, axis]))
    return np.stack(columns, axis=1)


def _describe(name: str, errors: list[float]) -> dict[str, float]:
    """Mean and standard deviation in milliseconds."""
    known = np.array([e for e in errors if np.isfinite(e)]) * 1000
    if len(known) == 0:
        return {f"{name}_mean": float("nan"), f"{name}_sd": float("nan")}
    return {f"{name}_mean": float(known.mean()), f"{name}_sd": float(known.std())}
