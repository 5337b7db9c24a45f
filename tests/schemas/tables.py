# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the tables of docs/events.md from the schemas of the role kafka_test_generation: `python
-m tests.schemas.tables`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "roles/kafka_test_generation/files/contracts/v1"
PAGE = ROOT / "docs/events.md"
# `<!-- table: started -->` … `<!-- end -->`
_PLACE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_FORMATS = {"uuid": "UUID", "date-time": "date-time"}


def load(name: str, folder: Path = SCHEMAS) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(
        (folder / f"{name}.schema.json").read_text(encoding="utf-8")
    )
    return schema


def filled(page: str) -> str:
    return _PLACE.sub(lambda place: place[1] + "\n" + table(load(place[2])) + "\n" + place[3], page)


def table(schema: Mapping[str, Any]) -> str:
    rows = "".join(
        f"| `{name}` | {_kind(field)} |"
        f" {'required' if name in schema['required'] else _default(field)} |"
        f" {field['description']} |\n"
        for name, field in schema["properties"].items()
    )
    return f"| field | type | required or default | |\n|---|---|---|---|\n{rows}"


def _kind(field: Mapping[str, Any]) -> str:
    kinds = [field["type"]] if isinstance(field["type"], str) else field["type"]
    words = [
        _FORMATS.get(field.get("format", ""), kind) if kind == "string" else kind for kind in kinds
    ]
    return " or ".join(words).replace(
        "array", f"list of {field.get('items', {}).get('type')}s"
    ) + "".join(f", {bound}" for bound in _bounds(field))


def _bounds(field: Mapping[str, Any]) -> Iterator[str]:
    least, most = field.get("minimum"), field.get("maximum")
    if least is not None:
        yield f"from {least}" if most is None else f"{least} to {most}"


def _default(field: Mapping[str, Any]) -> str:
    return f"`{json.dumps(field['default'])}`" if "default" in field else ""


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
