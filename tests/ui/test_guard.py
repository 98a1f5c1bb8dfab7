from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from runform.ui import text


def known_error() -> None:
    from runform.errors import InputError
    from runform.ui import guard

    with guard.shown_errors():
        raise InputError("The name is empty.", "Give a name.")


def unknown_error() -> None:
    from runform.ui import guard

    with guard.shown_errors():
        raise ValueError("a secret of the program")


def stop() -> None:
    import streamlit as st

    from runform.ui import guard

    with guard.shown_errors():
        st.markdown("before")
        st.stop()
    st.markdown("after")  # type: ignore[unreachable]  # what the test is about


def test_a_known_error_is_shown_with_its_remedy() -> None:
    (error,) = AppTest.from_function(known_error).run().error

    assert (error.proto.title, error.value) == ("The name is empty.", "Give a name.")


def test_an_unknown_error_is_a_sentence_for_the_coach_and_a_traceback_for_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = AppTest.from_function(unknown_error).run()

    assert app.error[0].value == text.Common.UNEXPECTED_REMEDY
    assert "secret" not in app.error[0].proto.title
    assert "a secret of the program" in caplog.text


def test_streamlits_own_stop_passes_through() -> None:
    app = AppTest.from_function(stop).run()

    assert [element.value for element in app.markdown] == ["before"]
    assert not app.error
