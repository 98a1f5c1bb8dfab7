"""The clock of a clip as played: seconds from its first frame, whatever the container's timestamps do."""

from __future__ import annotations

# So many frames in a row behind the clock, each later than the one before, and the container's clock was set back:
# joined recordings do this. Fewer are strays.
_FRAMES_OF_A_RESTART = 3


class PlayClock:
    """Places frames, in the order in which they are shown, on a time that starts at 0 and always increases.

    Pauses between timestamps stay as long as they are. A frame without timestamp lies one period after the one before.
    Frames at or before the time of the one before are dropped, unless several in a row show that the container's clock
    was set back: then time goes on one period after the last frame.

    Args:
        period_s: Seconds between frames where no timestamp tells.
    """

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._offset_s: float | None = None
        self._last_s = -period_s
        self._behind: list[float] = []

    def place(self, stamp_s: float | None) -> float | None:
        """Seconds from the first frame.

        Args:
            stamp_s: The container's presentation timestamp in seconds, None where it has none.

        Returns:
            The time of this frame, or None for a frame to be dropped.
        """
        if stamp_s is None:
            return self._advance(self._last_s + self._period_s)
        if self._offset_s is None:
            self._offset_s = self._last_s + self._period_s - stamp_s
        if stamp_s + self._offset_s > self._last_s:
            return self._advance(stamp_s + self._offset_s)
        if self._behind and stamp_s <= self._behind[-1]:
            self._behind.clear()
        self._behind.append(stamp_s)
        if len(self._behind) < _FRAMES_OF_A_RESTART:
            return None
        self._offset_s = self._last_s + self._period_s - self._behind[0]
        return self._advance(stamp_s + self._offset_s)

    def _advance(self, time_s: float) -> float:
        """Set the clock to a later time."""
        self._behind.clear()
        self._last_s = time_s
        return time_s
