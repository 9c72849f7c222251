# Everything that the README promises, from nothing. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
BOARD ?= pico2_w
SYS_MHZ ?= 150
APP ?= plush
MOTION ?= coin

.PHONY: help talk test test-long lint bench size fuzz firmware clean setup c-host c-qemu

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /' | sort

talk: $(VENV)/.ready build/host-release/.built ## talk to the virtual plush (the main job)
	@$(VENV)/bin/plush talk

test: $(VENV)/.ready-dev c-host c-qemu ## everything that must hold, in minutes
	@PYTHON=$(PY) tests/run.sh

test-long: $(VENV)/.ready-dev c-host c-qemu ## hours: soak, kills, fuzzing
	@PYTHON=$(PY) tests/run_long.sh

lint: $(VENV)/.ready-dev ## ruff and mypy --strict
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy

bench: $(VENV)/.ready-dev c-qemu build/host-release/.built ## every figure that the documents quote
	@PYTHON=$(PY) tests/run_bench.sh

size: $(VENV)/.ready-dev c-qemu ## code, data, stack and arena by room, against tests/budgets.toml
	@$(PY) -m tests.budget
	@if ls build/rp2350-*/plush_toy.uf2 >/dev/null 2>&1; then $(PY) -m tests.firmware_size; \
	  else echo "no RP2350 image is built (make firmware): its size is not measured"; fi

fuzz: $(VENV)/.ready-dev ## libFuzzer on everything that reads bytes from outside; FUZZ_SECONDS=60 each
	@PYTHON=$(PY) tests/run_fuzz.sh

firmware: $(VENV)/.ready ## the RP2350 image: BOARD=pico2|pico2_w|pimoroni_pico_plus2_w_rp2350, needs PICO_SDK_PATH; SYS_MHZ=150|200, APP=stories, MOTION=coin|servo, SIGN=KEY.pem
	@SYS_MHZ=$(SYS_MHZ) APP=$(APP) MOTION=$(MOTION) tests/build_firmware.sh $(BOARD)
	@ls -l build/rp2350-$(BOARD)/*.uf2
	@if [ -n "$(SIGN)" ]; then tests/seal_firmware.sh $(BOARD) "$(SIGN)"; fi

clean: ## remove build/ (keeps the virtual environment)
	rm -rf build

setup: $(VENV)/.ready-dev

# --- what the targets above need -----------------------------------------------------------------------------------
$(VENV)/.ready: requirements.lock pyproject.toml .ci/setup
	@.ci/setup run $(PYTHON)

$(VENV)/.ready-dev: requirements.lock pyproject.toml .ci/setup
	@.ci/setup dev $(PYTHON)

CMAKE_ARGS_COMMON = -DTOY_PYTHON=$(abspath $(PY)) -G Ninja

build/host-release/.built: $(VENV)/.ready FORCE
	@.ci/build host-release

c-host: $(VENV)/.ready-dev
	@.ci/build host

c-qemu: $(VENV)/.ready-dev
	@.ci/build qemu

FORCE:
