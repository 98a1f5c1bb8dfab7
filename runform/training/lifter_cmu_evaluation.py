"""Lifters on captured sequences of CMU that training never saw, but on the bodies it did: what issue 2 measured.

Seen from a camera on either side that turns with the body, through the virtual detector that lifters are trained with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from runform.progress import Progress
from runform.sequences import FloatArray
from runform.skeletons import HUMAN36M_17
from runform.training.cmu_motion import Motion
from runform.training.detector_noise import add_detector_noise
from runform.training.lifter_data import draw_camera, interpolate_frames
from runform.training.lifter_errors import compute_mpjpe, compute_n_mpjpe, compute_p_mpjpe
from runform.training.lifter_methods import LiftMethods
from runform.training.lifter_observation import Observation

FRAME_RATE = 30.0
LONGEST_S = 10.0

_BODY = len(HUMAN36M_17)
_SIDES_RAD = (np.pi / 2, -np.pi / 2)
_SIDE_SPREAD_RAD = np.deg2rad(15.0)
_ERRORS = {"mpjpe_mm": compute_mpjpe, "n_mpjpe_mm": compute_n_mpjpe, "p_mpjpe_mm": compute_p_mpjpe}


@dataclass(frozen=True)
class CmuView:
    """One sequence as a side camera's detector reports it, and the truth.

    Attributes:
        action: What is done.
        time_s: (T,) seconds.
        seen: The reported joints.
        truth_mm: (T, 17, 3) from the root, x right, y down, z away from the camera, mm.
        px_per_metre: (T,) at the root.
    """

    action: str
    time_s: FloatArray
    seen: Observation
    truth_mm: FloatArray
    px_per_metre: FloatArray


def evaluate_cmu(
    motions: Sequence[Motion], methods: LiftMethods, seed: int, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Errors on captured sequences, per action.

    Args:
        motions: Those that are held out.
        methods: What to measure.
        seed: Of cameras and detector noise.
        progress: Told after each view.

    Returns:
        A row per method and action and one over all of them: method, action, views, frames, mpjpe_mm (one scale per
        sequence), n_mpjpe_mm (one per frame), p_mpjpe_mm (best turn as well).
    """
    views = draw_side_views(motions, seed)
    errors: dict[tuple[str, str], list[tuple[int, dict[str, float]]]] = defaultdict(list)
    for done, view in enumerate(views, start=1):
        for method, joints in methods.lift(view.seen, view.time_s).items():
            known = np.isfinite(joints).all(axis=(1, 2))
            # One normalised unit or px is the same length in the picture in every frame, and so another in metres.
            metric = joints[known, :_BODY] / view.px_per_metre[known, None, None]
            measured = {name: compute(metric, view.truth_mm[known]) for name, compute in _ERRORS.items()}
            for action in (view.action, "all"):
                errors[method, action].append((int(known.sum()), measured))
        if progress is not None:
            progress.report(done / len(views))
    return [_to_row(method, action, found) for (method, action), found in sorted(errors.items())]


def draw_side_views(motions: Sequence[Motion], seed: int) -> list[CmuView]:
    """Each sequence, its first seconds at 30 frames/s, from a camera on either side that turns with the body."""
    rng = np.random.default_rng(seed)
    return [_draw_view(rng, motion, side) for motion in motions for side in _SIDES_RAD]


def _draw_view(rng: np.random.Generator, motion: Motion, side_rad: float) -> CmuView:
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
    xy, confidence = add_detector_noise(camera.project(seen)[None], centred[None, ..., 2], px_per_metre[None], rng)
    reported = Observation("detector", xy[0], confidence[0])
    return CmuView(motion.action, time_s, reported, 1000.0 * centred[:, :_BODY], px_per_metre)


def _to_row(method: str, action: str, found: list[tuple[int, dict[str, float]]]) -> dict[str, Any]:
    """Errors averaged over views by their frames."""
    frames = [count for count, _ in found]
    means = {name: float(np.average([errors[name] for _, errors in found], weights=frames)) for name in _ERRORS}
    return {"method": method, "action": action, "views": len(found), "frames": sum(frames), **means}
