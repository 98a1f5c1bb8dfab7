"""The exceptions RunForm raises on purpose.

RunFormError
├── InputError                 what the user gave cannot be used            (command line: exit 2)
│   ├── VideoError             the file is not a video that can be analysed
│   ├── RunnerNotFoundError    no person could be followed through the clip
│   ├── ShapeError             an array does not have the shape its name promises
│   └── NotStoredError         no such athlete, run or pro in the database
├── WeightsError               model weights are absent, damaged or could not be fetched
├── BackendUnavailableError    a pose backend cannot run on this machine
├── StoreError                 the database cannot be opened, read or written
└── AnalysisCancelled          the user stopped the analysis

Every message says what happened and, as its second part, what to do about it.
"""

from __future__ import annotations


class RunFormError(Exception):
    """Root of RunForm's exceptions.

    Args:
        message: What happened, one sentence.
        remedy: What the user can do about it, one sentence.
    """

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} {remedy}".strip())


class InputError(RunFormError):
    """What the user gave cannot be used."""

    exit_code = 2


class VideoError(InputError):
    """The file is not a video that can be analysed."""


class RunnerNotFoundError(InputError):
    """No person could be followed through the clip."""


class ShapeError(InputError, ValueError):
    """An array does not have the shape its name promises."""


class NotStoredError(InputError, KeyError):
    """No such athlete, run or pro in the database."""

    def __str__(self) -> str:
        # KeyError prints its argument's repr; a user reads this sentence.
        return Exception.__str__(self)


class WeightsError(RunFormError):
    """Model weights are absent, damaged or could not be fetched."""


class BackendUnavailableError(RunFormError):
    """A pose backend cannot run on this machine."""


class StoreError(RunFormError):
    """The database cannot be opened, read or written."""


class AnalysisCancelled(RunFormError):  # noqa: N818 - a state the user asked for, not a fault
    """The user stopped the analysis."""
