"""The form map of the stored runs: read from its file, brought up to date with the database, and written again."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform.errors import StoreError
from runform.form.form_map import FormMap, fit_form_map, is_outdated, keep_runs, place_runs
from runform.form.form_space import find_form_space
from runform.form.map_file import load_form_map, save_form_map
from runform.progress import Progress
from runform.store.database import Database
from runform.store.map_rows import list_map_rows, read_run_vectors

FOLDER = "form_maps"


class FormMapping:
    """Keeps one map for each identity of embeddings; one instance serves every thread.

    Args:
        db: The stored runs.
        models_dir: Where form spaces are looked for.
    """

    def __init__(self, db: Database, models_dir: Path) -> None:
        self._db = db
        self._models_dir = models_dir
        self._lock = threading.Lock()
        self._maps: dict[str, FormMap | None] = {}

    def find(self, model_sha256: str, ids: Sequence[str]) -> FormMap | None:
        """The map as last laid out, without runs that are gone; None before the first, and once it is outdated.

        Args:
            model_sha256: Identity of the embeddings.
            ids: The runs there are now.
        """
        kept = self._load(model_sha256)
        if kept is None or is_outdated(kept, ids, find_form_space(self._models_dir, model_sha256)):
            return None
        return keep_runs(kept, ids)

    def update(self, model_sha256: str, progress: Progress | None = None, *, anew: bool = False) -> None:
        """Bring the map up to the database: place new runs, or lay it out anew where too many are, and keep it.

        Args:
            model_sha256: Identity of the embeddings.
            progress: Told how far it is.
            anew: Lay it out anew in any case.

        Raises:
            InputError: Too few runs, or all of them the same.
            StoreError: The map cannot be written.
            AnalysisCancelled: The owner of `progress` stopped it.
        """
        ids = [row.id for row in list_map_rows(self._db, model_sha256)]
        space = find_form_space(self._models_dir, model_sha256)
        kept = self._load(model_sha256)

        def read(wanted: Sequence[str]) -> npt.NDArray[np.float32]:
            return read_run_vectors(self._db, model_sha256, wanted)

        if anew or kept is None or is_outdated(kept, ids, space):
            found = fit_form_map(ids, read, model_sha256, space=space, previous=kept, progress=progress)
        else:
            found = keep_runs(kept, ids)
            there = set(found.ids)
            if new := [run for run in ids if run not in there]:
                found = place_runs(found, new, read, space=space, progress=progress)
        try:
            save_form_map(found, self._file(model_sha256))
        except OSError as error:
            raise StoreError(
                "The form map could not be kept on disk.", "Make room, or make RunForm's data folder writable."
            ) from error
        with self._lock:
            self._maps[model_sha256] = found

    def _load(self, model_sha256: str) -> FormMap | None:
        """The map in memory or in its file, or None; one of another identity is none."""
        with self._lock:
            if self._maps.get(model_sha256) is None:
                found = load_form_map(self._file(model_sha256))
                self._maps[model_sha256] = found if found and found.model_sha256 == model_sha256 else None
            return self._maps[model_sha256]

    def _file(self, model_sha256: str) -> Path:
        name = hashlib.sha256(model_sha256.encode()).hexdigest()[:16]
        return self._db.path.parent / FOLDER / f"{name}.safetensors"
