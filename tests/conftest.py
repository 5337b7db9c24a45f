# SPDX-License-Identifier: GPL-3.0-or-later
"""The real brokers are fixtures of every suite; they start where a test asks for one."""

pytest_plugins = ["tests.brokers.fixtures"]
