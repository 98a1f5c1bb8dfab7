"""RBDS001 of ../shared/mocap: one runner on a treadmill, joints placed by the standing trial."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from runform.sequences import FloatArray
from runform.training.motion_files.joint_centres import RigidPath, compute_hip_centres, compute_midpoint, fit_rigid
from runform.training.motion_files.text_table import read_marker_table

FRAME_RATE = 150.0
_THIGH = ("Thigh.Top.Lateral", "Thigh.Bottom.Lateral", "Thigh.Top.Medial", "Thigh.Bottom.Medial")
_SHANK = ("Shank.Top.Lateral", "Shank.Bottom.Lateral", "Shank.Top.Medial", "Shank.Bottom.Medial")
_REARFOOT = ("Heel.Top", "Heel.Bottom", "Heel.Lateral")
_HEADS = ("MT1", "MT5")
# From the second metatarsal head to the shoe's tip, our estimate for a shoe of about 0.28 m.
_TOE_M = 0.06
# How far the toes bend up against the foot, our estimate: without a limit the tip would lie on the floor until the
# metatarsal heads are a toe's length above it, 60 ms after the force is gone.
_MOST_BENT = np.deg2rad(35.0)
_FLOOR_PERCENTILE = 5.0  # the forefoot stands flat for longer than this share of the stride

Markers = dict[str, FloatArray]


def read_markers(file: Path) -> Markers:
    """Marker name -> (T, 3) metres, y up and x ahead; lost moments bridged by straight lines."""
    return read_marker_table(file, FRAME_RATE).bridge_gaps().points


def place_legs(running: Markers, standing: Markers) -> dict[str, FloatArray]:
    """Both legs of the running trial: "left_hip" ... "right_toe" -> (T, 3) metres.

    The hips follow from the pelvis' markers. Epicondyles and malleoli are marked in the standing trial alone; their
    midpoints are carried along with the clusters on thigh and shank, the knee as the mean of both clusters' answers.
    The toe is the shoe's tip (see `_place_toe`), the heel the lower marker on the shoe's back.
    """
    sacrum = compute_midpoint(running["L.PSIS"], running["R.PSIS"])
    hips = compute_hip_centres(running["L.ASIS"], running["R.ASIS"], sacrum)
    points: dict[str, FloatArray] = {f"{side}_hip": place for side, place in hips.items()}
    for side, letter in (("left", "L"), ("right", "R")):
        mean = {name: place.mean(axis=0) for name, place in standing.items()}
        thigh, shank = (
            fit_rigid(
                np.stack([mean[f"{letter}.{name}"] for name in cluster]),
                np.stack([running[f"{letter}.{name}"] for name in cluster], axis=1),
            )
            for cluster in (_THIGH, _SHANK)
        )
        knee = compute_midpoint(mean[f"{letter}.Knee"], mean[f"{letter}.Knee.Medial"])
        ankle = compute_midpoint(mean[f"{letter}.Ankle"], mean[f"{letter}.Ankle.Medial"])
        points[f"{side}_knee"] = compute_midpoint(thigh.carry(knee), shank.carry(knee))
        points[f"{side}_ankle"] = shank.carry(ankle)
        points[f"{side}_heel"] = running[f"{letter}.Heel.Bottom"]
        points[f"{side}_toe"] = _place_toe(running, mean, letter)
    return points


def _place_toe(running: Markers, standing: Markers, letter: str) -> FloatArray:
    """(T, 3) the shoe's tip: ahead of the second metatarsal head, bent up there where it would go below the floor, as
    far as toes bend.

    The head itself is marked in the standing trial; it is carried with the foot's markers and moved by what the first
    and fifth heads, marked in both trials, differ from the fit. The floor lies at its level in mid-stance.
    """
    foot, misfit = _fit_foot(running, standing, letter)
    head = foot.carry(standing[f"{letter}.MT2"]) + misfit
    along = standing[f"{letter}.MT2"] - standing[f"{letter}.Heel.Bottom"]
    along = foot.turn(along * np.array([1.0, 0.0, 1.0]))
    level = np.linalg.norm(along[:, (0, 2)], axis=1)
    floor = np.percentile(head[:, 1], _FLOOR_PERCENTILE)
    # As far as the toes may point down before they touch the floor.
    lowest = -np.arcsin(np.clip((head[:, 1] - floor) / _TOE_M, 0.0, 1.0))
    straight = np.arctan2(along[:, 1], level)
    pitch = np.clip(lowest, straight, straight + _MOST_BENT)
    heading = along[:, (0, 2)] / level[:, None]
    reach = np.stack([np.cos(pitch) * heading[:, 0], np.sin(pitch), np.cos(pitch) * heading[:, 1]], axis=1)
    return np.asarray(head + _TOE_M * reach)


def _fit_foot(running: Markers, standing: Markers, letter: str) -> tuple[RigidPath, FloatArray]:
    """The foot's path, and by how much (T, 3) the metatarsal heads lie off it on average.

    The running trial gives the right foot's first and fifth heads each other's names (the "fifth" lies on the inner
    side), so both orders are tried and the one that fits is taken.
    """
    model = np.stack([standing[f"{letter}.{name}"] for name in (*_REARFOOT, *_HEADS)])
    fits = []
    for heads in (_HEADS, _HEADS[::-1]):
        moving = np.stack([running[f"{letter}.{name}"] for name in (*_REARFOOT, *heads)], axis=1)
        path = fit_rigid(model, moving)
        off = [moving[:, m] - path.carry(model[m]) for m in (-2, -1)]
        fits.append((float(np.median(path.misfit_m)), path, np.mean(off, axis=0)))
    _, path, misfit = min(fits, key=lambda fit: fit[0])
    return path, np.asarray(misfit)
