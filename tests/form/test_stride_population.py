from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import WeightsError
from runform.form.likeness_model import compute_distance
from runform.form.stride_denoising import STRIDE_SHAPE
from runform.form.stride_population import POPULATION_FILE, StridePopulation, load_population, save_population
from runform.settings import PROJECT_ROOT


def test_a_population_comes_back_whatever_the_order_of_its_memory(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    seen, true = (np.asfortranarray(rng.uniform(-1, 1, (6, *STRIDE_SHAPE))) for _ in range(2))
    save_population(StridePopulation(seen, true, np.arange(6) // 3, np.arange(6)), tmp_path / POPULATION_FILE)

    back = load_population(tmp_path)

    np.testing.assert_allclose(back.seen, seen, atol=1e-3)
    np.testing.assert_allclose(back.true, true, atol=1e-3)
    assert back.runners.tolist() == [0, 0, 0, 1, 1, 1]
    assert len(back.identity) == 64


def test_a_damaged_population_says_so(tmp_path: Path) -> None:
    (tmp_path / POPULATION_FILE).write_bytes(b"nothing of the kind")

    with pytest.raises(WeightsError, match="damaged"):
        load_population(tmp_path)


def test_the_shipped_strides_are_of_runners_who_differ_more_than_they_change() -> None:
    shipped = load_population(PROJECT_ROOT / "models")

    np.testing.assert_allclose(np.linalg.norm(shipped.true, axis=-1), 1.0, atol=2e-3)
    first = shipped.true[shipped.runners == 0]
    own = compute_distance(first[1:], first[0]).mean()
    others = compute_distance(shipped.true[shipped.runners != 0], first[0]).mean()
    assert own < 5 < 10 < others
