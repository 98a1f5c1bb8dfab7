from __future__ import annotations

import signal
import threading

import pytest

from runform.training.stop_request import listen_for_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_a_wish(number: signal.Signals) -> None:
    with listen_for_stop() as stop:
        assert not stop.asked
        signal.raise_signal(number)
        assert stop.asked


def test_the_second_ctrl_c_ends_as_ever() -> None:
    with listen_for_stop() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_what_listened_before_listens_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    with listen_for_stop():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_a_thread_is_never_asked() -> None:
    asked = []

    def work() -> None:
        with listen_for_stop() as stop:
            asked.append(stop.asked)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert asked == [False]
