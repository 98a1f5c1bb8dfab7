"""Public model weights: which there are, which are here, and that what is here is what was published.

The list is `models/manifest.toml`; the files lie in `models/cache/`. Where a publisher states no hash, the hash of the
first file fetched is written to `models/cache/pins.json`, shown, and held to from then on.
"""

from __future__ import annotations

import json
import threading
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from runform.errors import WeightsError
from runform.hashing import compute_sha256
from runform.settings import PROJECT_ROOT, Settings

WeightsState = Literal["present", "partial", "damaged", "absent"]
FETCH_AGAIN = "Fetch it again: python -m runform models fetch"

_lock = threading.RLock()
# (path, size, time of last change) -> hash, so that a file is not hashed for every analysis.
_hashes: dict[tuple[Path, int, int], str] = {}


@dataclass(frozen=True)
class WeightsEntry:
    """One file of the manifest.

    Attributes:
        name, file, url, licence, purpose, note: As the manifest explains them.
        sha256: The published hash or its first digits, lower case; empty where none is published.
        size_bytes: 0 where not published.
    """

    name: str
    file: str
    url: str
    licence: str
    purpose: str
    note: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class WeightsStatus:
    """What is here of one file of the manifest.

    Attributes:
        entry: The file.
        state: present (whole and checked), partial (a download to be resumed), damaged (another hash) or absent.
        path: The file, None unless it is present.
        sha256: Of the file that is here, present or damaged; else empty.
        pinned: True where only the first fetch vouches for the hash.
    """

    entry: WeightsEntry
    state: WeightsState
    path: Path | None
    sha256: str
    pinned: bool


def read_manifest(settings: Settings) -> tuple[WeightsEntry, ...]:
    """The manifest in the models folder, or the project's own where that folder has none.

    Raises:
        WeightsError: It cannot be read.
    """
    path = settings.models_dir / "manifest.toml"
    if not path.is_file():
        path = PROJECT_ROOT / "models" / "manifest.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(WeightsEntry(**{**row, "sha256": row["sha256"].lower()}) for row in content["weights"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise WeightsError(
            f"The list of model weights at {path} cannot be read ({error}).", "Restore it from the project."
        ) from error


def find_entry(name: str, settings: Settings) -> WeightsEntry:
    """The manifest's entry of that name.

    Raises:
        WeightsError: There is none.
    """
    entries = read_manifest(settings)
    for entry in entries:
        if entry.name == name:
            return entry
    raise WeightsError(f"No model weights are called {name!r}.", f"Choose from {', '.join(e.name for e in entries)}.")


def get_cache_dir(settings: Settings) -> Path:
    """The folder that holds fetched weights."""
    return settings.models_dir / "cache"


def list_weights(settings: Settings) -> tuple[WeightsStatus, ...]:
    """What is here of each file of the manifest."""
    return tuple(_get_status(entry, settings) for entry in read_manifest(settings))


def find_weights(name: str, settings: Settings) -> Path | None:
    """The file of that name, checked, or None where it has not been fetched.

    Raises:
        WeightsError: There is no such name, or the file is not the one published or pinned.
    """
    status = _get_status(find_entry(name, settings), settings)
    if status.state == "damaged":
        raise WeightsError(f"{status.entry.file} is damaged: its hash is not the expected one.", FETCH_AGAIN)
    return status.path


def check_or_pin(path: Path, entry: WeightsEntry, settings: Settings) -> str:
    """Hold a file's hash against the published or pinned one; pin it where there is neither.

    Args:
        path: The file.
        entry: What it should be.
        settings: Where the pins lie.

    Returns:
        Its SHA-256, 64 hex digits.

    Raises:
        WeightsError: The hash is another.
    """
    actual = _hash_file(path)
    with _lock:
        expected = _expected_hash(entry, settings)
        if not actual.startswith(expected):
            raise WeightsError(
                f"{entry.file} is not the file that was published: its SHA-256 starts with "
                f"{actual[: max(len(expected), 8)]}, not {expected}.",
                FETCH_AGAIN,
            )
        if not expected:
            pins = _read_pins(settings)
            pins[entry.file] = actual
            _pins_path(settings).write_text(json.dumps(pins, indent=2, sort_keys=True), encoding="utf-8")
    return actual


def _get_status(entry: WeightsEntry, settings: Settings) -> WeightsStatus:
    """What is here of one file."""
    path = get_cache_dir(settings) / entry.file
    sha256 = ""
    state: WeightsState = "absent"
    if path.is_file():
        sha256 = _hash_file(path)
        expected = _expected_hash(entry, settings)
        if not expected:  # put there by hand: the first use pins it
            check_or_pin(path, entry, settings)
        state = "present" if sha256.startswith(expected) else "damaged"
    elif part_path(path).is_file():
        state = "partial"
    here = path if state == "present" else None
    return WeightsStatus(entry=entry, state=state, path=here, sha256=sha256, pinned=not entry.sha256)


def part_path(path: Path) -> Path:
    """Where a download lies until it is complete and checked."""
    return path.with_name(f"{path.name}.part")


def _expected_hash(entry: WeightsEntry, settings: Settings) -> str:
    """The published hash or its first digits, else the pinned one, else empty."""
    return entry.sha256 or _read_pins(settings).get(entry.file, "")


def _pins_path(settings: Settings) -> Path:
    return get_cache_dir(settings) / "pins.json"


def _read_pins(settings: Settings) -> dict[str, str]:
    """File name -> hash of the first file fetched.

    Raises:
        WeightsError: The file of pins cannot be read.
    """
    path = _pins_path(settings)
    if not path.is_file():
        return {}
    try:
        return {str(file): str(sha256) for file, sha256 in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise WeightsError(f"{path} cannot be read ({error}).", "Delete it; hashes are pinned anew.") from error


def _hash_file(path: Path) -> str:
    """SHA-256 of a file, remembered while it does not change."""
    found = path.stat()
    key = (path.resolve(), found.st_size, found.st_mtime_ns)
    with _lock:
        if key not in _hashes:
            _hashes[key] = compute_sha256(path)
        return _hashes[key]
