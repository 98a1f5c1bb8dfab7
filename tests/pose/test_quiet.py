"""Known native noise is dropped, everything else reaches the error stream."""

from __future__ import annotations

import os

import pytest

from runform.pose.quiet import hold_back_native_noise


def test_only_known_lines_are_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    with hold_back_native_noise(("delegate",)):
        os.write(2, b"INFO: Created delegate for CPU.\nsomething broke\n")
    assert capfd.readouterr().err == "something broke\n"


def test_lines_pass_on_after_an_error_too(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with hold_back_native_noise(("delegate",)):
            os.write(2, b"why\n")
            raise RuntimeError("failed")

    with pytest.raises(RuntimeError, match="failed"):
        fail()
    assert capfd.readouterr().err == "why\n"
