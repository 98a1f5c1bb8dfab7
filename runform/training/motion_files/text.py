"""Lines and numbers of text files, with errors that say where the file is damaged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from runform.errors import InputError
from runform.sequences import FloatArray


def read_lines(file: Path) -> list[str]:
    """The lines of a text file.

    Raises:
        InputError: No such file, or not text.
    """
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as text: {error}.", "Give an existing text file.") from error


def fail(file: Path, line: int, expected: str) -> InputError:
    """The error of a file that is damaged at a line, counted from 1."""
    return InputError(f"{file}, line {line}: expected {expected}.", "Export the file again.")


def parse_numbers(file: Path, line: int, cells: Sequence[str]) -> FloatArray:
    """(N,) numbers of a line's cells; an empty cell is NaN.

    Raises:
        InputError: A cell that is no number.
    """
    numbers = np.full(len(cells), np.nan)
    for i, cell in enumerate(cells):
        if cell.strip():
            try:
                numbers[i] = float(cell)
            except ValueError:
                raise fail(file, line, f"a number in column {i + 1}, not {cell.strip()!r}") from None
    return numbers


def check_times(file: Path, first_line: int, time_s: FloatArray) -> None:
    """Check that every row of a table has a time later than the row before.

    Args:
        file: For the message.
        first_line: Of the table's rows, which follow one another.
        time_s: (T,).

    Raises:
        InputError: No rows, or a row out of order.
    """
    if not len(time_s):
        raise fail(file, first_line, "rows of numbers below the header")
    wrong = ~np.isfinite(time_s)
    wrong[1:] |= ~(np.diff(time_s) > 0)
    if wrong.any():
        raise fail(file, first_line + int(wrong.argmax()), "a time later than the row before")
