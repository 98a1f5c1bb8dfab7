"""Weights are fetched once, resumed, checked, and every failure says what to do."""

from __future__ import annotations

import errno
import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from runform.download import _failures, fetch_weights
from runform.errors import AnalysisCancelled, WeightsError
from runform.progress import Progress
from runform.settings import Settings
from runform.weights import find_weights, list_weights, part_path
from tests.fixtures.file_server import FileServer, serve_files

CONTENT = bytes(range(256)) * 4096  # 1 MiB
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serve_files() as running:
        running.files["known.pth"] = running.files["unknown.bin"] = CONTENT
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: FileServer) -> Settings:
    """A models folder whose manifest lists a file with a published hash and one without."""
    rows = [("known", "known.pth", SHA256[:8].upper()), ("unknown", "unknown.bin", "")]
    tmp_path.joinpath("manifest.toml").write_text(
        "\n".join(
            f'[[weights]]\nname = "{name}"\nfile = "{file}"\nurl = "{server.url}/{file}"\nsha256 = "{sha256}"\n'
            'size_bytes = 0\nlicence = "x"\npurpose = "x"\nnote = ""\n'
            for name, file, sha256 in rows
        )
    )
    _failures.clear()
    return Settings(models_dir=tmp_path, download_timeout_s=1.0, allow_downloads=True, weights_mirror=None)


def test_fetched_once_with_progress(settings: Settings, server: FileServer) -> None:
    told: list[float] = []
    path = fetch_weights("known", settings, Progress(lambda _, fraction: told.append(fraction)))
    assert path.read_bytes() == CONTENT
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 1
    assert fetch_weights("known", settings) == path == find_weights("known", settings)
    assert len(server.requests) == 1
    assert {p.name for p in path.parent.iterdir()} == {"known.pth"}


def test_an_interrupted_download_is_resumed(settings: Settings, server: FileServer) -> None:
    server.break_after = 300_000
    with pytest.raises(WeightsError, match="interrupted") as refusal:
        fetch_weights("known", settings)
    assert "kept" in refusal.value.remedy
    assert [s.state for s in list_weights(settings)] == ["partial", "absent"]
    server.break_after = None
    assert fetch_weights("known", settings).read_bytes() == CONTENT
    assert server.requests[1] == ("known.pth", "bytes=262144-")  # whole blocks are kept


def test_a_file_that_changed_meanwhile_is_fetched_anew(settings: Settings, server: FileServer) -> None:
    server.break_after = 300_000
    with pytest.raises(WeightsError, match="interrupted"):
        fetch_weights("unknown", settings)
    server.break_after, server.files["unknown.bin"] = None, CONTENT[::-1]
    assert fetch_weights("unknown", settings).read_bytes() == CONTENT[::-1]


def test_a_cancelled_download_is_kept(settings: Settings, server: FileServer) -> None:
    cancel = threading.Event()
    progress = Progress(lambda _, fraction: cancel.set() if fraction > 0.3 else None, cancel)
    with pytest.raises(AnalysisCancelled):
        fetch_weights("known", settings, progress)
    assert part_path(settings.models_dir / "cache" / "known.pth").stat().st_size > 0
    assert fetch_weights("known", settings).read_bytes() == CONTENT
    assert server.requests[1][1].startswith("bytes=")


def test_a_part_that_is_whole_already(settings: Settings, server: FileServer) -> None:
    part = part_path(settings.models_dir / "cache" / "known.pth")
    part.parent.mkdir()
    part.write_bytes(CONTENT)
    assert fetch_weights("known", settings).read_bytes() == CONTENT


def test_the_wrong_file_is_refused_and_deleted(settings: Settings, server: FileServer) -> None:
    server.files["known.pth"] = b"something else"
    with pytest.raises(WeightsError, match="not the file that was published"):
        fetch_weights("known", settings)
    assert list((settings.models_dir / "cache").iterdir()) == []


def test_a_damaged_file_is_seen_and_replaced(settings: Settings) -> None:
    path = fetch_weights("known", settings)
    path.write_bytes(b"damaged")
    with pytest.raises(WeightsError, match="damaged"):
        find_weights("known", settings)
    assert list_weights(settings)[0].state == "damaged"
    assert fetch_weights("known", settings).read_bytes() == CONTENT


def test_an_unpublished_hash_is_pinned_and_shown(settings: Settings) -> None:
    path = fetch_weights("unknown", settings)
    assert json.loads((path.parent / "pins.json").read_text()) == {"unknown.bin": SHA256}
    status = list_weights(settings)[1]
    assert (status.state, status.sha256, status.pinned) == ("present", SHA256, True)
    path.write_bytes(b"another")
    with pytest.raises(WeightsError, match="damaged"):
        find_weights("unknown", settings)


def test_not_there(settings: Settings, server: FileServer) -> None:
    del server.files["known.pth"]
    with pytest.raises(WeightsError, match="HTTP 404") as refusal:
        fetch_weights("known", settings)
    assert "RUNFORM_WEIGHTS_MIRROR" in refusal.value.remedy


def test_a_silent_server(settings: Settings, server: FileServer) -> None:
    server.silent = True
    with pytest.raises(WeightsError, match="interrupted"):
        fetch_weights("known", settings.model_copy(update={"download_timeout_s": 0.2}))


def test_no_network_is_remembered_until_asked_again(settings: Settings) -> None:
    offline = settings.model_copy(update={"weights_mirror": "http://127.0.0.1:9"})  # the discard port: nothing listens
    with pytest.raises(WeightsError, match=r"no connection to 127\.0\.0\.1") as first:
        fetch_weights("known", offline)
    assert first.value.remedy
    with pytest.raises(WeightsError) as second:
        fetch_weights("known", offline, retry_failed=False)
    assert second.value is first.value
    with pytest.raises(WeightsError) as third:
        fetch_weights("known", offline)
    assert third.value is not first.value


def test_mirror(settings: Settings, server: FileServer) -> None:
    server.files["mirror/known.pth"] = CONTENT
    fetch_weights("known", settings.model_copy(update={"weights_mirror": f"{server.url}/mirror/"}))
    assert server.requests == [("mirror/known.pth", "")]


def test_downloads_switched_off(settings: Settings, server: FileServer) -> None:
    with pytest.raises(WeightsError, match="switched off"):
        fetch_weights("known", settings.model_copy(update={"allow_downloads": False}))
    assert server.requests == []


def test_disk_full(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("runform.download._stream", refuse)
    with pytest.raises(WeightsError, match="disk is full"):
        fetch_weights("known", settings)


def test_a_folder_that_cannot_be_made(settings: Settings) -> None:
    (settings.models_dir / "cache").write_bytes(b"")
    with pytest.raises(WeightsError, match="could not be written"):
        fetch_weights("known", settings)
