# One command a task. Each makes .venv first if it is missing or out of date (scripts/bootstrap).
#
#   make demo                     a working day between two simulators and the real connector
#   make demo -- --headless       the same as a printed story; ARGS="--headless" does the same
#   make test                     every test but the slow ones; ARGS="tests/domain -x" chooses
#   make test-desktop             windows, on a virtual screen with a window manager
#   make test-windows             tests in a Windows Python under Wine; ARGS="tests/windows/test_x.py" chooses
#   make test-slow                whole connectors, killed and flooded, and whole days of the demo
#   make soak                     weeks in minutes: does anything grow while the connector runs?
#   make bench                    measures speed, writes docs/performance.md
#   make check                    format, lint, types, import contracts, spelling
#   make format                   puts the sources in form
#   make texts                    checks and compiles what the program says in German
#   make policies                 writes the templates for Group Policy into installer/policies
#   make manual                   writes the manual as pages for a browser into build/manual
#   make pictures                 writes a picture of every window and state into build/pictures
#   make sdd-reader               builds the reader of DATEV's master data into build/ (needs Mono)
#   make type-library             builds DATEV's interfaces for Windows into build/ (needs widl)
#   make wheels                   proves that the runtime set installs on Windows (needs the registry)
#   make msi                      builds the installer for Windows into build/msi (docs/installation.md)
#   make test-msi                 installs, upgrades, repairs and removes it under Wine
#   make lock                     writes requirements/*.txt anew
#   make clean                    removes .venv and all that tools left behind

PYTHON_BIN := .venv/bin
SOURCES    := $(wildcard src tests benchmarks installer scripts/*.py)
TEXTS      := $(wildcard README.md CHANGELOG.md CONTRIBUTING.md docs) src
SLOW       := $(addprefix tests/app/end_to_end/test_,kills.py early_kills.py xmpp_strangers.py \
	xmpp_faults.py xmpp_gaps.py settings_changes.py master_data.py terminal_server.py \
	licences.py) tests/app/test_demo.py tests/app/test_demo_ending.py \
	tests/app/support_bundle/test_bundle_of_a_day.py
ARGS       ?=
# Tests of whole programs wait more than they compute: two at a time for each processor.
WORKERS    := $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))

# Connectors are started hundreds of times: they and the tests need not be compiled each time.
unexport PYTHONDONTWRITEBYTECODE

# Types as a Windows sees them. What follows "if windows: return" is what the other run is for.
AS_ON_WINDOWS := --platform win32 --cache-dir .mypy_cache/win32 --no-warn-unreachable

# "make demo -- --headless" gives make the goals "demo" and "--headless": the latter are the demo's.
ifeq (demo,$(firstword $(MAKECMDGOALS)))
    DEMO_WORDS := $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS))
    ifneq (,$(DEMO_WORDS))
        $(eval .PHONY: $(DEMO_WORDS))
        $(eval $(DEMO_WORDS):;@:)
    endif
endif

.PHONY: help bootstrap demo test test-desktop test-windows test-slow soak bench check format texts policies manual pictures sdd-reader type-library wheels msi test-msi lock clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

bootstrap:
	@sh scripts/bootstrap

demo: bootstrap
	@$(PYTHON_BIN)/datev-connector demo $(ARGS) $(DEMO_WORDS)

test: bootstrap
	$(PYTHON_BIN)/python -m pytest -n $(WORKERS) --ignore=tests/soak --ignore=tests/desktop \
		--ignore=tests/windows --ignore=tests/msi $(addprefix --ignore=,$(SLOW)) $(ARGS)

test-desktop: bootstrap
	$(PYTHON_BIN)/python -m pytest -n 2 tests/desktop $(ARGS)

test-windows: bootstrap
	@scripts/wine/setup
	@scripts/build_type_library
	@scripts/build_type_library --foreign build/type-library
	@scripts/wine/suite $(ARGS)

test-slow: bootstrap
	$(PYTHON_BIN)/python -m pytest -n $(WORKERS) $(SLOW) $(ARGS)

# The weeks are named by their file: what takes minutes is found by nothing else.
soak: bootstrap
	$(PYTHON_BIN)/python -m pytest -n 0 tests/soak/test_*.py tests/soak/weeks.py $(ARGS)

bench: bootstrap
	@sh scripts/bench_needs
	$(PYTHON_BIN)/python -m benchmarks $(ARGS)

check: bootstrap
	$(PYTHON_BIN)/ruff format --check $(SOURCES)
	$(PYTHON_BIN)/ruff check $(SOURCES)
	$(PYTHON_BIN)/mypy --exclude '^tests/windows/' $(SOURCES)
	$(PYTHON_BIN)/mypy $(AS_ON_WINDOWS) src tests/windows
	$(PYTHON_BIN)/lint-imports --no-logo
	$(PYTHON_BIN)/codespell $(TEXTS)
	$(PYTHON_BIN)/python scripts/texts.py --check
	$(PYTHON_BIN)/python scripts/policy_templates.py --check

format: bootstrap
	$(PYTHON_BIN)/ruff format $(SOURCES)
	$(PYTHON_BIN)/ruff check --fix $(SOURCES)

texts: bootstrap
	$(PYTHON_BIN)/python scripts/texts.py

policies: bootstrap
	$(PYTHON_BIN)/python scripts/policy_templates.py

manual: bootstrap
	$(PYTHON_BIN)/python scripts/manual.py

pictures: bootstrap
	$(PYTHON_BIN)/python scripts/pictures.py $(ARGS)

sdd-reader:
	sh scripts/build_sdd_reader

type-library:
	sh scripts/build_type_library

wheels: bootstrap
	$(PYTHON_BIN)/python scripts/windows_wheels.py

msi: bootstrap
	$(PYTHON_BIN)/python -m installer $(if $(filter msi,$(MAKECMDGOALS)),$(ARGS))

test-msi: msi
	scripts/wine/session $(PYTHON_BIN)/python -m pytest -n 0 --timeout 300 $(if $(filter tests/%,$(ARGS)),,tests/msi) $(ARGS)

lock: bootstrap
	sh scripts/lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find benchmarks installer scripts src tests -name __pycache__ -prune -exec rm -rf {} +
