"""The files of a stored run: record.json, arrays.npz, the clip, its videos and people's pictures, in one folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from runform.errors import StoreError
from runform.record import write_record
from runform.results import Analysis, person_picture_name

CLIP_STEM = "clip"
OVERLAY_FILE = "overlay.mp4"


def write_run_files(folder: Path, analysis: Analysis, clip_path: Path, data_dir: Path) -> None:
    """Fill a new folder with a run's files; the clip is named clip with its own suffix.

    Args:
        folder: Made here, with its parents.
        analysis: Its overlay, where there is one, is taken along, with the pictures of people that lie beside it.
        clip_path: The clip as it was analysed.
        data_dir: RunForm's own folder. Files in it are linked rather than copied: nobody else writes to them.

    Raises:
        StoreError: A file cannot be read or written.
    """
    with _explained():
        folder.mkdir(parents=True)
        _take(clip_path, folder / f"{CLIP_STEM}{clip_path.suffix.lower()}", data_dir)
        if analysis.overlay is not None:
            _take(analysis.overlay, folder / OVERLAY_FILE, data_dir)
            for name in (person_picture_name(person.number) for person in analysis.people):
                if (picture := analysis.overlay.with_name(name)).is_file():
                    _take(picture, folder / name, data_dir)
            analysis = replace(analysis, overlay=folder / OVERLAY_FILE)
    write_record(analysis, folder)


def publish_run_files(staged: Path, folder: Path) -> None:
    """Give a finished folder its final name.

    Raises:
        StoreError: It cannot be renamed.
    """
    with _explained():
        staged.rename(folder)


def find_clip(folder: Path) -> Path:
    """The clip in a run's folder.

    Raises:
        StoreError: There is none.
    """
    for path in folder.glob(f"{CLIP_STEM}.*"):
        return path
    if (folder / CLIP_STEM).is_file():
        return folder / CLIP_STEM
    raise StoreError(f"The clip is missing from {folder}.", "Restore the folder from a backup, or delete this run.")


def find_overlay(folder: Path) -> Path | None:
    """The video with the skeleton in a run's folder, or None."""
    path = folder / OVERLAY_FILE
    return path if path.is_file() else None


def find_person_picture(folder: Path, number: int) -> Path | None:
    """The picture of one of the clip's people in a run's folder, or None."""
    path = folder / person_picture_name(number)
    return path if path.is_file() else None


def remove_run_files(folders: Sequence[Path]) -> None:
    """Delete runs' folders; one that is gone already counts as deleted.

    Raises:
        StoreError: Naming the folders that could not be deleted, after the others have been.
    """
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    left = [str(folder) for folder in folders if folder.exists()]
    if left:
        raise StoreError(f"Deleted, but these files could not be: {', '.join(left)}.", "Delete those folders by hand.")


def _take(source: Path, target: Path, data_dir: Path) -> None:
    """Link a file of RunForm's own into a run's folder, copy any other."""
    if source.absolute().is_relative_to(data_dir):
        try:
            os.link(source, target)
            return
        except OSError:  # another disk, or a file system without links: a copy serves as well
            target.unlink(missing_ok=True)
    shutil.copyfile(source, target)


@contextmanager
def _explained() -> Iterator[None]:
    """Faults of the disk as StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The run's files could not be saved: {error.strerror or error}.",
            "Check that the disk has room and that the clip is still where it was; nothing was stored.",
        ) from error
