# SPDX-License-Identifier: GPL-3.0-or-later
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# where a shell forbids bytecode, each of a thousand processes would compile Ansible again
unexport PYTHONDONTWRITEBYTECODE
COLLECTIONS := .ansible/collections
LINK := $(COLLECTIONS)/ansible_collections/omninode/kafka
PARTS := lint sanity unit contract integration molecule build
.PHONY: help venv link site broker-stop test $(PARTS) faults bench lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r target text; do printf '  %-12s %s\n' "$$target" "$$text"; done

venv: ## make .venv from the lock, when it is not up to date
	@requirements/venv

link: ## make this checkout visible to Ansible as the collection omninode.kafka
	@mkdir -p $(dir $(LINK)); [ -L $(LINK) ] || rm -rf $(LINK); ln -sfn ../../../.. $(LINK)

site: venv link ## start the embedded Kafka, bring its topics to their declared state, show them
	@ansible-playbook site.yml -i inventories/dev

broker-stop: venv link ## stop the embedded Kafka; its data stay
	@ansible-playbook playbooks/broker.yml -i inventories/dev -e kafka_broker_state=stopped

test: ## run everything there is: lint unit contract integration build, and beside them sanity, molecule and the rest of integration
	@tests/all

lint: venv link ## style, types, docs, changelog
	@ruff check . && ruff format --check . && mypy
	@tests/need shellcheck=shellcheck && shellcheck --severity=warning $$(git grep -lE '^#!/(usr/)?bin/(env )?(ba)?sh' ':!*.j2')
	@ansible-lint --offline --profile production
	@antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=all .
	@antsibull-changelog lint && antsibull-changelog lint-changelog-yaml changelogs/changelog.yaml

sanity: venv link ## ansible-test sanity on every supported ansible-core for which a Python is installed, and the unit tests where unit has no such one
	@tests/sanity/run

unit: venv link ## the pure parts, without Kafka: takes seconds
	@pytest tests/unit

contract: venv link ## the gateway's contract, on the fake and on real brokers (Kafka 3.9, 4.0, newest)
	@pytest tests/contract

integration: venv link ## modules, roles and playbooks on real brokers; a part of them: ONLY=shared, ONLY=cluster, ONLY=own, ONLY=sharp
	@pytest tests/integration tests/faults -m '$(or $(ONLY),shared or cluster or own or sharp)'

molecule: venv link ## the user's journeys, on brokers in containers
	@molecule test --all

build: venv link ## build the tarball, install it elsewhere, use it from a repository outside this checkout
	@pytest tests/outside

faults: venv link ## break brokers, networks and runs on a real cluster; print what became of each: under an hour; the fastest: ONLY=sharp
	@$(if $(ONLY),pytest tests/faults -m $(ONLY),tests/faults/run)

bench: venv link ## measure how long declared sets take, beside the floor and other tools, see docs/benchmarks.md: SIZES="10 100 1000 10000", ADMIN=folder, TOPICCTL=program
	@tests/need hyperfine=hyperfine && python -m tests.benchmarks.bench

lock: venv ## resolve requirements/dev.in again, to the newest versions
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --custom-compile-command 'make lock' --no-emit-index-url --no-emit-find-links requirements/dev.in -o requirements/dev.txt

clean: ## remove what the targets made, but for the brokers' data (.kafka)
	rm -rf .venv .ansible .bench .hypothesis .mypy_cache .pytest_cache .ruff_cache
