"""Fetches public model weights: once, resumably, with progress, and checked before they are used."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from runform.errors import WeightsError
from runform.progress import Progress
from runform.settings import Settings
from runform.weights import (
    WeightsEntry,
    check_or_pin,
    find_entry,
    find_weights,
    get_cache_dir,
    part_path,
)

_BLOCK = 1 << 18
_BY_HAND = "Or set RUNFORM_WEIGHTS_MIRROR to a server that has it, or put the file into models/cache/ yourself."
_RESUME = "What was fetched is kept; fetch again to go on from there."

_lock = threading.Lock()
# (address, target) -> why it failed, so that one process does not wait for the same dead address at each analysis.
_failures: dict[tuple[str, Path], WeightsError] = {}


def fetch_weights(
    name: str, settings: Settings, progress: Progress | None = None, *, retry_failed: bool = True
) -> Path:
    """Have the weights of that name here, fetching them if they are not.

    Args:
        name: Of the manifest.
        settings: Where weights lie, whether and from where they may be fetched, and how long silence may last.
        progress: Told the share fetched.
        retry_failed: False raises the error of an earlier failure in this process again instead of trying anew.

    Returns:
        The checked file.

    Raises:
        WeightsError: It could not be fetched, saying why, or is not the file that was published.
        AnalysisCancelled: The owner of `progress` asked to stop; what was fetched is kept.
    """
    entry = find_entry(name, settings)
    with _lock:
        present = _find_undamaged(name, settings)
        if present is not None:
            return present
        if not settings.allow_downloads:
            raise WeightsError(
                f"{entry.file} is not here, and downloads are switched off (RUNFORM_ALLOW_DOWNLOADS).",
                "Allow downloads, or put the file into models/cache/ yourself.",
            )
        url = _address(entry, settings)
        key = (url, get_cache_dir(settings))
        if not retry_failed and key in _failures:
            raise _failures[key]
        try:
            path = _fetch(entry, url, settings, progress)
        except WeightsError as error:
            _failures[key] = error
            raise
        _failures.pop(key, None)
        return path


def _find_undamaged(name: str, settings: Settings) -> Path | None:
    """The checked file; a damaged one counts as absent and will be replaced."""
    try:
        return find_weights(name, settings)
    except WeightsError:
        return None


def _address(entry: WeightsEntry, settings: Settings) -> str:
    """The mirror's address of a file where one is set, else the official one."""
    if settings.weights_mirror:
        return f"{settings.weights_mirror.rstrip('/')}/{entry.file}"
    return entry.url


def _fetch(entry: WeightsEntry, url: str, settings: Settings, progress: Progress | None) -> Path:
    """Fetch to the part file, check, rename.

    Raises:
        WeightsError: See `fetch_weights`.
    """
    target = get_cache_dir(settings) / entry.file
    part = part_path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _stream(entry, url, part, settings, progress)
        try:
            check_or_pin(part, entry, settings)
        except WeightsError:
            part.unlink()
            raise
        finally:
            _mark_path(part).unlink(missing_ok=True)
        part.replace(target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise WeightsError(
                f"The disk is full: {entry.file} was fetched in part.", f"Free space. {_RESUME}"
            ) from error
        raise WeightsError(
            f"{entry.file} could not be written to {target.parent} ({error.strerror}).",
            "Check that the folder can be written to, or set RUNFORM_MODELS_DIR to one that can.",
        ) from error
    return target


def _mark_path(part: Path) -> Path:
    """Where the server's name for the version of a part file lies (its ETag)."""
    return part.with_name(f"{part.name}.etag")


def _stream(entry: WeightsEntry, url: str, part: Path, settings: Settings, progress: Progress | None) -> None:
    """Write the body of a download to the part file, going on from what is there where the server can.

    Raises:
        WeightsError: The server could not be reached, refused, or fell silent.
    """
    host = urlsplit(url).hostname or url
    mark = _mark_path(part)
    # Going on is safe when the file is still the same: its server says so, or a published hash will.
    same = mark.read_text(encoding="utf-8") if mark.is_file() else ""
    have = part.stat().st_size if part.is_file() and (same or entry.sha256) else 0
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-"} | ({"If-Range": same} if same else {})
    timeout = httpx.Timeout(settings.download_timeout_s)
    try:
        with httpx.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return  # everything was there already; the hash decides whether it is right
            if response.is_error:
                raise WeightsError(
                    f"{entry.file} is not to be had from {host} (HTTP {response.status_code}).",
                    f"Try again later. {_BY_HAND}",
                )
            resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
            done = have if resumed else 0
            total = done + int(response.headers.get("Content-Length", 0))
            mark.write_text(response.headers.get("ETag", ""), encoding="utf-8")
            with part.open("ab" if resumed else "wb") as file:
                for block in response.iter_raw(_BLOCK):
                    file.write(block)
                    done += len(block)
                    if progress is not None and total:
                        progress.report(done / total)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol) as error:
        raise WeightsError(
            f"{entry.file} could not be fetched: no connection to {host}.", f"Connect to the internet. {_BY_HAND}"
        ) from error
    except httpx.HTTPError as error:
        raise WeightsError(f"The download of {entry.file} from {host} was interrupted.", _RESUME) from error
