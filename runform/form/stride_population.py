"""Strides of many virtual runners, as seen by a camera and as they truly were: what likeness is learnt beside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
from safetensors.numpy import save

from runform.errors import WeightsError
from runform.form.stride_denoising import STRIDE_SHAPE
from runform.form.stride_forms import CUT_RECIPE
from runform.hashing import compute_sha256
from runform.sequences import FloatArray, require_shape
from runform.settings import PROJECT_ROOT

POPULATION_FILE = "stride_population.safetensors"


@dataclass(frozen=True)
class StridePopulation:
    """Strides of runners who are nobody's athletes.

    Attributes:
        seen: (N, 26, 11, 2) from `prepare_strides`.
        true: (N, 26, 11, 2) the same strides as they were, aligned to the swing.
        runners: (N,) whose.
        clips: (N,) of which clip.
        identity: Of the file they come from.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    seen: FloatArray
    true: FloatArray
    runners: npt.NDArray[np.intp]
    clips: npt.NDArray[np.intp]
    identity: str = ""

    def __post_init__(self) -> None:
        require_shape("seen", self.seen, (None, *STRIDE_SHAPE))
        require_shape("true", self.true, self.seen.shape)
        require_shape("runners", self.runners, (len(self.seen),))
        require_shape("clips", self.clips, (len(self.seen),))


def save_population(population: StridePopulation, file: Path, metadata: dict[str, str] | None = None) -> None:
    """Write a population, strides as float16; the file is replaced whole."""
    arrays: dict[str, npt.NDArray[Any]] = {
        # safetensors writes memory as it lies, whatever the order of the axes.
        "seen": np.ascontiguousarray(population.seen, dtype=np.float16),
        "true": np.ascontiguousarray(population.true, dtype=np.float16),
        "runners": population.runners.astype(np.int32),
        "clips": population.clips.astype(np.int32),
    }
    part = file.with_name(file.name + ".part")
    part.write_bytes(save(arrays, metadata=(metadata or {}) | {"cut_recipe": str(CUT_RECIPE)}))
    part.replace(file)


def load_population(models_dir: Path) -> StridePopulation:
    """The population of the user's models folder, or else RunForm's own.

    Raises:
        WeightsError: There is none, it is damaged, or its strides are cut by another recipe.
    """
    for folder in (models_dir, PROJECT_ROOT / "models"):
        file = folder / POPULATION_FILE
        if file.is_file():
            return _read(file, file.stat().st_mtime_ns)
    raise WeightsError(f"{POPULATION_FILE} is missing.", "Get it back with RunForm's own files.")


@lru_cache(maxsize=1)
def _read(file: Path, changed_ns: int) -> StridePopulation:  # noqa: ARG001 - another time is another file
    try:
        with safetensors.safe_open(file, framework="np") as opened:
            recipe = (opened.metadata() or {}).get("cut_recipe")
            seen, true = (opened.get_tensor(name).astype(np.float64) for name in ("seen", "true"))
            runners, clips = (opened.get_tensor(name).astype(np.intp) for name in ("runners", "clips"))
    except (safetensors.SafetensorError, OSError) as error:
        raise WeightsError(f"{file.name} is damaged.", "Replace it with a fresh copy.") from error
    if recipe != str(CUT_RECIPE):
        raise WeightsError(
            f"{file.name} holds strides of another recipe.", "Make it again: python -m runform train strides."
        )
    return StridePopulation(seen, true, runners, clips, compute_sha256(file))
