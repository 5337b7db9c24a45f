# SPDX-License-Identifier: GPL-3.0-or-later
"""How a node reports its runs on the test-generation topics: see README.md."""
