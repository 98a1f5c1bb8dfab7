"""Ways to measure how alike two embeddings are, side by side: each turns embeddings into what cosines are taken of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from runform.form.form_space import FormSpace
from runform.sequences import FloatArray
from runform.training.form_space_training import (
    FilmedPopulation,
    find_main_directions,
    fit_form_space,
    split_clips,
)

Method = Callable[[FloatArray], FloatArray]

WHITENED, VIEW_DIRECTIONS = 100, 30
_FLOOR = 0.1
"""Share of the mean variance added before whitening, so that directions of little but noise are not blown up."""
_TINY = 1e-9


def fit_methods(population: FilmedPopulation) -> dict[str, Method]:
    """What can be learnt from a population of virtual runners, by name.

    - per number: each of the 8704 numbers standardised.
    - per joint: each joint's 512 numbers centred and brought to one length.
    - whitened: main directions, each brought nearly to one variance.
    - view taken out: the directions in which one runner's clips differ most projected out (nuisance attribute
      projection, Solomonoff and others 2005).
    - discriminants: what is shipped, `form_space_training`.

    Args:
        population: Of other runners than those judged.
    """
    vectors = population.vectors.astype(np.float64)
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    main = find_main_directions(vectors - mean, WHITENED)
    variance = ((vectors - mean) @ main).var(axis=0)
    scale = np.sqrt(variance + _FLOOR * variance.mean())
    _, inside = split_clips(vectors, population.runners)
    view = find_main_directions(inside, VIEW_DIRECTIONS)
    space = fit_form_space(population, "")

    def per_joint(rows: FloatArray) -> FloatArray:
        joints = (rows - mean).reshape(len(rows), -1, 512)
        length = np.linalg.norm(joints, axis=2, keepdims=True)
        return np.asarray((joints / np.maximum(length, _TINY)).reshape(len(rows), -1))

    def without_view(rows: FloatArray) -> FloatArray:
        centred = rows - mean
        return np.asarray(centred - (centred @ view) @ view.T)

    return {
        "per number": lambda rows: (rows - mean) / np.maximum(spread, _TINY),
        "per joint": per_joint,
        "whitened": lambda rows: (rows - mean) @ main / scale,
        "view taken out": without_view,
        "discriminants": project_into(space),
    }


def project_into(space: FormSpace) -> Method:
    """A form space as a method."""
    return lambda rows: space.project(rows)
