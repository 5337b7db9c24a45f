# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the get-pip script that ansible-test downloads: installs the asked pip by its
wheel, which lies in the same cache."""

import sys
from pathlib import Path

arguments = [
    argument for argument in sys.argv[1:] if argument not in {"--no-setuptools", "--no-wheel"}
]
[version] = [argument.partition("==")[2] for argument in arguments if argument.startswith("pip==")]
sys.path.insert(0, str(Path.home() / ".ansible/test/cache" / f"pip-{version}-py3-none-any.whl"))

from pip._internal.cli.main import main  # noqa: E402 - importable only now

sys.exit(main(["install", *arguments]))
