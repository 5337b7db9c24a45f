# SPDX-License-Identifier: GPL-3.0-or-later
"""Generates trivial tests; there are templates for unit and integration tests.

python -m examples.node_test_generator_effect BOOTSTRAP FOLDER TEST_TYPE...
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

from .events import Source
from .node import GeneratedTests, GenerationRequest, NodeTestGeneratorEffect, TemplateNotFound
from .publisher import EventPublisher

TEMPLATES = {
    "unit": "def test_{node}():\n    assert True\n",
    "integration": "def test_{node}_with_others():\n    assert True\n",
}


async def generate(request: GenerationRequest) -> GeneratedTests:
    folder = Path(request.output_directory)
    folder.mkdir(parents=True, exist_ok=True)
    files: list[str] = []
    for test_type in request.test_types:
        if test_type not in TEMPLATES:
            raise TemplateNotFound(f"there is no template for {test_type} tests", test_type, files)
        path = folder / f"test_{test_type}_{request.node_name}.py"
        path.write_text(TEMPLATES[test_type].format(node=request.node_name))
        files.append(str(path))
    return GeneratedTests(files=files, quality_score=0.5, metadata={"templates": sorted(TEMPLATES)})


async def main(bootstrap: str, folder: str, *test_types: str) -> None:
    request = GenerationRequest(
        test_contract_name="example",
        test_types=test_types,
        node_name="postgres_crud_effect",
        output_directory=folder,
    )
    async with EventPublisher(
        {"bootstrap.servers": bootstrap}, Path(folder, "unsent-events.jsonl")
    ) as publisher:
        tests = await NodeTestGeneratorEffect(
            generate, publisher, Source("test-generator-1", "dev")
        ).execute_effect(request)
    print(f"run {request.correlation_id}:", *tests.files)


if __name__ == "__main__":
    logging.basicConfig()
    asyncio.run(main(*sys.argv[1:]))
