"""The exception tree, its exit codes and its messages."""

from __future__ import annotations

import inspect

import pytest

from runform import errors
from runform.errors import InputError, NotStoredError, RunFormError, WeightsError

TREE = [e for _, e in inspect.getmembers(errors, inspect.isclass) if issubclass(e, RunFormError)]


@pytest.mark.parametrize("error", TREE, ids=lambda e: e.__name__)
def test_every_error_is_drawn_in_the_docstring_and_reads_as_a_sentence(error: type[RunFormError]) -> None:
    assert error.__name__ in str(errors.__doc__)
    assert str(error("The clip is empty.", "Export it again.")) == "The clip is empty. Export it again."


def test_bad_input_exits_with_2_and_a_fault_with_1() -> None:
    assert NotStoredError("No such run.").exit_code == InputError.exit_code == 2
    assert WeightsError("Gone.").exit_code == 1
