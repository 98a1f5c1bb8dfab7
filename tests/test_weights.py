"""The manifest names what design and licences ask for."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from runform.errors import WeightsError
from runform.settings import PROJECT_ROOT, Settings
from runform.weights import find_entry, list_weights, read_manifest


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A models folder without a manifest of its own takes the project's."""
    return Settings(models_dir=tmp_path)


def test_every_entry_is_complete(settings: Settings) -> None:
    entries = read_manifest(settings)
    assert len({e.name for e in entries}) == len({e.file for e in entries}) == len(entries) == 8
    for entry in entries:
        assert urlsplit(entry.url).scheme == "https"
        assert entry.licence
        assert entry.purpose


def test_hashes_in_names_are_held_to(settings: Settings) -> None:
    for entry in read_manifest(settings):
        if entry.file.endswith(".pth"):
            assert entry.sha256 in re.findall(r"-([0-9a-f]{8})", entry.file)


def test_research_only_training_sets_are_said(settings: Settings) -> None:
    for entry in read_manifest(settings):
        assert ("research only" in entry.note) == ("motionbert" in entry.name)


def test_nothing_is_here_in_an_empty_folder(settings: Settings) -> None:
    assert {s.state for s in list_weights(settings)} == {"absent"}


def test_unknown_name(settings: Settings) -> None:
    with pytest.raises(WeightsError, match="No model weights") as refusal:
        find_entry("yolo", settings)
    assert "rtmpose-m-halpe26" in refusal.value.remedy


def test_unreadable_manifest(settings: Settings) -> None:
    (settings.models_dir / "manifest.toml").write_text("[[weights]]\nname = 3\n")
    with pytest.raises(WeightsError, match="cannot be read"):
        read_manifest(settings)


def test_the_cache_is_never_committed() -> None:
    assert "models/cache/" in (PROJECT_ROOT / ".gitignore").read_text().splitlines()
