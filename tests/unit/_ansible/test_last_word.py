# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is printed when a process dies, or does not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.integration.run import environment

ENDS = """
import os, resource, signal, sys
from ansible_collections.omninode.kafka.plugins.module_utils._ansible import last_word

def die(number):
    os.kill(os.getpid(), number)

{before}
with last_word.waiting("early", changed=False, error="StateError"):
    {during}
"""


def printed(during: str, before: str = "") -> tuple[int, str]:
    program = ENDS.format(during=during, before=before)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("signal", ["SIGABRT", "SIGKILL", "SIGSEGV", "SIGTERM"])
def test_who_dies_has_a_result(signal: str) -> None:
    returncode, stdout = printed(f"die(signal.{signal})")

    result = json.loads(stdout)
    assert returncode < 0
    assert result.pop("msg").startswith("the module's process died early: it was killed, ")
    assert result == {"failed": True, "changed": False, "error": "StateError"}


def test_the_last_word_counts() -> None:
    big = "outcome={'unknown': ['topic'] * 100_000}"
    _returncode, stdout = printed(
        f"last_word.leave('late', changed=True, {big}); die(signal.SIGKILL)"
    )

    result = json.loads(stdout)
    assert (result["changed"], len(result["outcome"]["unknown"])) == (True, 100_000)
    assert " died late: " in result["msg"]


def test_who_is_out_of_memory_has_a_result() -> None:
    returncode, stdout = printed("raise MemoryError")

    assert returncode == 1
    assert json.loads(stdout)["msg"].startswith("the module's process died early: it was killed, ")


@pytest.mark.parametrize(
    "during", ["print('{}')", "print('{}'); sys.exit(1)", "print('{}'); raise ValueError"]
)
def test_who_ends_tells_it_himself(during: str) -> None:
    assert printed(during)[1] == "{}\n"


def test_a_word_that_a_signal_has_cut_off_is_not_told() -> None:
    during = "os.write(last_word._writer, b'{\"failed\": tru'); print('{}')"

    assert printed(during) == (0, "{}\n")


def test_no_more_processes_are_no_obstacle() -> None:
    def_fork = "def fork(): raise BlockingIOError\nos.fork = fork"

    assert printed("print('{}')", def_fork) == (0, "{}\n")
