"""Opens a video file, or says in one clear sentence why it is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from runform.errors import VideoError

OTHER_VIDEO = "Choose a video file, for instance an mp4 or mov from a phone."
COPY_AGAIN = "Copy or export it again from the phone or camera and check that it plays to its end."

# ISO base media files (mp4, mov, m4v, 3gp) name their first box in bytes 4 to 8.
_ISO_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
# Formats by which FFmpeg reads still pictures, beside those named *_pipe.
_STILL_FORMATS = ("image2",)


@contextmanager
def open_video(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a file and its first moving-picture stream, decoding in several threads.

    Args:
        path: Any container and codec that FFmpeg knows.

    Yields:
        The open container and its video stream (cover art of a sound file is not one).

    Raises:
        VideoError: Missing, unreadable, empty, not a video, only sound, a still picture, or cut off before its index.
    """
    _require_readable_file(path)
    try:
        # Playlists may name other files and addresses; only the file given is to be read.
        container = av.open(str(path), mode="r", options={"protocol_whitelist": "file"})
    except (FFmpegError, OSError) as error:
        raise _explain_unopenable(path) from error
    with container:
        yield container, _pick_stream(container, path)


def _require_readable_file(path: Path) -> None:
    """Check what the file system can tell.

    Raises:
        VideoError: No such file, a folder, no permission, or no content.
    """
    if path.is_dir():
        raise VideoError(f"{path} is a folder, not a video.", "Give the path of one video file.")
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except FileNotFoundError as error:
        raise VideoError(f"There is no file at {path}.", "Check the path and its spelling.") from error
    except PermissionError as error:
        raise VideoError(f"{path.name} may not be read by this user.", "Give yourself read permission.") from error
    except OSError as error:
        raise VideoError(f"{path.name} could not be read: {error.strerror}.", COPY_AGAIN) from error
    if not first:
        raise VideoError(f"{path.name} is empty (0 bytes).", COPY_AGAIN)


def _explain_unopenable(path: Path) -> VideoError:
    """The error for a file that no demuxer takes."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] in _ISO_FIRST_BOXES:
        return VideoError(
            f"{path.name} is cut off: it starts as a video, and the index that belongs to it is missing.", COPY_AGAIN
        )
    return VideoError(f"{path.name} is not a video, whatever its name says.", OTHER_VIDEO)


def _pick_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first moving-picture stream, set to decode in several threads.

    Raises:
        VideoError: There is none, or it is a still picture.
    """
    names = container.format.name.split(",")
    if any(name.endswith("_pipe") or name in _STILL_FORMATS for name in names):
        raise VideoError(f"{path.name} is a still picture, and running needs motion.", OTHER_VIDEO)
    moving = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
    if not moving:
        if container.streams.audio:
            raise VideoError(f"{path.name} holds only sound, no picture.", OTHER_VIDEO)
        raise VideoError(f"{path.name} is not a video, whatever its name says.", OTHER_VIDEO)
    stream = moving[0]
    # A stream whose codec is unknown has no decoding context, whatever PyAV's types say.
    if getattr(stream, "codec_context", None) is None or stream.width <= 0 or stream.height <= 0:
        raise VideoError(f"The picture in {path.name} is in a format that cannot be decoded.", COPY_AGAIN)
    stream.thread_type = "AUTO"
    return stream
