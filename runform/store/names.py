"""Names of athletes and pros: how they are cleaned, and when two are the same."""

from __future__ import annotations

from runform.errors import InputError

LONGEST_NAME = 100


def clean_name(name: str) -> str:
    """The name with runs of blanks made one.

    Raises:
        InputError: Nothing is left, or it is longer than `LONGEST_NAME`.
    """
    cleaned = " ".join(name.split())
    if not cleaned:
        raise InputError("The name is empty.", "Give a name.")
    if len(cleaned) > LONGEST_NAME:
        raise InputError(f"The name is longer than {LONGEST_NAME} characters.", "Give a shorter name.")
    return cleaned


def name_key(name: str) -> str:
    """What two names have in common when they are the same: blanks and case do not count."""
    return clean_name(name).casefold()
