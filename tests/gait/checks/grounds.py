"""What the checks stand on, of motions that are known."""

from __future__ import annotations

import dataclasses

import numpy as np

from runform.gait import checks
from runform.gait.body_frame import compute_direction
from runform.gait.camera import estimate_motion, steady_keypoints
from runform.gait.contacts import ContactDetection, detect_contacts
from runform.gait.leg_swing import FEET_PASS
from runform.gait.stride_phase import StridePhase
from runform.gait.vertical_motion import compute_vertical_motion
from runform.gait.view import estimate_view
from runform.results import AnalysisOptions, Check
from runform.sequences import SIDES, CameraMotion, ClipInfo, Contact, KeypointSequence, TimeScaleSource

STEP_S = 0.35


def make_clip(rate: float = 30.0, time_scale: float = 1.0, source: TimeScaleSource = "assumed") -> ClipInfo:
    return ClipInfo("clip.mp4", 720, 1280, 300, 300 / rate, rate, 0, "h264", time_scale, source)


def make_detection(
    flight_s: float,
    plus_minus_s: float = 0.02,
    *,
    contacts: int = 10,
    duty_factor: float | None = None,
    explained: float = 0.99,
) -> ContactDetection:
    """Steps of 0.35 s with this flight; the duty factor follows from it where None."""
    stance_s = STEP_S - flight_s
    time_s = np.arange(0, max(contacts, 1) * STEP_S, 1 / 60)
    phase = StridePhase(time_s, time_s / (2 * STEP_S), np.ones(len(time_s)), 1 / (2 * STEP_S), explained)
    steps = tuple(
        Contact(SIDES[i % 2], i * STEP_S, i * STEP_S + stance_s, plus_minus_s, plus_minus_s) for i in range(contacts)
    )
    return ContactDetection(
        contacts=steps,
        phase=phase,
        swing_amplitude=0.7,
        stance_speed=2.5,
        duty_factor=stance_s / (2 * STEP_S) if duty_factor is None else duty_factor,
    )


def make_grounds(
    keypoints: KeypointSequence,
    *,
    clip: ClipInfo | None = None,
    options: AnalysisOptions | None = None,
    camera: CameraMotion | None = None,
) -> checks.Grounds:
    """As the report finds them."""
    direction = compute_direction(keypoints)
    steady = steady_keypoints(keypoints, camera)
    detection = detect_contacts(steady, direction) if direction else None
    contacts = detection.contacts if detection is not None else ()
    vertical = None
    if detection is not None and contacts:
        vertical = compute_vertical_motion(steady, detection.phase, FEET_PASS)
    steps_s = np.diff([contact.initial_contact_s for contact in contacts])
    return checks.Grounds(
        keypoints=keypoints,
        clip=clip or make_clip(float(1 / np.median(np.diff(keypoints.time_s)))),
        options=options or AnalysisOptions(),
        camera=camera,
        view=estimate_view(keypoints),
        motion=estimate_motion(keypoints, camera),
        direction=direction,
        detection=detection,
        contacts=contacts,
        vertical=vertical,
        cadence=float(60 / steps_s.mean()) if len(steps_s) else float("nan"),
        duplicate_share=0.0,
    )


def check_all(grounds: checks.Grounds) -> dict[str, Check]:
    """Every check said, by name; no name is said twice."""
    said = checks.check_clip(grounds)
    assert len({check.name for check in said}) == len(said)
    return {check.name: check for check in said}


def find_refused(said: dict[str, Check]) -> set[str]:
    return {name for name, check in said.items() if check.status == "refuse"}


def play(keypoints: KeypointSequence, slower: float) -> KeypointSequence:
    """The same movement by a clock that is wrong: so many times slower than life."""
    return dataclasses.replace(keypoints, time_s=keypoints.time_s * slower)
