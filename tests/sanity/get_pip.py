# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the get-pip script that ansible-test downloads: installs the pip that Python itself carries."""

import ensurepip
import sys
from pathlib import Path

sys.path.insert(0, str(next(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))))

from pip._internal.cli.main import main  # importable only now

sys.exit(main(["install", *(argument for argument in sys.argv[1:] if argument not in {"--no-setuptools", "--no-wheel"})]))
