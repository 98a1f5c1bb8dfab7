"""Frames enough, and one take."""

from __future__ import annotations

from runform.results import Check
from runform.sequences import ClipInfo

LEAST_FRAME_RATE = 24.0
GOOD_FRAME_RATE = 50.0
WORTH_SAYING_DUPLICATES = 0.1


def check_frame_rate(clip: ClipInfo, duplicate_share: float = 0.0) -> Check:
    """Frames per second of real time, without those that repeat the one before.

    Args:
        clip: Its frame rate and time scale.
        duplicate_share: Share of the frames that show nothing new, 0 to below 1; below 0.1 it counts as none.
    """
    rate = clip.frame_rate * clip.time_scale
    if duplicate_share < WORTH_SAYING_DUPLICATES:
        message = f"The clip holds {rate:.0f} frames per second of running."
    else:
        said, rate = rate, rate * (1 - duplicate_share)
        message = (
            f"The clip holds {said:.0f} frames per second of running, of which {duplicate_share:.0%} repeat the one "
            f"before: {rate:.0f} show something new."
        )
    if rate < LEAST_FRAME_RATE:
        return Check(
            "frame_rate", "refuse", message, rate, LEAST_FRAME_RATE,
            f"Film at {GOOD_FRAME_RATE:.0f} or more; below {LEAST_FRAME_RATE:.0f} a contact falls between two frames.",
        )  # fmt: skip
    if rate < GOOD_FRAME_RATE:
        return Check(
            "frame_rate", "warn", f"{message} Contact and flight times carry a wide ±.", rate, GOOD_FRAME_RATE,
            "Film at 60 or more frames per second for closer contact times.",
        )  # fmt: skip
    return Check("frame_rate", "ok", message, rate, GOOD_FRAME_RATE)


def check_cuts(cuts: int, first_s: float, last_s: float, between_contacts: int = 0) -> Check:
    """The clip is one take, or at least the runner's steps lie in one.

    Args:
        cuts: How many hard cuts it holds.
        first_s: Start of the stretch in which the runner was followed, seconds as played.
        last_s: Its end.
        between_contacts: How many of the cuts lie between the first and the last contact.
    """
    if cuts == 0:
        return Check("one_take", "ok", "The clip is one take.", 0, 0)
    if between_contacts > 0:
        count = "A cut lies" if between_contacts == 1 else f"{between_contacts} cuts lie"
        return Check(
            "one_take", "refuse", f"{count} between the steps that were found: they belong to different takes.",
            between_contacts, 0, "Trim the clip to one take of the runner.",
        )  # fmt: skip
    count = "a cut" if cuts == 1 else f"{cuts} cuts"
    return Check(
        "one_take", "warn", f"The clip holds {count}; only the stretch from {first_s:.1f} s to {last_s:.1f} s is read.",
        cuts, 0, "Trim the clip to one take of the runner.",
    )  # fmt: skip
