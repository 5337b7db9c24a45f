# SPDX-License-Identifier: GPL-3.0-or-later
"""The real brokers are fixtures of every suite; they start where a test asks for one."""

import signal

from hypothesis import HealthCheck, settings

# a shell starts what runs in the background with SIGINT ignored, which each process here inherits
signal.signal(signal.SIGINT, signal.default_int_handler)


# no test judges by elapsed time: neither that of one example, nor that of making it
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest_plugins = ["tests.brokers.fixtures"]
