"""An empty database, and something that stands for a clip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runform.store.database import Database


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def runs_dir(data_dir: Path) -> Path:
    return data_dir / "runs"


@pytest.fixture
def db(data_dir: Path) -> Iterator[Database]:
    database = Database(data_dir / "runform.duckdb")
    yield database
    database.close()


@pytest.fixture
def clip_path(tmp_path: Path) -> Path:
    """The store never looks into a clip, so a few bytes will do."""
    path = tmp_path / "Morning Run.MP4"
    path.write_bytes(b"the bytes of a clip")
    return path
