"""`evaluate lifting --clips`: lifted joints of real clips beside BlazePose's own world landmarks.

Nobody knows the truth of these clips. The table says how steady bones and standing feet are, see `lifter_steadiness`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from runform.analysis import Analyser
from runform.errors import InputError
from runform.lifting.feet import FootLifter
from runform.lifting.lifter import Lifter
from runform.progress import Progress
from runform.results import Analysis, AnalysisOptions
from runform.sequences import Contact, FloatArray
from runform.settings import Settings
from runform.skeletons import BLAZEPOSE_33, HUMAN36M_17, to_human36m
from runform.training.lifter_methods import LiftMethods
from runform.training.lifter_observation import to_observation
from runform.training.lifter_steadiness import (
    BONES,
    compute_contact_drift,
    compute_contact_spread,
    compute_leg_asymmetry,
    compute_length_variation,
    place_in_picture,
)
from runform.training.world_landmarks import find_world_landmarks

CLIPS = ("treadmill_side_portrait.mp4", "sprint_across_frame.mp4")
WORLD_LANDMARKS = "BlazePose world landmarks"
_BODY = len(HUMAN36M_17)
Row = dict[str, Any]


def evaluate_clips(
    clips_dir: Path, lifters: Sequence[Lifter | FootLifter], settings: Settings, progress: Progress | None = None
) -> list[Row]:
    """Steadiness of every method's joints in real clips.

    Args:
        clips_dir: A copy of ../shared/clips; clips that are absent are left out.
        lifters: What to measure.
        settings: For the analysis that finds keypoints and contacts. Nothing is fetched.
        progress: Told after each clip.

    Returns:
        A row for each clip and method: `_variation_percent` of each bone's length over time; leg_asymmetry_percent
        between left and right; and, in percent of the leg's length, how far standing ankles stray from the ground's
        motion in the picture and in depth (drift), and how much the places where they stand differ in height and depth
        (spread). None where there are too few contacts.

    Raises:
        InputError: None of the clips is there.
        RunnerNotFoundError, VideoError: A clip cannot be analysed.
        BackendUnavailableError: A model cannot run.
    """
    clips = [clips_dir / name for name in CLIPS if (clips_dir / name).is_file()]
    if not clips:
        raise InputError(f"{clips_dir} holds none of {', '.join(CLIPS)}.", "Give the folder of clips.")
    analyser = Analyser(settings.model_copy(update={"allow_downloads": False}))
    methods = LiftMethods(lifters)
    rows: list[Row] = []
    for done, clip in enumerate(clips, start=1):
        rows += evaluate_clip(clip, analyser.analyse(clip, AnalysisOptions()), methods)
        if progress is not None:
            progress.report(done / len(clips))
    return rows


def evaluate_clip(clip: Path, analysis: Analysis, methods: LiftMethods) -> list[Row]:
    """Every method on one analysed clip, mediapipe's landmarks last."""
    keypoints, contacts = analysis.keypoints, analysis.gait.contacts
    seen, time_s = to_observation("cleaned", keypoints), keypoints.time_s
    size_px = (keypoints.width, keypoints.height)
    world = find_world_landmarks(clip)
    sure = np.ones(world.xyz_m.shape[:2])
    # The conversion is a mean of keypoints, in metres as in px.
    world_joints, _ = to_human36m(world.xyz_m, sure, BLAZEPOSE_33)
    world_px, _ = to_human36m(world.xy_px, sure, BLAZEPOSE_33)
    seen_px = seen.xy_px[:, :_BODY]
    found = {name: (joints[:, :_BODY], seen_px) for name, joints in methods.lift(seen, time_s, size_px).items()}
    found[WORLD_LANDMARKS] = (world_joints - world_joints[:, :1], world_px)
    # Lifters answer for frames, too, in which nobody is seen: all are held to the frames that all can know.
    unknown = ~(np.isfinite(seen_px).all(axis=(1, 2)) & np.isfinite(world_px).all(axis=(1, 2)))
    rows: list[Row] = []
    for name, (joints, xy_px) in found.items():
        known = np.where(unknown[:, None, None], np.nan, joints)
        rows.append({"clip": clip.name, "method": name} | describe_steadiness(known, xy_px, time_s, contacts))
    return rows


def describe_steadiness(joints: FloatArray, xy_px: FloatArray, time_s: FloatArray, contacts: Sequence[Contact]) -> Row:
    """One method's figures for one clip.

    Args:
        joints: (T, 17, 3) from the root, any unit, x right, y down, z away; NaN where there are none.
        xy_px: (T, 17, 2) the joints in the picture by the same method, px; NaN where not found.
        time_s: (T,) seconds.
        contacts: Found in the clip.
    """
    placed = place_in_picture(joints, xy_px)
    drift = compute_contact_drift(placed, time_s, contacts)
    spread = compute_contact_spread(placed, time_s, contacts)
    figures = {f"{bone}_variation_percent": compute_length_variation(joints, bone) for bone in BONES} | {
        "leg_asymmetry_percent": compute_leg_asymmetry(joints),
        "contact_drift_picture_percent": float(np.hypot(drift[0], drift[1])),
        "contact_drift_depth_percent": float(drift[2]),
        "contact_spread_height_percent": float(spread[1]),
        "contact_spread_depth_percent": float(spread[2]),
    }
    return {"frames": int(np.isfinite(joints).all(axis=(1, 2)).sum()), "contacts": len(contacts)} | {
        name: 100.0 * value if np.isfinite(value) else None for name, value in figures.items()
    }
