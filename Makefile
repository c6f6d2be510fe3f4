# Recipes for the people who work on this project; `make` alone lists them.
#
# Everything is installed into .venv, which make builds itself from pyproject.toml.
#   make PYTHON=python3.12 test     uses another Python, 3.11 or newer
#   make PORT=9001 demo             lets the demo listen elsewhere

PYTHON ?= python3
PORT   ?= 9000

VENV   := .venv
BIN    := $(VENV)/bin
APP    := $(VENV)/app
DEV    := $(VENV)/dev
DEMO   := build/demo
WHEELS := build/wheel-test
RUN    := PYTHONPATH=tests $(BIN)/python -m
PYTEST := $(BIN)/python -m pytest
# Two processes, each with whole files: many tests wait for a peer or a screen.
QUICK  := $(PYTEST) -m "not slow" -n 2 --dist loadfile

.PHONY: help demo test check wheel-test bench bench-full interop interop-full agreement client-agreement client-agreement-full self-test test-slow captures clean
.DELETE_ON_ERROR:

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-22s %s\n", $$1, $$2 }' Makefile

demo: $(APP)  ## Play case 4.2.3 at twistd wsecho and open what it recorded
	@$(RUN) interop.demo --port $(PORT) $(DEMO)
	@echo '$$ wsinspect $(DEMO)/4.2.3.log' && $(BIN)/wsinspect $(DEMO)/4.2.3.log

test: $(DEV)  ## Run the tests, apart from those that take minutes
	$(QUICK)

test-slow: $(DEV)  ## Run the tests that take minutes
	$(PYTEST) -m slow

# Branches covered, in per cent: of everything, and of the rooms that are pure.
COVERED      := 90
PURE_COVERED := 100
PURE         := server/wirelog/*,server/wsconform/cases/*,server/wsconform/judge.py

check: $(DEV)  ## Run what CI runs: format, lint, types, imports, tests with coverage
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(QUICK) --cov --cov-report=
	$(BIN)/coverage report --skip-covered --fail-under=$(COVERED)
	$(BIN)/coverage report --skip-covered --include='$(PURE)' --fail-under=$(PURE_COVERED)

wheel-test: $(DEV)  ## Install the wheel, the sdist and the checkout afresh, and record with each
	rm -rf $(WHEELS)
	$(BIN)/python -m build --outdir $(WHEELS)/dist .
	@set -e; for source in $(WHEELS)/dist/*.whl $(WHEELS)/dist/*.tar.gz "--editable ."; do \
	  echo "pip install $$source"; \
	  $(BIN)/python -m venv --clear $(WHEELS)/venv; \
	  $(WHEELS)/venv/bin/python -m pip install --quiet --no-compile $$source; \
	  PYTHONPATH=tests $(WHEELS)/venv/bin/python -m interop.installed $(WHEELS)/dist/*.whl; \
	done
	@rm -rf $(WHEELS)/venv

# The published suite runs on Python 2.7 only. WSTEST=path/to/wstest uses one that is installed.
on_path   = $(wildcard $(addsuffix /$(1),$(subst :, ,$(PATH))))
SUITE    := .venv-suite
PYTHON27 ?= $(firstword $(wildcard $(HOME)/.pyenv/versions/2.7*/bin/python) $(call on_path,python2.7))
WSTEST   ?= $(if $(PYTHON27),$(SUITE)/bin/wstest)
KOSOKU   ?= $(firstword $(call on_path,kosoku))
NODE_WS  := $(if $(call on_path,npm),build/node/node_modules/ws)

# KOSOKU=path/to/kosoku (from PyPI, in an environment of its own) measures beside that one, too.
RACE := bench.conformance --wstest "$(WSTEST)" --kosoku "$(KOSOKU)"

bench: $(DEV) $(WSTEST)  ## Measure what recording, reading and checking cost, and what a run takes
	@$(RUN) bench.echo
	@$(RUN) bench.parse
	@$(RUN) bench.check
	@$(RUN) $(RACE)

bench-full: $(DEV) $(WSTEST)  ## Measure runs of all 517 cases (a quarter of an hour; ONLY=ours,published for some)
	@$(RUN) $(RACE) --full $(if $(ONLY),--only $(ONLY))

interop: $(DEV) $(WSTEST) $(NODE_WS)  ## Check wsecho with real clients and the published suite (half a minute)
	$(PYTEST) -m "not slow" tests/interop
	$(RUN) interop.published_suite --wstest "$(WSTEST)"

interop-full: $(DEV) $(WSTEST)  ## Check wsecho with all 517 cases of the published suite (a quarter of an hour)
	$(RUN) interop.published_suite --wstest "$(WSTEST)" --full

self-test: $(DEV)  ## Play all 517 cases at twistd wsecho and with wsconform testee (some minutes)
	$(PYTEST) tests/interop/test_self.py

agreement: $(DEV) $(WSTEST) $(NODE_WS)  ## Hold the verdicts of wsconform against the published suite's (five minutes)
	@$(RUN) interop.agreement --wstest "$(WSTEST)"

client-agreement: $(DEV) $(WSTEST) $(NODE_WS)  ## Hold the verdicts of wsconform serve on real clients against the published suite's (five minutes)
	@$(RUN) interop.client_agreement --wstest "$(WSTEST)"

client-agreement-full: $(DEV) $(WSTEST) $(NODE_WS)  ## The same, with all of 12 and 13 for two clients (an hour)
	@$(RUN) interop.client_agreement --wstest "$(WSTEST)" --full

$(SUITE)/bin/wstest:
	$(PYTHON27) -m pip install --quiet --target $(SUITE)/boot 'virtualenv<20.22'
	PYTHONPATH=$(SUITE)/boot $(PYTHON27) -m virtualenv --quiet $(SUITE)
	$(SUITE)/bin/pip install --quiet autobahntestsuite==25.10.1

build/node/node_modules/ws:
	npm install --silent --no-fund --no-audit --prefix build/node ws@8

captures: $(DEV)  ## Record the examples in captures/ anew
	$(RUN) interop.record captures

clean:  ## Remove everything that make has made
	rm -rf $(VENV) $(SUITE) build dist .coverage .*_cache .hypothesis

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This needs Python 3.11 or newer, which $(PYTHON) is not; name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "$(PYTHON) comes without venv; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(APP): pyproject.toml $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEV): pyproject.toml $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --editable '.[dev,interop]'
	@touch $(APP) $@
