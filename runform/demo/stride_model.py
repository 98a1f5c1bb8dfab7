"""The published mean running stride as Fourier series: hip, knee and ankle angles at any phase."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from runform.sequences import FloatArray

COEFFICIENTS_FILE = Path(__file__).with_name("stride_coefficients.json")

SOURCES: tuple[dict[str, str], ...] = (
    {
        "who": "Fukuchi, Fukuchi and Duarte",
        "what": "A public dataset of running biomechanics and the effects of running speed on lower extremity "
        "kinematics and kinetics (2017): mean strides of 23 runners",
        "licence": "CC BY 4.0",
    },
    {
        "who": "Ferber and others, Running Injury Clinic",
        "what": "Treadmill running kinematics: strides of 23 runners",
        "licence": "CC BY 4.0",
    },
)


@dataclass(frozen=True)
class FourierSeries:
    """A periodic curve over the stride.

    Attributes:
        mean: In the curve's unit.
        cosine, sine: (H,) coefficients of harmonics 1 to H.
    """

    mean: float
    cosine: FloatArray
    sine: FloatArray

    def __call__(self, phase: FloatArray) -> FloatArray:
        """Values at stride phases of any shape; phase 0 is initial contact and 1 the same foot's next."""
        turns = 2 * np.pi * phase[..., None] * np.arange(1, len(self.cosine) + 1)
        return np.asarray(self.mean + np.cos(turns) @ self.cosine + np.sin(turns) @ self.sine)


@dataclass(frozen=True)
class StrideCurves:
    """Sagittal joint angles of the mean stride, degrees: flexion and dorsiflexion positive."""

    hip: FourierSeries
    knee: FourierSeries
    ankle: FourierSeries


@cache
def load_stride_curves() -> StrideCurves:
    """The curves in the coefficients file."""
    joints = json.loads(COEFFICIENTS_FILE.read_text())["joints"]
    series = {
        name: FourierSeries(entry["mean"], np.array(entry["cosine"]), np.array(entry["sine"]))
        for name, entry in joints.items()
    }
    return StrideCurves(series["hip"], series["knee"], series["ankle"])
