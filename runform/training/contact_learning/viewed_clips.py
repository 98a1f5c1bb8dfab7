"""Clips on which methods are compared: runs with force plates as side cameras see them, cleaned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from runform.pose.cleaning import clean_keypoints
from runform.sequences import SIDES, KeypointSequence
from runform.training.contact_methods import ContactMethod
from runform.training.contact_scoring import ContactErrors, pool_errors, score_contacts
from runform.training.detector_damage import DamagePlan
from runform.training.filming import VirtualCamera, film_run
from runform.training.force_runs import ForceRun, TrueContact

CLIP_S = 8.0


@dataclass(frozen=True)
class ViewedClip:
    """One clip with its truth.

    Attributes:
        run: Name of the run.
        subject: Who runs.
        frame_rate: Frames/s.
        yaw_deg: Of the camera from square.
        keypoints: Cleaned.
        direction: +1 when the runner runs to the picture's right, -1 to its left.
        contacts: True ones, seconds of the clip.
    """

    run: str
    subject: str
    frame_rate: float
    yaw_deg: float
    keypoints: KeypointSequence
    direction: int
    contacts: tuple[TrueContact, ...]


def film_views(
    runs: Sequence[ForceRun], frame_rates: Sequence[float], yaws_deg: Sequence[float], repeats: int, seed: int
) -> Iterator[ViewedClip]:
    """Each run at each rate and yaw, `repeats` times from alternating sides, toward either end of the runner."""
    for number, run in enumerate(runs):
        for rate in frame_rates:
            for yaw in yaws_deg:
                for repeat in range(repeats):
                    rng = np.random.default_rng([seed, number, int(rate), int(yaw), repeat])
                    toward = 1.0 if repeat // 2 % 2 == 0 else -1.0
                    camera = VirtualCamera(frame_rate=rate, side=SIDES[repeat % 2], yaw_deg=toward * yaw)
                    filmed = film_run(run, camera, rng, plan=DamagePlan(), seconds=CLIP_S)
                    keypoints, _ = clean_keypoints(filmed.keypoints)
                    yield ViewedClip(run.name, run.subject, rate, yaw, keypoints, filmed.direction, filmed.contacts)


def score_clips(method: ContactMethod, clips: Sequence[ViewedClip]) -> ContactErrors:
    """A method's errors over several clips."""
    return pool_errors(
        score_contacts(
            method.detect(clip.keypoints, clip.direction),
            clip.contacts,
            (float(clip.keypoints.time_s[0]), float(clip.keypoints.time_s[-1])),
        )
        for clip in clips
    )
