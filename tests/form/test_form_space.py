from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import ShapeError, WeightsError
from runform.form import form_space
from runform.form.form_space import SPACE_FILE, FormSpace, find_form_space, save_form_space
from runform.sequences import EMBEDDING_DIM

MODEL = "abc.2"


def make_space(model: str = MODEL, directions: int = 5, scale: float = 1.0) -> FormSpace:
    rng = np.random.default_rng(0)
    mean, basis = rng.normal(size=EMBEDDING_DIM), scale * rng.normal(size=(EMBEDDING_DIM, directions))
    return FormSpace(model, mean.astype(np.float32), basis.astype(np.float32))


def test_the_mean_lies_at_nought_and_directions_are_read_off() -> None:
    space = make_space()
    rows = space.mean + np.outer([0.0, 2.0, -1.0], space.basis[:, 3])
    expected = np.outer([0.0, 2.0, -1.0], space.basis[:, 3] @ space.basis)
    np.testing.assert_allclose(space.project(rows.astype(np.float32)), expected, atol=0.05)


def test_chosen_rows_in_blocks_are_those_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    space = make_space()
    matrix = np.random.default_rng(1).normal(size=(13, EMBEDDING_DIM)).astype(np.float32)
    rows = np.array([12, 3, 3, 11, 0])
    whole = space.project(matrix)
    monkeypatch.setattr(form_space, "ROWS_AT_ONCE", 2)
    np.testing.assert_allclose(space.project(matrix, rows), whole[rows], rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_a_space_comes_back_from_its_file_to_half_precision(tmp_path: Path, scale: float) -> None:
    space = make_space(scale=scale)
    save_form_space(space, tmp_path / SPACE_FILE, {"runners": "3"})
    found = find_form_space(tmp_path, MODEL)
    assert found is not None
    assert found.model_sha256 == MODEL
    np.testing.assert_array_equal(found.mean, space.mean)
    np.testing.assert_allclose(found.basis, space.basis, atol=1e-3 * np.abs(space.basis).max())
    assert (tmp_path / SPACE_FILE).stat().st_size < 2.1 * space.basis.size + 4.1 * EMBEDDING_DIM + 1000


def test_a_space_of_other_embeddings_is_not_found(tmp_path: Path) -> None:
    save_form_space(make_space(), tmp_path / SPACE_FILE)
    assert find_form_space(tmp_path, "another hash.2") is None
    assert find_form_space(tmp_path, "abc.1") is None
    assert find_form_space(tmp_path / "empty", MODEL) is None


def test_a_file_written_anew_is_read_anew(tmp_path: Path) -> None:
    save_form_space(make_space(), tmp_path / SPACE_FILE)
    assert find_form_space(tmp_path, MODEL) is not None
    save_form_space(make_space("def.2"), tmp_path / SPACE_FILE)
    assert find_form_space(tmp_path, MODEL) is None
    assert find_form_space(tmp_path, "def.2") is not None


def test_a_damaged_file_is_told_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / SPACE_FILE).write_bytes(b"no tensors")
    with pytest.raises(WeightsError, match="damaged") as caught:
        find_form_space(tmp_path, MODEL)
    assert caught.value.remedy


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="mean"):
        FormSpace(MODEL, np.zeros(3, dtype=np.float32), np.zeros((EMBEDDING_DIM, 2), dtype=np.float32))
    with pytest.raises(ShapeError, match="basis"):
        FormSpace(MODEL, np.zeros(EMBEDDING_DIM, dtype=np.float32), np.zeros((3, 2), dtype=np.float32))
