# make demo: see it work.  make test: prove it.  make help: everything else.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.complete
# More than there are cores: what is tested waits for power and networks half of the time.
PARALLEL ?= 4
SCENARIOS := $(patsubst extensions/molecule/%/molecule.yml,%,$(wildcard extensions/molecule/*/molecule.yml))
PYTEST := $(BIN)/pytest
export ANSIBLE_LOCALHOST_WARNING := False
# The collection as it is linked into .venv, whatever the user has installed.
export ANSIBLE_COLLECTIONS_PATH = $(shell $(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' 2>/dev/null)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help env demo test ci ends documentation editor matrix package packages bench test-switches unit contract integration journeys coverage forget reached molecule lint types simulator sanity clean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

env: $(STAMP) ## .venv with every tool, and the collection linked into it

$(STAMP): requirements-dev.txt meta/ee-requirements.txt tests/simulator/pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt -r meta/ee-requirements.txt -e 'tests/simulator[test]'
	$(BIN)/python tools/link_collection.py
	touch $@

demo: env ## dry run, run and second run of the example playbook against the simulator
	$(BIN)/python tools/demo.py

# What one process does is done beside something else, and said when it has ended.
BESIDE = $(MAKE) --jobs 2 --output-sync

test: packages env ## what most mistakes break, on one core
	$(BESIDE) unit lint types
	$(MAKE) contract integration simulator

coverage: PYTEST := $(BIN)/coverage run -m pytest
coverage: export VRG_MEASURED := all

ci: test ## what the continuous integration runs: all but what is long
	$(MAKE) journeys molecule ends
	$(BESIDE) documentation release editor chaos-sample

ends: env ## integration and sanity on the oldest and the newest ansible-core
	$(BIN)/python tools/matrix.py --ends

packages: ## system packages that the tests need
	tools/system_packages.sh

lint: env ## what pre-commit checks but types, over all files: ruff, yamllint, ansible-lint, the changelog
	SKIP=types $(BIN)/pre-commit run --all-files --show-diff-on-failure

types: env ## mypy, strict, over the engine and the simulator
	$(BIN)/mypy plugins/module_utils plugins/plugin_utils plugins/filter plugins/inventory
	$(BIN)/mypy --config-file tests/simulator/pyproject.toml tests/simulator/src

unit: env ## pure code: codecs, plans, waits on a clock of their own
	$(PYTEST) tests/unit

simulator: env ## the simulator's own tests
	$(BIN)/pytest -n $(PARALLEL) tests/simulator

contract: env ## the real vrg and the real pyvergeos against the simulator
	$(PYTEST) -n $(PARALLEL) --dist worksteal tests/contract

integration: env ## real ansible-playbook over HTTPS against the simulator
	$(PYTEST) -n $(PARALLEL) --dist worksteal -m 'not journey' tests/integration

journeys: env ## kills, events, reports in a browser, patterns, examples: long ways through many processes
	$(PYTEST) -n $(PARALLEL) --dist worksteal -m journey tests/integration

coverage: forget unit contract integration journeys calibration reached ## how much of the collection these reach, by branch (long)

forget:
	rm -rf build/coverage

reached:
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# Several at once by make: molecule's own --workers leaves out create and destroy, where each has its simulator.
molecule: env ## each role in its scenario: converge, again, verify, side effects, cleanup
	$(MAKE) --jobs $(PARALLEL) --output-sync $(or $(SCENARIOS:%=molecule-%),molecule-none)

molecule-%: env
	PATH="$(CURDIR)/$(BIN):$$PATH" molecule test --scenario-name $* --destroy always

test-switches: env ## walks and targets with every assumption about the platform turned round (long)
	VRG_WALKS=1 $(BIN)/pytest -n $(PARALLEL) --dist worksteal tests/contract/test_switches.py
	$(BIN)/pytest -n $(PARALLEL) --dist worksteal tests/switches

documentation: env ## the documentation as a site in build/docs/html, held against the code
	$(BIN)/python tools/documentation.py

editor: env ## the real language server completes and explains every module; ansible-doc and TAB in a shell
	$(BIN)/pytest tests/editor

package: env ## the artifact: its files, galaxy-importer, a run from where it was installed, the changelog
	$(BIN)/python tools/package.py

.PHONY: release
# Both take the same copy of the tracked files.
release: package ## the artifact with a CycloneDX list, checksums and signatures, by KEY or by a key that is thrown away
	$(BIN)/python tools/release.py $(KEY:%=--key '%')

sanity: env ## ansible-test sanity, without an ignore file
	$(BIN)/python tools/sanity.py

matrix: env ## integration and sanity on every supported ansible-core, result in docs/matrix.md (long)
	$(BIN)/python tools/matrix.py

.PHONY: calibration
calibration: env ## calibration with each switch of the simulator turned to each of its other sides (long)
	$(PYTEST) -n $(PARALLEL) --dist worksteal tests/calibration

.PHONY: chaos chaos-sample
# What chaos asks for, and which faults meet it: the same seed gives the same.
SEED ?= 1

chaos: env ## 5,000 writes under faults twice, runs killed at each request, result in docs/reliability.md (long)
	$(BIN)/python -m tools.chaos --seed $(SEED) --page docs/reliability.md

chaos-sample: env ## the same with 300 writes, 8 kills and 10 ends
	$(BIN)/python -m tools.chaos --seed $(SEED) --writes 300 --kills 8 --ends 10

.PHONY: long
long: coverage chaos shapes releases test-switches matrix properties ## everything that is long, whole

.PHONY: patterns awx awx-whole
patterns: env ## what the patterns for AWX ask, from the argument specs of roles and modules
	$(BIN)/python tools/patterns.py

awx: env ## awx_setup by the real awx.awx against a double of the controller: one pattern, twice
	$(BIN)/pytest tests/awx

awx-whole: env ## the same with every pattern (long)
	VRG_AWX=all $(BIN)/pytest tests/awx

long: awx-whole

.PHONY: mutants
mutants: env ## small faults in the code, each met by the tests that reach it, result in docs/reliability.md (long)
	$(BIN)/python tools/mutants.py --seed $(SEED) --page docs/reliability.md

long: mutants

.PHONY: releases
releases: env ## the targets that a release can change, on each other release (long)
	VRG_RELEASES=all $(PYTEST) -n $(PARALLEL) --dist worksteal tests/integration/test_releases.py

.PHONY: report-pictures
report-pictures: env ## the pictures of the report in the documentation, looked at before they are committed
	REPORT_PICTURES=docs/docsite $(PYTEST) tests/integration/test_report_page.py -k pictures

.PHONY: shapes
shapes: env ## every shape of nonsense to every read and write (long)
	VRG_SHAPES=all $(BIN)/pytest -n $(PARALLEL) --dist worksteal $(wildcard tests/contract/test_answers_*.py)

.PHONY: properties
properties: env ## seven kinds of tasks and lists of tenants, asked for anything: 500 examples (long)
	VRG_EXAMPLES=500 $(BIN)/pytest -n 2 tests/contract/test_properties.py tests/contract/test_fleet_properties.py

.PHONY: returns action
action: env ## action plugin, action group and README row of modules that lack them
	$(BIN)/python -m tools.action

returns: env ## RETURN of the modules, written from the columns of their resources
	$(BIN)/python -m tools.returns

.PHONY: maintenance-killed
maintenance-killed: env ## a rolling maintenance of three nodes, killed at each of its requests (long)
	VRG_KILLS=all $(BIN)/pytest -n 2 tests/integration/test_maintenance_killed.py

long: maintenance-killed

.PHONY: events events-long schema
events: env ## the real ansible-rulebook: our rulebooks, 10 kills, outages
	$(PYTEST) -n 2 tests/unit/test_events.py tests/integration/test_events.py

events-long: env ## the source of events killed 50 times over 2,000 rows of the log (long)
	VRG_KILLS=50 VRG_ROWS=2000 $(BIN)/pytest -rP tests/integration/test_events.py -k killed

long: events-long

schema: env ## the JSON schema of the event source's arguments, from its documentation
	$(BIN)/python tools/event_schema.py

bench: env ## figures: the simulator's requests a second, docs/performance.md and docs/estate.md
	$(BIN)/python -m pip install --quiet -r tests/benchmark/requirements.txt
	$(BIN)/python tests/simulator/benchmark/rates.py
	$(BIN)/python tests/benchmark/compare.py
	$(BIN)/python tests/benchmark/estate.py

clean: ## remove what make has made
	rm -rf .venv build tests/output
