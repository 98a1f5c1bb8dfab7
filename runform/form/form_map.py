"""The form map: stored runs laid out in the plane so that alike forms lie close (t-SNE), and kept as they lie.

A map is laid out once. Runs that come later are placed among the others, which stay where they are to the last bit;
runs that are deleted vanish. Only when many have come is the map laid out anew, turned to match the old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import orthogonal_procrustes
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from runform.errors import InputError, ShapeError
from runform.form.form_space import FormSpace, iterate_blocks
from runform.form.map_reduction import Float32Array, Reduction, fit_reduction
from runform.progress import Progress
from runform.sequences import FloatArray, require_shape

VectorReader = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Reads (N, 8704) embeddings of N runs, in the order of their ids."""

MIN_POINTS = 5
MAX_PERPLEXITY = 30.0
MOST_NEW = 1 / 3
"""Share of runs placed since the layout past which it is laid out anew: newcomers are placed by the runs that were
there, and not by one another. Our choice."""
RUNS_TO_REDUCE = 2000
"""Most runs that the directions are found from; with more, this many are drawn, and all are projected in blocks."""

_GATHERING, _SETTLING = 250, 500
_EXAGGERATION = 12.0
"""Steps and exaggeration of t-SNE's two phases, as its authors use them."""
_REPORT_EVERY = 25


@dataclass(frozen=True)
class FormMap:
    """Where runs lie on the map, and what is needed to place others among them.

    Attributes:
        model_sha256: Identity of the embeddings it is made of.
        ids: (N,) run ids.
        positions: (N, 2) float64 in t-SNE's own unit; axes and far distances mean nothing.
        reduced: (N, K) float32 scores in the main directions, which the map is laid out from.
        forms: (N, L) float32 in the form space, where likeness is measured; L is 0 where there is none.
        placed: (N,) bool, runs that came after the layout.
        reduction: What takes an embedding to `reduced`.
        space: `digest_space` of the form space.
        seed, perplexity: Of t-SNE.

    Raises:
        ShapeError: Fields that do not fit one another.
    """

    model_sha256: str
    ids: tuple[str, ...]
    positions: FloatArray
    reduced: Float32Array
    forms: Float32Array
    placed: npt.NDArray[np.bool_]
    reduction: Reduction
    space: str
    seed: int
    perplexity: float

    def __post_init__(self) -> None:
        n = len(self.ids)
        require_shape("positions", self.positions, (n, 2))
        require_shape("reduced", self.reduced, (n, len(self.reduction.components)))
        require_shape("forms", self.forms, (n, None))
        require_shape("placed", self.placed, (n,))
        if not np.isfinite(self.positions).all():
            raise ShapeError("positions must be finite.")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def likeness(self) -> Float32Array:
        """(N, L or K) where the cosine says how alike two runs are: the form space, or the main directions."""
        return self.forms if self.forms.shape[1] else self.reduced


def fit_form_map(
    ids: Sequence[str],
    read_vectors: VectorReader,
    model_sha256: str,
    *,
    space: FormSpace | None = None,
    seed: int = 0,
    previous: FormMap | None = None,
    progress: Progress | None = None,
) -> FormMap:
    """Lay runs out in the plane by t-SNE (van der Maaten and Hinton 2008).

    Every number is standardised over the runs and the main directions are kept (PCA) before t-SNE. Embeddings are read
    in blocks and never all held.

    Args:
        ids: Runs, all with embeddings of one identity.
        read_vectors: Reads them.
        model_sha256: That identity.
        space: Its form space, where there is one.
        seed: The same seed and runs give the same map, up to the turn that `previous` asks for.
        previous: A map to match: the new one is turned and mirrored so that runs of both lie as near as can be.
        progress: Told how far it is.

    Raises:
        InputError: Fewer than `MIN_POINTS` runs, or all of them the same.
        AnalysisCancelled: The owner of `progress` stopped it.
    """
    count = len(ids)
    if count < MIN_POINTS:
        raise InputError(
            f"A form map needs at least {MIN_POINTS} stored runs, and there {'is' if count == 1 else 'are'} {count}.",
            "Analyse and save more clips.",
        )
    progress = progress or Progress()
    progress.enter("reading the runs", 0.0, 0.15)
    drawn = np.arange(count)
    if count > RUNS_TO_REDUCE:
        drawn = np.sort(np.random.default_rng(seed).choice(count, RUNS_TO_REDUCE, replace=False))
    with threadpool_limits(limits=1):
        # One thread: where analyses keep the cores busy, threads that wait for one another took twelve times as long.
        reduction = fit_reduction(read_vectors([ids[row] for row in drawn]))
        reduced, forms = _project(ids, read_vectors, reduction, space, progress)
        progress.enter("laying out the map", 0.15, 0.85)
        perplexity = choose_perplexity(count)
        positions = _lay_out(reduced, perplexity, seed, progress)
    fresh = FormMap(
        model_sha256=model_sha256,
        ids=tuple(ids),
        positions=positions,
        reduced=reduced,
        forms=forms,
        placed=np.zeros(count, dtype=np.bool_),
        reduction=reduction,
        space=digest_space(space),
        seed=seed,
        perplexity=perplexity,
    )
    return fresh if previous is None else align(fresh, previous)


def place_runs(
    form_map: FormMap,
    ids: Sequence[str],
    read_vectors: VectorReader,
    *,
    space: FormSpace | None = None,
    progress: Progress | None = None,
) -> FormMap:
    """Place new runs among those that were laid out; all others stay exactly where they are.

    Args:
        form_map: At least one of its runs laid out, not placed.
        ids: Runs not on the map, with embeddings of its identity.
        read_vectors: Reads them.
        space: The form space the map was made with.
        progress: Told how far it is.

    Raises:
        InputError: The form space is another.
    """
    if digest_space(space) != form_map.space:
        raise InputError("The form space has changed since the map was laid out.", "Lay out the map anew.")
    progress = progress or Progress()
    progress.enter("reading the new runs", 0.0, 0.3)
    with threadpool_limits(limits=1):
        reduced, forms = _project(ids, read_vectors, form_map.reduction, space, progress)
        progress.enter("placing the new runs", 0.3, 0.7)
        laid = ~form_map.placed
        # openTSNE centres the embedding it is given in place: it gets a copy.
        others = _embed(form_map.reduced[laid], form_map.positions[laid].copy(), form_map.perplexity, form_map.seed)
        newcomers = others.prepare_partial(
            reduced,
            initialization="median",
            k=min(10, int(laid.sum())),
            perplexity=min(5.0, choose_perplexity(int(laid.sum()))),
        )
        newcomers.optimize(n_iter=100, learning_rate=0.1, exaggeration=1.5, inplace=True, max_grad_norm=0.25)
    return replace(
        form_map,
        ids=(*form_map.ids, *ids),
        positions=np.vstack([form_map.positions, np.asarray(newcomers, dtype=np.float64)]),
        reduced=np.vstack([form_map.reduced, reduced]),
        forms=np.vstack([form_map.forms, forms]),
        placed=np.concatenate([form_map.placed, np.ones(len(ids), dtype=np.bool_)]),
    )


def keep_runs(form_map: FormMap, ids: Sequence[str]) -> FormMap:
    """The map without the runs that are not among `ids`; the others stay exactly where they are."""
    wanted = set(ids)
    kept = np.array([run in wanted for run in form_map.ids], dtype=np.bool_)
    if kept.all():
        return form_map
    return replace(
        form_map,
        ids=tuple(run for run in form_map.ids if run in wanted),
        positions=form_map.positions[kept],
        reduced=form_map.reduced[kept],
        forms=form_map.forms[kept],
        placed=form_map.placed[kept],
    )


def is_outdated(form_map: FormMap, ids: Sequence[str], space: FormSpace | None) -> bool:
    """Whether the map of these runs should be laid out anew: too many are new, or the form space is another."""
    laid = {run for run, placed in zip(form_map.ids, form_map.placed, strict=True) if not placed}
    new = sum(run not in laid for run in ids)
    return digest_space(space) != form_map.space or len(ids) - new < MIN_POINTS or new > MOST_NEW * len(ids)


def align(form_map: FormMap, previous: FormMap) -> FormMap:
    """The map turned, mirrored and moved, not stretched, onto an earlier one (orthogonal Procrustes).

    Nothing is done where fewer than two runs are on both.
    """
    before = {run: row for row, run in enumerate(previous.ids)}
    rows = [row for row, run in enumerate(form_map.ids) if run in before]
    if len(rows) < 2:
        return form_map
    old = previous.positions[[before[form_map.ids[row]] for row in rows]]
    new = form_map.positions[rows]
    turn, _ = orthogonal_procrustes(new - new.mean(axis=0), old - old.mean(axis=0))
    return replace(form_map, positions=(form_map.positions - new.mean(axis=0)) @ turn + old.mean(axis=0))


def choose_perplexity(count: int) -> float:
    """About a third of the runs, at least 1.3 and at most 30: t-SNE asks for three times as many neighbours."""
    return float(min(MAX_PERPLEXITY, max(1.3, (count - 1) / 3)))


def digest_space(space: FormSpace | None) -> str:
    """What tells one form space from another; empty for none."""
    if space is None:
        return ""
    return hashlib.sha256(space.mean.tobytes() + space.basis.tobytes()).hexdigest()


def _project(
    ids: Sequence[str], read_vectors: VectorReader, reduction: Reduction, space: FormSpace | None, progress: Progress
) -> tuple[Float32Array, Float32Array]:
    """(N, K) main directions and (N, L) form space of runs whose embeddings are read in blocks."""
    reduced = np.zeros((len(ids), len(reduction.components)), dtype=np.float32)
    forms = np.zeros((len(ids), 0 if space is None else space.basis.shape[1]), dtype=np.float32)
    for block in iterate_blocks(len(ids)):
        vectors = read_vectors(ids[block])
        reduced[block] = reduction.project(vectors)
        if space is not None:
            forms[block] = space.project(vectors)
        progress.report(block.stop / len(ids))
    return reduced, forms


def _embed(reduced: Float32Array, positions: FloatArray, perplexity: float, seed: int) -> Any:
    """Points that lie at `positions`, as openTSNE moves them: exact neighbours, Barnes and Hut's forces.

    Interpolated forces were no faster at 10,000 points, and much slower at 1,000.
    """
    # Two seconds to import, and a map that has not changed does without.
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

    affinities = PerplexityBasedNN(reduced, perplexity=perplexity, method="exact", n_jobs=1, random_state=seed)
    return TSNEEmbedding(positions, affinities, negative_gradient_method="bh", n_jobs=1, random_state=seed)


def _lay_out(reduced: Float32Array, perplexity: float, seed: int, progress: Progress) -> FloatArray:
    """(N, 2) positions, centred."""
    from openTSNE import initialization

    count, directions = reduced.shape
    start = np.zeros((count, 2))
    start[:, : min(2, directions)] = reduced[:, :2]
    # Runs that are the same would never part without a little noise.
    start += 0.01 * start.std() * np.random.default_rng(seed).standard_normal(start.shape)
    embedding = _embed(reduced, initialization.rescale(start), perplexity, seed)
    done = 0

    def listen(step: int, _error: float, _embedding: object) -> None:
        progress.report((done + step) / (_GATHERING + _SETTLING))

    options = {"inplace": True, "callbacks": listen, "callbacks_every_iters": _REPORT_EVERY}
    embedding.optimize(n_iter=_GATHERING, exaggeration=_EXAGGERATION, momentum=0.5, **options)
    done = _GATHERING
    embedding.optimize(n_iter=_SETTLING, momentum=0.8, **options)
    positions = np.asarray(embedding, dtype=np.float64)
    return np.asarray(positions - positions.mean(axis=0))
