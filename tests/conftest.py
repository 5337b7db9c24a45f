# SPDX-License-Identifier: GPL-3.0-or-later
"""The real brokers are fixtures of every suite; they start where a test asks for one."""

from hypothesis import HealthCheck, settings

# no test judges by elapsed time: neither that of one example, nor that of making it
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest_plugins = ["tests.brokers.fixtures"]
