"""Fixtures that several test folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of real clips and motion data beside the project."""
    folder = PROJECT_ROOT.parent / "shared"
    if not (folder / "README.md").is_file():
        pytest.skip("needs the folder of real clips and motion data beside the project (../shared), which is absent")
    return folder


@pytest.fixture(scope="session")
def clips_dir(shared_dir: Path) -> Path:
    """Real video clips."""
    return shared_dir / "clips"


@pytest.fixture(scope="session")
def mocap_dir(shared_dir: Path) -> Path:
    """Real 3D motion, joint angles and forces."""
    return shared_dir / "mocap"
