# Everything a user or developer runs, by short names. `make help` lists them.

JOBS ?= $(shell nproc)
PYTHON := .venv/bin/python
TRUEUP := build/bin/trueup
WITH_PYTHIA := $(if $(filter OFF off 0 no false,$(TRUEUP_WITH_PYTHIA)),OFF,ON)
WITH_ROOT = $(shell scripts/setup_root.sh --wanted)

.PHONY: help setup build demo test bench docs format tidy clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup:  ## Debian packages, Python environment, Pythia, FastJet and ROOT; quick when nothing is to do
	@scripts/setup.sh

build: setup  ## build/bin/trueup and the Python module
	@cmake --preset release --log-level=WARNING -DTRUEUP_WITH_PYTHIA=$(WITH_PYTHIA) -DTRUEUP_WITH_ROOT=$(WITH_ROOT) >/dev/null
	@cmake --build build --parallel $(JOBS) --target product

demo: build  ## the main job on generated events: make demo ARGS="--seed 2"
	@$(TRUEUP) demo $(ARGS)

test: build  ## every check and test
	@cmake --build build --parallel $(JOBS)
	@$(PYTHON) scripts/check_layers.py --self-test
	@$(PYTHON) scripts/check_layers.py
	@scripts/check_format.sh
	@$(PYTHON) scripts/check_links.py
	@ctest --test-dir build --output-on-failure --parallel $(JOBS) --no-tests=error
	@$(PYTHON) -m pytest -c python/pyproject.toml --rootdir . tests/python

bench: build  ## what this machine does with our kernels
	@$(TRUEUP) bench $(ARGS)

docs: setup  ## check the documentation's links
	@$(PYTHON) scripts/check_links.py

format: setup  ## format C++ and Python
	@scripts/check_format.sh --fix

tidy: build  ## clang-tidy over the sources, ruff over the Python
	@run-clang-tidy -quiet -p build -j $(JOBS) "$(CURDIR)/src/.*\.cpp"
	@.venv/bin/ruff check --config python/pyproject.toml python scripts tests bench

clean:  ## remove what was built here; the environment and the cache stay
	@rm -rf build build-asan build-tsan
