# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of topic config keys against Kafka: its jars, and what running brokers answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.gateway import Gateway
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import NewTopic
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Rejection
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS

from tests.brokers.fixtures import declared
from tests.contract.conftest import made

GENERATOR = Path(__file__).parents[1] / "config_keys/generate.py"


def numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def known_to(version: str) -> set[str]:
    minor = numbers(version)[:2]
    return {
        key
        for key, known in KEYS.items()
        if numbers(known.since) <= minor
        and (known.until is None or minor <= numbers(known.until))
        and version not in known.lacking
    }


@pytest.mark.parametrize(
    ("gateway", "host"),
    [("3.9", "v39"), ("4.0", "v40"), ("newest", "newest")],
    indirect=["gateway"],
)
def test_a_broker_shows_exactly_the_keys_of_its_version(
    gateway: Gateway, prefix: str, host: str
) -> None:
    name = f"{prefix}a"
    made(gateway, NewTopic(name, 1, 1, {}))
    config = gateway.describe_configs([name])[name]
    assert not isinstance(config, Rejection)
    assert {*config.own, *config.inherited} == known_to(declared(host).version)


def test_the_table_agrees_with_kafkas_own_jars() -> None:
    versions = [declared(name).version for name in ("v39", "newest")]
    done = subprocess.run(
        [sys.executable, str(GENERATOR), "--check", *versions],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
