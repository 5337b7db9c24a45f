# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import signal
import threading

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.interrupt import (
    Interrupted,
    ignore_signals,
    interruptible,
)

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def actions() -> list[object]:
    return [signal.getsignal(each) for each in SIGNALS]


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_ends_the_block_and_none_its_cleaning(number: signal.Signals) -> None:
    before = actions()
    cleaned = []

    def run() -> None:
        with interruptible():
            try:
                signal.raise_signal(number)
            finally:
                for each in SIGNALS:
                    signal.raise_signal(each)
                cleaned.append(number)

    with pytest.raises(Interrupted) as ended:
        run()
    assert str(ended.value) == f"interrupted by {number.name}"
    assert cleaned == [number]
    assert actions() == before


def test_what_has_only_to_tell_is_not_interrupted() -> None:
    before = actions()
    with interruptible():
        ignore_signals()
        for number in SIGNALS:
            signal.raise_signal(number)
    assert actions() == before
    ignore_signals()
    assert actions() == before


def test_what_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_a_signal_did_before_comes_back_after_a_failure() -> None:
    before = actions()
    with pytest.raises(ValueError, match="why"), interruptible():
        raise ValueError("why")
    assert actions() == before


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    seen = []

    def run() -> None:
        with interruptible():
            seen.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]
