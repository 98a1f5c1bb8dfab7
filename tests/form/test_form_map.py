from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import AnalysisCancelled, InputError, ShapeError
from runform.form.form_map import (
    MIN_POINTS,
    FormMap,
    VectorReader,
    align,
    choose_perplexity,
    digest_space,
    fit_form_map,
    is_outdated,
    keep_runs,
    place_runs,
)
from runform.form.form_space import FormSpace
from runform.form.map_file import load_form_map, save_form_map
from runform.form.map_trust import compute_neighbour_purity
from runform.progress import Progress
from runform.sequences import EMBEDDING_DIM
from tests.form.labelled import make_labelled_runs


def reader_of(matrix: npt.NDArray[np.float32]) -> VectorReader:
    """Reads row i for the run called `str(i)`."""
    return lambda ids: matrix[[int(run) for run in ids]]


def names(rows: Sequence[int] | range) -> list[str]:
    return [str(row) for row in rows]


def fit(matrix: npt.NDArray[np.float32], rows: Sequence[int] | range | None = None, **options: object) -> FormMap:
    ids = names(range(len(matrix)) if rows is None else rows)
    return fit_form_map(ids, reader_of(matrix), "sha.recipe", **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def runners() -> npt.NDArray[np.float32]:
    """Four runners with twelve runs each; run i is runner i // 12."""
    return make_labelled_runs(4, 12, 0.0)[0]


@pytest.fixture(scope="module")
def laid(runners: npt.NDArray[np.float32]) -> FormMap:
    """All runs but the last two of each runner."""
    return fit(runners, [row for row in range(48) if row % 12 < 10])


def test_alike_runs_lie_close(laid: FormMap) -> None:
    assert laid.positions.shape == (40, 2)
    assert laid.positions.mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-6)
    groups = [str(int(run) // 12) for run in laid.ids]
    assert compute_neighbour_purity(laid.positions, groups).value > 0.9


def test_the_same_seed_gives_the_same_map_and_another_may_not(runners: npt.NDArray[np.float32]) -> None:
    first, again, other = (fit(runners, range(20), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.positions, again.positions)
    assert not np.array_equal(first.positions, other.positions)


def test_new_runs_lie_among_their_own_and_move_no_other(runners: npt.NDArray[np.float32], laid: FormMap) -> None:
    new = names([row for row in range(48) if row % 12 >= 10])

    now = place_runs(laid, new, reader_of(runners))

    assert now.ids == (*laid.ids, *new)
    assert now.positions[:40].tobytes() == laid.positions.tobytes()
    assert list(now.placed) == [False] * 40 + [True] * 8
    for row, run in enumerate(new, start=40):
        distance = np.linalg.norm(now.positions[:40] - now.positions[row], axis=1)
        nearest = [int(now.ids[other]) // 12 for other in np.argsort(distance)[:5]]
        assert nearest == [int(run) // 12] * 5


def test_a_new_run_lies_where_it_lies_whoever_comes_with_it(runners: npt.NDArray[np.float32], laid: FormMap) -> None:
    alone = place_runs(laid, ["10"], reader_of(runners))
    together = place_runs(laid, ["22", "10", "47"], reader_of(runners))
    one_by_one = place_runs(place_runs(laid, ["22"], reader_of(runners)), ["10"], reader_of(runners))
    assert together.positions[41] == pytest.approx(alone.positions[40], abs=0.05)
    assert one_by_one.positions[41] == pytest.approx(alone.positions[40], abs=1e-9)


def test_deleted_runs_vanish_and_move_no_other(laid: FormMap) -> None:
    left = keep_runs(laid, laid.ids[3:])
    assert left.ids == laid.ids[3:]
    assert left.positions.tobytes() == laid.positions[3:].tobytes()
    assert keep_runs(laid, [*laid.ids, "elsewhere"]) is laid


def test_a_run_can_be_placed_after_others_were_deleted(runners: npt.NDArray[np.float32], laid: FormMap) -> None:
    now = place_runs(keep_runs(laid, laid.ids[5:]), ["11"], reader_of(runners))
    assert np.isfinite(now.positions).all()
    assert now.positions[:-1].tobytes() == laid.positions[5:].tobytes()


def test_only_new_runs_are_read(runners: npt.NDArray[np.float32], laid: FormMap) -> None:
    read: list[str] = []

    def watch(ids: Sequence[str]) -> npt.NDArray[np.float32]:
        read.extend(ids)
        return reader_of(runners)(ids)

    place_runs(laid, ["10", "11"], watch)
    assert read == ["10", "11"]


def test_a_map_is_outdated_when_more_than_a_third_is_new(laid: FormMap) -> None:
    new = [f"new {i}" for i in range(21)]
    assert not is_outdated(laid, [*laid.ids, *new[:20]], None)
    assert is_outdated(laid, [*laid.ids, *new], None)
    assert is_outdated(laid, laid.ids[: MIN_POINTS - 1], None)
    assert not is_outdated(laid, laid.ids[:MIN_POINTS], None)


def test_a_new_layout_is_turned_onto_the_old_one(laid: FormMap) -> None:
    turn = np.array([[0.6, 0.8], [0.8, -0.6]])  # turned and mirrored
    moved = replace(laid, positions=laid.positions @ turn + [3.0, -4.0], ids=(*laid.ids[:-1], "another"))
    back = align(moved, laid)
    assert back.positions == pytest.approx(laid.positions, abs=1e-9)


def test_a_layout_of_more_runs_does_not_flip(runners: npt.NDArray[np.float32], laid: FormMap) -> None:
    mirrored = replace(laid, positions=laid.positions * [-1.0, 1.0])
    for previous in (laid, mirrored):
        anew = fit(runners, previous=previous)
        old = np.array(
            [previous.positions[[int(run) // 12 == own for run in previous.ids]].mean(0) for own in range(4)]
        )
        new = np.array([anew.positions[[int(run) // 12 == own for run in anew.ids]].mean(0) for own in range(4)])
        nearest = np.linalg.norm(new[:, None] - old[None], axis=2).argmin(axis=1)
        assert list(nearest) == [0, 1, 2, 3]


def test_the_form_space_is_kept_beside_and_another_one_asks_for_a_new_layout(
    runners: npt.NDArray[np.float32], laid: FormMap
) -> None:
    rng = np.random.default_rng(0)
    basis = rng.normal(size=(EMBEDDING_DIM, 3)).astype(np.float32)
    space = FormSpace("sha.recipe", np.zeros(EMBEDDING_DIM, dtype=np.float32), basis)
    within = fit(runners, range(12), space=space)
    assert within.likeness == pytest.approx(runners[:12] @ basis, rel=1e-4, abs=1e-2)
    assert within.space == digest_space(space) != ""
    assert laid.likeness is laid.reduced
    assert is_outdated(within, within.ids, None)
    assert is_outdated(laid, laid.ids, space)
    with pytest.raises(InputError, match="form space") as caught:
        place_runs(laid, ["10"], reader_of(runners), space=space)
    assert caught.value.remedy


@pytest.mark.parametrize("count", [5, 6, 7])
def test_the_smallest_maps_work_and_take_new_runs(count: int) -> None:
    matrix, _, _ = make_labelled_runs(count + 1, 1, 0.0)
    form_map = fit(matrix, range(count))
    assert np.isfinite(place_runs(form_map, [str(count)], reader_of(matrix)).positions).all()


def test_repeated_runs_and_numbers_that_never_change_work() -> None:
    matrix, _, _ = make_labelled_runs(3, 2, 0.0)
    matrix[:, 100:] = 0.25
    assert np.isfinite(fit(np.vstack([matrix, matrix])).positions).all()


def test_two_different_forms_make_a_map_of_one_direction() -> None:
    matrix = np.zeros((6, EMBEDDING_DIM), dtype=np.float32)
    matrix[3:, 0] = 1.0
    assert np.isfinite(fit(matrix).positions).all()


def test_more_runs_than_the_directions_are_found_from_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runform.form.form_map.RUNS_TO_REDUCE", 20)
    matrix, _, groups = make_labelled_runs(4, 12, 0.0)
    form_map = fit(matrix)
    assert form_map.reduced.shape == (48, 19)
    assert compute_neighbour_purity(form_map.positions, groups).value > 0.9


@pytest.mark.parametrize(("count", "words"), [(0, "there are 0"), (1, "there is 1"), (4, "there are 4")])
def test_too_few_runs_are_refused(count: int, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        fit(np.zeros((count, EMBEDDING_DIM), dtype=np.float32))
    assert caught.value.remedy


def test_runs_that_are_all_the_same_are_refused() -> None:
    with pytest.raises(InputError, match="same form"):
        fit(np.full((8, EMBEDDING_DIM), 0.1, dtype=np.float32))


def test_another_length_is_refused(laid: FormMap) -> None:
    with pytest.raises(ShapeError, match="matrix"):
        fit_form_map(names(range(8)), lambda ids: np.zeros((len(ids), 10), np.float32), "sha")
    with pytest.raises(ShapeError, match="positions"):
        replace(laid, positions=laid.positions[:3])


def test_perplexity_follows_the_number_of_runs() -> None:
    assert [choose_perplexity(n) for n in (4, 31, 1000)] == [1.3, 10.0, 30.0]


def test_progress_is_told_and_it_can_be_stopped(runners: npt.NDArray[np.float32]) -> None:
    told: list[float] = []
    fit(runners, range(12), progress=Progress(lambda _, fraction: told.append(fraction)))
    assert told == sorted(told)
    assert told[-1] > 0.95
    stop = threading.Event()
    seen: list[float] = []

    def listen(_stage: str, fraction: float) -> None:
        seen.append(fraction)
        if fraction > 0.3:
            stop.set()

    with pytest.raises(AnalysisCancelled):
        fit(runners, range(12), progress=Progress(listen, stop))
    assert seen[-1] < 0.5


def test_a_map_comes_back_from_its_file_and_takes_new_runs_alike(
    tmp_path: Path, runners: npt.NDArray[np.float32], laid: FormMap
) -> None:
    file = tmp_path / "maps" / "map.safetensors"
    now = place_runs(laid, ["10"], reader_of(runners))
    save_form_map(now, file)
    back = load_form_map(file)
    assert back is not None
    assert (back.ids, back.model_sha256, back.seed, back.perplexity) == (now.ids, "sha.recipe", 0, now.perplexity)
    assert back.positions.tobytes() == now.positions.tobytes()
    assert np.array_equal(back.placed, now.placed)
    first, second = (place_runs(form_map, ["11"], reader_of(runners)) for form_map in (now, back))
    assert first.positions[:-1].tobytes() == second.positions[:-1].tobytes()
    assert second.positions[-1] == pytest.approx(first.positions[-1], abs=1e-4)  # float32 sums in another order
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_damaged_file_and_one_of_another_format_are_no_map(
    tmp_path: Path, laid: FormMap, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "map.safetensors"
    assert load_form_map(file) is None
    save_form_map(laid, file)
    file.write_bytes(file.read_bytes()[:-100])
    assert load_form_map(file) is None
    assert "damaged" in caplog.text
    save_form_map(laid, file)
    monkeypatch.setattr("runform.form.map_file.FORMAT", "2")
    assert load_form_map(file) is None
