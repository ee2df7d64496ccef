# What a person or a pipeline types. The work is in `mlp`; this file says only what comes first.
#
# When a command fails, make itself always exits 2. Exit codes that mean something (0 proved,
# 1 refuted, 2 unknown, 3 error) are those of `.venv/bin/mlp VERB`.

PYTHON ?= $(eval PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done))$(PYTHON)
STACK ?=
ARGS ?=

MLP := .venv/bin/mlp
PYTEST := .venv/bin/python -m pytest
ONE := --stack $(or $(STACK),sandbox)
EACH := $(if $(STACK),--stack $(STACK),--all)

# Where a shell says that no bytecode is to be kept, each start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: up preview refresh destroy rehearse prove verdict setup clouds dev doctor check test e2e fire bench \
	kind-e2e pins lock clean help

##@ A stack (STACK=sandbox unless you say otherwise)

up: setup ## deploy the stack; makes the sandbox's control plane if it is one
	@$(MLP) up $(ONE) $(ARGS)

preview: setup ## show what `up` would change
	@$(MLP) preview $(ONE) $(ARGS)

refresh: setup ## compare the state with the cluster
	@$(MLP) refresh $(ONE) $(ARGS)

destroy: setup ## remove everything that the stack has made
	@$(MLP) destroy $(ONE) $(ARGS)

##@ Without a cluster (every stack unless STACK says one)

rehearse: $(if $(STACK),setup,clouds) ## run the program without engine, cluster or credentials; cold and warm
	@$(MLP) rehearse $(EACH) $(ARGS)

prove: $(if $(STACK),setup,clouds) ## decide what must hold
	@$(MLP) prove $(EACH) $(ARGS)

verdict: $(if $(STACK),setup,clouds) ## what this branch changes: BASE=origin/main, else where it left the main branch
	@$(MLP) verdict $(if $(BASE),--base $(BASE)) $(if $(STACK),--stack $(STACK)) $(ARGS)

##@ This machine

setup: ## make .venv from the hashed locks, with the console script .venv/bin/mlp
	@$(if $(PYTHON),,echo 'no Python: 3.11 or newer with venv is needed (Debian: apt install \
	python3-venv); PYTHON=/path/to/python3 names one' >&2; exit 3)
	@$(PYTHON) -m operations.venv $(if $(STACK),--stack $(STACK)) $(if $(CLOUDS),--clouds) $(if $(DEV),--dev)

clouds: ## the same with every cloud's SDK, for what takes every stack
	@$(MAKE) --no-print-directory setup CLOUDS=1

dev: ## the same with what tests and checks run with
	@$(MAKE) --no-print-directory setup DEV=1

doctor: setup ## what this machine lacks, and how to get it
	@$(MLP) doctor $(if $(STACK),--stack $(STACK)) $(ARGS)

##@ Tests

check: clouds dev ## lint, format, types, layers
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/mypy policies
	@.venv/bin/lint-imports

test: clouds dev ## the unit tests; under a minute, needs no Go
	@$(PYTEST) --forks=auto --hypothesis-profile=quick $(ARGS)

e2e: clouds dev ## the real engine on a real control plane, with seeded samples
	@$(MLP) setup --for e2e
	@$(PYTEST) --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder \
		-m "e2e and not fire" $(ARGS)

fire: clouds dev ## all of it with full counts; hours
	@$(PYTEST) --forks=auto --hypothesis-profile=full $(ARGS)
	@$(MLP) setup --for e2e
	@$(PYTEST) -m "e2e or fire" --hypothesis-profile=full $(ARGS)

bench: clouds ## measure, in ratios of one run
	@$(MLP) bench $(ARGS)

kind-e2e: dev ## the platform on a real kind cluster; needs Docker and root
	@.venv/bin/python -m tests.kind.machine
	@$(MLP) setup --for e2e
	@$(PYTEST) -m kind --capture=no $(ARGS)

##@ Upkeep

pins: setup ## resolve digests on a connected machine
	@$(MLP) pins $(ARGS)

lock: ## pin every Python package again; UPGRADE=1 takes the newest
	@$(PYTHON) -m operations.locks $(if $(UPGRADE),--upgrade)

clean: ## remove this clone's sandboxes with their data, .venv and caches
	@if [ -x $(MLP) ] && [ -d .ml-platform/sandbox ]; then $(MLP) sandbox remove --all; fi
	@rm -rf .venv .ml-platform build *.egg-info
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo 'mlp VERB --help says more; ARGS="…" is handed to the command.'
