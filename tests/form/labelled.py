"""Made-up embeddings of labelled runs, with runners who look like themselves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform.sequences import EMBEDDING_DIM

LABELS = ("optimal", "overstride")


def make_labelled_runs(
    runners: int, runs: int, separation: float, seed: int = 0
) -> tuple[npt.NDArray[np.float32], list[str], list[str]]:
    """Embeddings (N, 8704), labels and runners: every other runner overstrides in all runs.

    Args:
        runners: How many.
        runs: Of each runner; they differ half as much as two runners do.
        separation: What overstriding adds to 400 of the numbers, in spreads between runners; 0 makes the labels random.
        seed: Of everything.
    """
    rng = np.random.default_rng(seed)
    vectors, labels, groups = [], [], []
    for runner in range(runners):
        own = rng.normal(size=EMBEDDING_DIM)
        own[:400] += separation * (runner % 2)
        for _ in range(runs):
            vectors.append(own + 0.5 * rng.normal(size=EMBEDDING_DIM))
            labels.append(LABELS[runner % 2])
            groups.append(f"runner {runner}")
    return np.array(vectors, dtype=np.float32), labels, groups
