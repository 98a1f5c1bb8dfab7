"""Measures a lifter on captured motion it was not trained on, through side cameras and a virtual detector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.lifting.lifter import Lifter
from runform.progress import Progress
from runform.training.cmu_motion import Motion, read_cmu_motions
from runform.training.detector_noise import DetectorNoise, add_detector_noise
from runform.training.lifter_data import draw_camera, interpolate_frames
from runform.training.lifter_errors import compute_mpjpe, compute_n_mpjpe, compute_p_mpjpe

FloatArray = npt.NDArray[np.float64]
Lift = Callable[["View"], FloatArray]

FRAME_RATE = 30.0
LONGEST_S = 10.0
FLAT = "flat (no depth)"
"""The baseline: the detector's own joints with every depth zero. A lifter must beat it to be of use."""

_SIDES_RAD = (np.pi / 2, -np.pi / 2)
_SIDE_SPREAD_RAD = np.deg2rad(15.0)
_ERRORS = {"mpjpe_mm": compute_mpjpe, "n_mpjpe_mm": compute_n_mpjpe, "p_mpjpe_mm": compute_p_mpjpe}


@dataclass(frozen=True)
class View:
    """One sequence as a side camera's detector reports it, and the truth.

    Attributes:
        action: What is done.
        time_s: (T,) seconds.
        xy_px: (T, 17, 2) reported joints, x right and y down, px; NaN where not found.
        confidence: (T, 17).
        truth_mm: (T, 17, 3) root-centred, x right, y down, z away from the camera, mm.
        px_per_metre: (T,) at the root.
    """

    action: str
    time_s: FloatArray
    xy_px: FloatArray
    confidence: FloatArray
    truth_mm: FloatArray
    px_per_metre: FloatArray


def evaluate_lifting(
    mocap_dir: Path, lifter: Lifter, *, seed: int = 0, progress: Progress | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Errors on the held-out sequences, per action.

    Args:
        mocap_dir: Folder with cmu.npz and cmu_index.csv.
        lifter: What to measure.
        seed: Of cameras and detector noise.
        progress: Told after each view.

    Returns:
        `rows`, one per action and method and one over all of them: method, action, views, frames, mpjpe_mm (one scale
        per sequence), n_mpjpe_mm (one per frame), p_mpjpe_mm (best turn as well). `goals` is empty: none was set.

    Raises:
        InputError: The motion data is missing.
    """
    motions = [motion for motion in read_cmu_motions(mocap_dir) if motion.held_out]
    return {"rows": evaluate_views(draw_side_views(motions, seed), lifter, progress), "goals": []}


def evaluate_views(views: Sequence[View], lifter: Lifter, progress: Progress | None = None) -> list[dict[str, Any]]:
    """The rows of `evaluate_lifting` for given views."""
    methods: dict[str, Lift] = {
        lifter.name: lambda view: lifter.lift(view.xy_px, view.confidence, view.time_s).joints.xyz,
        FLAT: lift_flat,
    }
    errors: dict[tuple[str, str], list[tuple[int, dict[str, float]]]] = defaultdict(list)
    for done, view in enumerate(views, start=1):
        for method, lift in methods.items():
            # One normalised unit or px is the same length in the picture in every frame, and so another in metres.
            metric = lift(view) / view.px_per_metre[:, None, None]
            measured = {name: compute(metric, view.truth_mm) for name, compute in _ERRORS.items()}
            for action in (view.action, "all"):
                errors[method, action].append((len(view.time_s), measured))
        if progress is not None:
            progress.report(done / len(views))
    return [_to_row(method, action, found) for (method, action), found in sorted(errors.items())]


def draw_side_views(motions: Sequence[Motion], seed: int) -> list[View]:
    """Each sequence, its first seconds at 30 frames/s, from a camera on either side that turns with the body."""
    rng = np.random.default_rng(seed)
    return [_draw_view(rng, motion, side) for motion in motions for side in _SIDES_RAD]


def lift_flat(view: View) -> FloatArray:
    """(T, 17, 3) the reported joints, root-centred, px, every depth zero; gaps bridged in time."""
    flat = np.zeros((*view.xy_px.shape[:2], 3))
    for joint, axis in np.ndindex(view.xy_px.shape[1], 2):
        values = view.xy_px[:, joint, axis]
        known = np.isfinite(values)
        flat[:, joint, axis] = np.interp(view.time_s, view.time_s[known], values[known]) if known.any() else 0.0
    return flat - flat[:, :1]


def _draw_view(rng: np.random.Generator, motion: Motion, side_rad: float) -> View:
    frames = int(min((len(motion.joints) - 1) / motion.frame_rate, LONGEST_S) * FRAME_RATE) + 1
    time_s = np.arange(frames) / FRAME_RATE
    world = interpolate_frames(motion.joints, time_s * motion.frame_rate)
    azimuth = side_rad + rng.uniform(-_SIDE_SPREAD_RAD, _SIDE_SPREAD_RAD)
    # Far enough that nobody walks into the camera.
    travel_m = float(np.ptp(world[:, 0, (0, 2)], axis=0).max())
    camera = draw_camera(rng, world, azimuth=azimuth, distance_m=(4.0 + travel_m, 8.0 + travel_m), follow=True)
    seen = camera.to_camera(world)
    px_per_metre = camera.compute_px_per_metre(seen[:, 0])
    centred = seen - seen[:, :1]
    xy, confidence = add_detector_noise(
        camera.project(seen)[None], centred[None, ..., 2], px_per_metre[None], rng, DetectorNoise()
    )
    return View(motion.action, time_s, xy[0], confidence[0], 1000.0 * centred, px_per_metre)


def _to_row(method: str, action: str, found: list[tuple[int, dict[str, float]]]) -> dict[str, Any]:
    """Errors averaged over views by their frames."""
    frames = [count for count, _ in found]
    means = {name: float(np.average([errors[name] for _, errors in found], weights=frames)) for name in _ERRORS}
    return {"method": method, "action": action, "views": len(found), "frames": sum(frames), **means}
