# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import signal
import threading

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._move.interrupt import interruptible

SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_block_and_lets_it_clean_up(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    cleaned = []

    def run() -> None:
        with interruptible():
            try:
                signal.raise_signal(number)
            finally:
                cleaned.append(number)

    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 128 + number
    assert cleaned == [number]
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_what_a_signal_did_before_comes_back_after_a_failure() -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    with pytest.raises(ValueError, match="why"), interruptible():
        raise ValueError("why")
    assert [signal.getsignal(each) for each in SIGNALS] == before


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
