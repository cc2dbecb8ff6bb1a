# Two commands do everything: `make run` and `make test`.  `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready-$(shell cat requirements.lock bootstrap.lock pyproject.toml | cksum | cut -d' ' -f1)
# The certificates that this machine trusts, its company's among them; uv would bring its own.
export UV_SYSTEM_CERTS := true
# Without compiled files every process of the service compiles everything again, a second each.
unexport PYTHONDONTWRITEBYTECODE
PIP    := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install -q
# Old pip knows no --python.  Say so in words instead of failing in the middle.
NEED   := import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ". Install it, or name it: make run PYTHON=python3.11")
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# One hash-checked environment for run and test.  `venv --without-pip` and `pip --python` need neither
# python3-venv nor an override on Debian.  uv is used when it can be had; pip alone does it too, slower.
$(STAMP): requirements.lock bootstrap.lock pyproject.toml
	@$(PYTHON) -c '$(NEED)'
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "pip is missing. On Debian: apt-get install python3-pip"; exit 1; }
	@echo "Setting up $(VENV): about a minute, once."
	@rm -rf $(VENV) && $(PYTHON) -m venv --without-pip $(VENV)
	@{ $(PIP) --only-binary :all: --require-hashes -r bootstrap.lock \
	  && $(BIN)/uv pip install -q --no-config --no-build --require-hashes --python $(BIN)/python -r requirements.lock; } \
	  || { echo "uv could not be used; pip does the same, slower."; \
	       $(PIP) --only-binary :all: --no-deps --require-hashes -r requirements.lock; } \
	  || { echo "The packages could not be installed. Is a package registry reachable (pip config list)?"; exit 1; }
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@touch $@

.PHONY: help run test static check bench game demo lock clean
help:                    ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

run: $(STAMP)            ## the whole service on http://127.0.0.1:8000 (PORT changes it); Ctrl-C stops it
	@exec $(BIN)/feedback run

test: $(STAMP) static    ## static checks, then all tests on a real PostgreSQL and a real Valkey
	@$(BIN)/python -m pytest -n auto $(ARGS)

static: $(STAMP)         ## ruff, mypy strict, import-linter
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

check: $(STAMP) static   ## static checks and the guards of the house, which are among all tests
	@$(BIN)/python -m pytest -q tests/unit/test_house.py

bench: $(STAMP)          ## the numbers of the README, as ratios within one run
	@$(BIN)/python -m tests.bench.run $(ARGS)

game: $(STAMP)           ## offices play every known strategy; fails when one gains more than a point
	@$(BIN)/python -m tests.game.run $(ARGS)

demo: $(STAMP)           ## fill a running service (make run) with a simulated quarter
	@$(BIN)/feedback demo $(ARGS)

lock:                    ## maintainers: pin the dependencies; no registry host is written
	@$(BIN)/uv pip compile -q --no-config --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --extra embedded --extra test pyproject.toml -o requirements.lock
	@! grep -nE '://|^--(index|extra-index|find-links|trusted)' requirements.lock

clean:                   ## remove the environment and all local data
	@rm -rf $(VENV) var
