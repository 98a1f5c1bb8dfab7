"""Clips from the browser, written to the data folder. No streamlit in here."""

from __future__ import annotations

import re
import shutil
import uuid
from pathlib import Path
from typing import BinaryIO, Protocol

from runform.errors import InputError
from runform.jobs import UPLOADS_FOLDER
from runform.settings import Settings
from runform.ui import text
from runform.video.read import probe

SUFFIXES = ("mp4", "mov", "m4v", "avi", "mkv", "webm")
LONGEST_NAME = 80


class UploadedClip(Protocol):
    """What Streamlit's file uploader gives."""

    @property
    def name(self) -> str:
        """The file's name on the user's machine."""

    @property
    def size(self) -> int:
        """Bytes."""


def sanitise_name(name: str) -> str:
    """A file name that is safe on every system: letters, digits, dot, dash and underscore, at most 80 characters."""
    base = re.split(r"[/\\]", name)[-1]
    stem, dot, suffix = base.rpartition(".")
    if not dot:
        stem, suffix = base, ""
    stem = re.sub(r"[^\w-]+", "_", stem).strip("_") or "clip"
    suffix = re.sub(r"\W+", "", suffix)
    return f"{stem[:LONGEST_NAME]}.{suffix}" if suffix else stem[:LONGEST_NAME]


def store_upload(stream: BinaryIO, name: str, size: int, settings: Settings) -> Path:
    """Write an uploaded clip into a folder of its own and see whether it is a video.

    Args:
        stream: The bytes; read from the start, in pieces.
        name: The file's name on the user's machine.
        size: Bytes.
        settings: Where to, and how large a clip may be.

    Returns:
        The file's path in the data folder.

    Raises:
        InputError: Too large, or not a video that can be analysed. Nothing is left in the data folder.
    """
    if size > settings.max_upload_mb * 1024 * 1024:
        raise InputError(
            text.Analyse.TOO_LARGE.format(clip=name, limit=settings.max_upload_mb), text.Analyse.TOO_LARGE_REMEDY
        )
    folder = uploads_dir(settings) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    path = folder / sanitise_name(name)
    try:
        stream.seek(0)
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file)
        probe(path)
    except BaseException:
        remove_upload(path, settings)
        raise
    return path


def remove_upload(path: Path, settings: Settings) -> None:
    """Delete an uploaded clip with its folder; a path outside the folder of uploads is left alone."""
    if path.parent.parent == uploads_dir(settings):
        shutil.rmtree(path.parent, ignore_errors=True)


def uploads_dir(settings: Settings) -> Path:
    """Folder that holds one folder per uploaded clip; the queue deletes them when it is done with them."""
    return settings.data_dir.absolute() / UPLOADS_FOLDER
