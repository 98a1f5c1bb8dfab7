"""Hamner's subject 4 of ../shared/mocap: one runner on a treadmill at four speeds, joints placed from skin markers."""

from __future__ import annotations

import numpy as np

from runform.sequences import FloatArray, Side
from runform.training.motion_files.joint_centres import (
    compute_hip_centres,
    compute_mean_shape,
    compute_midpoint,
    compute_turning_centre,
    fit_rigid,
)

FRAME_RATE = 100.0
REFERENCE_TRIAL = "run300"
"""All markers of this trial hold; the joints of every trial are placed by what it shows."""

Markers = dict[str, FloatArray]
_LETTER: dict[Side, str] = {"left": "L", "right": "R"}
_THIGH, _SHANK, _FOOT = ("TH1", "TH2", "TH3"), ("TB1", "TB2", "TB3"), ("CAL", "TOE", "MT5")
# A toe marker whose distance from the heel's strays further than this has come loose; the others stay within 7 mm.
_LOOSE_M = 0.02


def place_body(trial: Markers, reference: Markers) -> dict[str, FloatArray]:
    """The whole body of a trial: "left_hip" ... "neck" -> (T, 3) metres, head excepted.

    The subject has no markers at knee and ankle, and there is no standing trial. So both joints are where the segments
    turn about in the reference trial, carried along with the thigh's and the shank's markers.
    """
    sacrum = compute_midpoint(trial["LPSI"], trial["RPSI"])
    points = {f"{s}_hip": place for s, place in compute_hip_centres(trial["LASI"], trial["RASI"], sacrum).items()}
    for side, letter in _LETTER.items():
        points |= {f"{side}_{part}": place for part, place in _place_leg(trial, reference, letter).items()}
        points[f"{side}_shoulder"] = trial[f"{letter}ACR"]
        points[f"{side}_elbow"] = compute_midpoint(trial[f"{letter}LEL"], trial[f"{letter}MEL"])
        points[f"{side}_wrist"] = compute_midpoint(trial[f"{letter}FAradius"], trial[f"{letter}FAulna"])
    points["neck"] = compute_midpoint(trial["C7"], trial["CLAV"])
    return points


def _place_leg(trial: Markers, reference: Markers, letter: str) -> dict[str, FloatArray]:
    """One leg's knee, ankle, heel and toe, (T, 3) metres; heel and toe are the markers on the shoe."""
    shape = {cluster: compute_mean_shape(_stack(reference, letter, cluster)) for cluster in (_THIGH, _SHANK, _FOOT)}
    seen = {cluster: fit_rigid(shape[cluster], _stack(reference, letter, cluster)) for cluster in shape}
    knee_of_thigh, knee_of_shank = compute_turning_centre(seen[_THIGH], seen[_SHANK])
    ankle_of_shank, ankle_of_foot = compute_turning_centre(seen[_SHANK], seen[_FOOT])
    thigh, shank = (fit_rigid(shape[cluster], _stack(trial, letter, cluster)) for cluster in (_THIGH, _SHANK))
    ankle = shank.carry(ankle_of_shank)
    toe = trial[f"{letter}TOE"]
    length = np.linalg.norm(shape[_FOOT][0] - shape[_FOOT][1])
    if np.abs(np.linalg.norm(toe - trial[f"{letter}CAL"], axis=1) - length).max() > _LOOSE_M:
        toe = _carry_toe(trial, letter, shape[_FOOT], ankle, ankle_of_foot)
    return {
        "knee": compute_midpoint(thigh.carry(knee_of_thigh), shank.carry(knee_of_shank)),
        "ankle": ankle,
        "heel": trial[f"{letter}CAL"],
        "toe": toe,
    }


def _carry_toe(
    trial: Markers, letter: str, foot_shape: FloatArray, ankle: FloatArray, ankle_of_foot: FloatArray
) -> FloatArray:
    """(T, 3) where the toe's marker would be, carried with heel, outer forefoot and ankle: in run400 it is loose."""
    heel_at, toe_at, outer_at = foot_shape
    standing = np.stack([heel_at, outer_at, ankle_of_foot])
    moving = np.stack([trial[f"{letter}CAL"], trial[f"{letter}MT5"], ankle], axis=1)
    return fit_rigid(standing, moving).carry(toe_at)


def _stack(markers: Markers, letter: str, cluster: tuple[str, ...]) -> FloatArray:
    """(T, M, 3) the markers of one segment."""
    return np.stack([markers[f"{letter}{name}"] for name in cluster], axis=1)
