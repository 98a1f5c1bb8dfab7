"""Checks that OpenCV loads, and names the system packages it wants where it does not."""

from __future__ import annotations

import importlib

from runform.errors import BackendUnavailableError


def require_opencv() -> None:
    """Import OpenCV once, at the start of the command line and of the app.

    Raises:
        BackendUnavailableError: It does not load; slim systems lack two libraries that its wheel links to.
    """
    try:
        importlib.import_module("cv2")
    except ImportError as error:
        raise BackendUnavailableError(
            f"OpenCV could not be loaded ({error}).",
            "On Debian or Ubuntu install what it needs: apt-get install libgl1 libglib2.0-0",
        ) from error
