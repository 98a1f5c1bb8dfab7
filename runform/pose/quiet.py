"""Holds back lines that native libraries write to the error stream and that mean nothing to the user."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_STDERR = 2
_lock = threading.Lock()


@contextmanager
def hold_back_native_noise(known: Sequence[str]) -> Iterator[None]:
    """Collect what is written to file descriptor 2 meanwhile, and pass on every line that is not known noise.

    Native code writes past Python's sys.stderr, so only the descriptor itself can be turned. Other threads' lines are
    passed on too, a moment later.

    Args:
        known: Parts of the lines to drop.
    """
    with _lock, tempfile.TemporaryFile() as held:
        kept = os.dup(_STDERR)
        os.dup2(held.fileno(), _STDERR)
        try:
            yield
        finally:
            os.dup2(kept, _STDERR)
            os.close(kept)
            held.seek(0)
            for line in held:
                if not any(part.encode() in line for part in known):
                    os.write(_STDERR, line)
