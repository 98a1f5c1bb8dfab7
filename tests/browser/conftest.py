"""The real app in a process of its own, and Debian's Chromium looking at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Request, sync_playwright

from tests.conftest import PROJECT_ROOT

SECONDS_TO_START = 60
# As the packages of Debian, Ubuntu and Google name it.
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """Path of the browser; a test that needs it fails, and says how to get it, where there is none."""
    path = os.environ.get("RUNFORM_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        pytest.fail(
            "The browser test needs Chromium: install Debian's or Ubuntu's package `chromium` (`make test` does so "
            "where it may), or give the path of another one in RUNFORM_CHROMIUM."
        )
    return path


def find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def app_url(data_dir: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the app, started as `make run` starts it, with a data folder of its own."""
    port = find_free_port()
    url = f"http://localhost:{port}"
    log = tmp_path / "app.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "app.py",
                "--server.port",
                str(port),
                "--server.headless",
                "true",
            ],
            cwd=PROJECT_ROOT,
            # The network is no part of the test: without downloads the backend is the one that the packages carry.
            env=os.environ | {"RUNFORM_DATA_DIR": str(data_dir), "RUNFORM_ALLOW_DOWNLOADS": "false"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(url, process, log)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/_stcore/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"The app did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture
def page(app_url: str) -> Iterator[Page]:
    """A fresh browser window; at its end nothing but the app may have been asked for anything."""
    elsewhere: list[str] = []

    def note(request: Request) -> None:
        if request.url.startswith(("http", "ws")) and not request.url.startswith(app_url):
            elsewhere.append(request.url)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_ARGS))
        window = browser.new_page(viewport={"width": 1366, "height": 850})
        window.on("request", note)
        yield window
        browser.close()
    assert elsewhere == [], "the page asked another host"
