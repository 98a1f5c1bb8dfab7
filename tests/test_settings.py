"""Settings come from RUNFORM_* variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform.settings import PROJECT_ROOT, Settings, resolve_device


def test_defaults_stay_in_the_project() -> None:
    settings = Settings(_env_file=None)

    assert settings.data_dir == PROJECT_ROOT / "data"
    assert settings.database_path.parent == settings.data_dir


def test_variables_override(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RUNFORM_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RUNFORM_BACKEND", "blazepose")

    assert Settings(_env_file=None).runs_dir == tmp_path / "runs"
    assert Settings(_env_file=None).backend == "blazepose"


def test_device_is_named_for_torch() -> None:
    assert resolve_device("cpu") == "cpu"
    assert resolve_device("auto") in {"cpu", "cuda"}
