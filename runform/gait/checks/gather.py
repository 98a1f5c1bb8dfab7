"""Every check that a clip gives grounds for, the reason that settles the matter first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.gait.body_frame import compute_leg_confidence, compute_turned_share
from runform.gait.camera import (
    compute_camera_shake,
    compute_travel,
    count_cuts_between,
    find_take,
    steady_keypoints,
)
from runform.gait.checks.camera import check_motion, check_shake
from runform.gait.checks.clip import check_cuts, check_frame_rate
from runform.gait.checks.clock import check_cadence, check_time_scale
from runform.gait.checks.rhythm import (
    check_contacts,
    check_rhythm,
    check_running,
    check_standing,
)
from runform.gait.checks.runner import check_found, check_one_direction, check_visibility
from runform.gait.checks.view import check_view
from runform.gait.clock import USUAL_LEG_M, compute_clock_by_gravity, find_other_clock
from runform.gait.contacts import ContactDetection
from runform.gait.leg_scale import LEG_OF_HEIGHT, compute_longer_leg
from runform.gait.leg_swing import compute_leg_swing
from runform.gait.speed import check_speed_agrees, correct_for_view
from runform.gait.vertical_motion import VerticalMotion
from runform.gait.view import ViewEstimate
from runform.results import AnalysisOptions, Check
from runform.sequences import SIDES, CameraMotion, ClipInfo, Contact, KeypointSequence, Motion


@dataclass(frozen=True)
class Grounds:
    """What the checks of one clip stand on.

    Attributes:
        keypoints: Clean keypoints, px of each frame.
        clip: Its frame rate and clock.
        options: Height and belt speed, where stated.
        camera: How the picture moved; None where nobody looked, which leaves out the checks of it.
        view: Where the camera stands around the runner.
        motion: How runner and camera move against each other.
        direction: Of running, +1 or -1; 0 where it could not be told.
        detection: What the legs' rhythm says; None where there is none.
        contacts: Those that count.
        vertical: The hips' rise and fall, where there are contacts.
        cadence: Steps/min, NaN where not measured.
        duplicate_share: Share of the frames that repeat the one before, 0 to below 1.
    """

    keypoints: KeypointSequence
    clip: ClipInfo
    options: AnalysisOptions
    camera: CameraMotion | None
    view: ViewEstimate
    motion: Motion
    direction: int
    detection: ContactDetection | None
    contacts: tuple[Contact, ...]
    vertical: VerticalMotion | None
    cadence: float
    duplicate_share: float

    @property
    def leg_m(self) -> float:
        """Hip to ankle, metres: from the stated height, else as most people have it."""
        height_cm = self.options.height_cm
        return USUAL_LEG_M if height_cm is None else LEG_OF_HEIGHT * height_cm / 100


def check_clip(grounds: Grounds) -> list[Check]:
    """Every check that the clip gives grounds for.

    What settles the matter comes first: a clip of walking is not to be filmed again at a higher frame rate. What is
    said once is not said again in other words.
    """
    running = _check_running(grounds)
    said = running + _check_picture(grounds)
    # By a clock that is wrong the frames are not as many a second as it says.
    if not any(check.name == "time_scale" and check.status == "refuse" for check in running):
        said.append(check_frame_rate(grounds.clip, grounds.duplicate_share))
    # Where nobody runs there are no contacts, and to say so again would hide the one reason.
    if all(check.status != "refuse" for check in running):
        said.append(check_contacts(len(grounds.contacts), _count_cuts(grounds)))
    said.append(check_motion(grounds.motion, compute_travel(steady_keypoints(grounds.keypoints, grounds.camera))))
    return said + _check_camera(grounds)


def _check_running(grounds: Grounds) -> list[Check]:
    """Whether somebody runs, by a clock that may be believed."""
    swing = compute_leg_swing(grounds.keypoints)
    standing = [check_standing(swing)] if np.isfinite(swing) else []
    if any(check.status == "refuse" for check in standing):
        return standing
    detection = grounds.detection
    rhythm = [*standing, check_rhythm(detection)]
    cadence = [check_cadence(grounds.cadence, grounds.clip)] if np.isfinite(grounds.cadence) else []
    doubtful = any(check.status == "refuse" for check in (*rhythm, *cadence))
    if doubtful:
        # By a clock that is wrong neither the rhythm nor the contacts are what they seem.
        other = _find_other_clock(grounds)
        if other is not None:
            return [other]
    if detection is None or not grounds.contacts:
        return rhythm
    running = check_running(detection, grounds.vertical)
    if running.status == "refuse":
        return [*rhythm, running]
    return [*rhythm, running, *cadence, *([] if doubtful else _check_witnesses(grounds, detection))]


def _find_other_clock(grounds: Grounds) -> Check | None:
    """That the clip shows running at another time scale, or None where it shows none."""
    steady = steady_keypoints(grounds.keypoints, grounds.camera)
    other = find_other_clock(steady, grounds.direction, grounds.clip, grounds.leg_m)
    return None if other is None else check_time_scale(grounds.clip, other)


def _check_witnesses(grounds: Grounds, detection: ContactDetection) -> list[Check]:
    """What gravity and the belt say of the clock of a clip that shows running by it."""
    by_gravity = by_belt = float("nan")
    if grounds.vertical is not None:
        by_gravity = compute_clock_by_gravity(detection, grounds.vertical, grounds.leg_m)
    steady = steady_keypoints(grounds.keypoints, grounds.camera)
    foot_speed = correct_for_view(detection.stance_speed * compute_longer_leg(steady), grounds.view.oblique_deg)
    agrees = check_speed_agrees(grounds.options, foot_speed)
    if agrees is not None and grounds.options.belt_speed is not None:
        by_belt = grounds.options.belt_speed / (foot_speed * grounds.leg_m)
    said = [check_time_scale(grounds.clip, by_gravity=by_gravity, by_belt=by_belt)]
    return said if agrees is None else [*said, agrees]


def _check_picture(grounds: Grounds) -> list[Check]:
    """Whether the runner is seen well enough, and from the side."""
    keypoints, found = grounds.keypoints, grounds.keypoints.found
    confidence = [np.median(compute_leg_confidence(keypoints, side)[found]) if found.any() else 0.0 for side in SIDES]
    return [
        check_view(grounds.view),
        check_one_direction(compute_turned_share(keypoints)),
        check_found(float(found[find_take(found, grounds.camera)].mean())),
        check_visibility(float(min(confidence))),
    ]


def _check_camera(grounds: Grounds) -> list[Check]:
    """What the picture's own motion says of a clip in which the runner was found."""
    camera, keypoints = grounds.camera, grounds.keypoints
    if camera is None or not keypoints.found.any():
        return []
    said = []
    shake = compute_camera_shake(keypoints, camera) if camera.known else float("nan")
    if np.isfinite(shake):
        said.append(check_shake(shake))
    played_s = (keypoints.time_s[keypoints.found] - keypoints.time_s[0]) * grounds.clip.time_scale
    between = count_cuts_between(camera, keypoints.time_s, grounds.contacts)
    said.append(check_cuts(_count_cuts(grounds), float(played_s[0]), float(played_s[-1]), between))
    return said


def _count_cuts(grounds: Grounds) -> int:
    return 0 if grounds.camera is None else int(grounds.camera.cuts.sum())
