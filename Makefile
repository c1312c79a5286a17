# make demo    sets everything up and tells the whole story on a real consortium
# make test    sets everything up and passes all tests
# make up | down [WIPE=1] | check | fuzz | bench | help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV_VERSION := 0.13.9
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV ?= $(shell command -v uv || echo .uv/bin/uv)
BIN := .venv/bin
CASES ?= 100
WORKERS ?= 3# that test: one on the consortium, which waits for it most of the time, the others beside it

# Every process is a fresh Python: compiled bytecode halves the time until it answers.
export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON := $(PYTHON)
unexport PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

.PHONY: help
help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | expand -t 10

.PHONY: demo
demo: .venv/ready ## everything from nothing: consortium, contract, two supply chains, trade in escrow, a wiped and a tampered node (EPCIS=DIR for your own documents)
	@$(BIN)/fairledger demo $(if $(EPCIS),--epcis "$(EPCIS)")

.PHONY: up
up: .venv/ready ## start the consortium, or continue where it stopped
	@$(BIN)/fairledger network up

.PHONY: down
down: .venv/ready ## stop the consortium (WIPE=1 also forgets its ledger, keys and certificates)
	@$(BIN)/fairledger network down $(if $(filter 1,$(WIPE)),--wipe)

.PHONY: test
test: .venv/ready | browser ## all tests, those on a real consortium too, with coverage
	@$(BIN)/python -m coverage erase
	$(BIN)/pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder --cov --cov-config=pyproject.toml --cov-report=term --cov-fail-under=95 $(PYTEST)

.PHONY: fuzz
fuzz: .venv/ready ## the service against many more requests made at random (CASES=100 of each kind for each operation)
	@CASES=$(CASES) $(BIN)/pytest tests/unit/client/api/test_schemathesis.py $(PYTEST)

.PHONY: check
check: .venv/ready ## format, lint, strict types and the fast tests
	@$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/unit -q

.PHONY: bench
bench: .venv/ready ## the figures: runtime against Go, gateway against bare gRPC, capture, read model, proof, escrow
	@$(BIN)/python -m tests.bench $(BENCH)

.venv/ready: uv.lock pyproject.toml $(wildcard chaincode/*/pyproject.toml client/pyproject.toml network/pyproject.toml) | tools
	@if [ "$(UV)" = .uv/bin/uv ] && [ ! -x .uv/bin/uv ]; then
		echo "Installing uv $(UV_VERSION) into .uv/"
		$(PYTHON) -m venv .uv || { echo "python cannot make a virtual environment: install python3-venv and try again" >&2; exit 1; }
		.uv/bin/pip install --quiet uv==$(UV_VERSION)
	fi
	$(UV) sync --frozen --quiet
	touch $@

.PHONY: browser
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null && exit 0
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "Installing Chromium, in which the pages are tested"
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
	else
		echo "Chromium is missing, in which the pages are tested: install your system's package chromium" >&2; exit 1
	fi

.PHONY: tools
tools:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing: install it, or name it with PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
		|| { echo "$(PYTHON) is $$($(PYTHON) -V), but 3.11 to 3.13 is needed: name one with PYTHON=/path/to/python3.11" >&2; exit 1; }
