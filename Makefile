# Everything from a fresh checkout, with nothing but Python 3.11 and make.

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench bench-gpu storm

find = $(shell for name in $(1); do "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	2>/dev/null && echo "$$name" && break; done)
is311 = $(shell "$(1)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo "$(1)")

PYTHON ?= $(call find,python3.11 python3.12 python3.13 python3 python)
TRAINER_PYTHON ?= $(or $(call is311,python3.11),$(call is311,$(PYTHON)))
version := import sys; print("%d%d" % sys.version_info[:2])
VERSION := $(shell "$(PYTHON)" -c '$(version)' 2>/dev/null)

WEB := .venv/bin/python
TRAINER := .venv-train/bin/python
PACKAGES := afsweb datasets_app training_app evals_app tests
PIP_FLAGS := --quiet --disable-pip-version-check
BENCHMARKS = $(patsubst tests/benchmarks/%.py,%,$(filter-out %/__init__.py %/harness.py %/filling.py %/memory.py %/texts.py %/curation.py %/gpu.py,$(wildcard tests/benchmarks/*.py)))

help:
	@echo "make demo    set up what is needed and drive the whole loop once; serves until Ctrl-C (ONCE=1: ends when done)"
	@echo "make run     set up what is needed and serve until Ctrl-C"
	@echo "make test    run every test, JOBS=2 at a time"
	@echo "make check   style, types, layers, templates, deployment settings, missing migrations"
	@echo "make storm   break a hub and two worker hosts in N=60 ways, in the order of SEED=1, and count what is lost"
	@echo "make bench   run the benchmarks with 100,000 rows (SCALE=1m: a million)"
	@echo "make bench-gpu   run those that need a card, with trl and unsloth"

setup: .venv/installed-py$(VERSION) .venv-train/installed

# One stamp for each version: with another PYTHON the environment is made anew, instead of staying what it was.
.venv/installed-py$(VERSION): pyproject.toml constraints/web-py$(VERSION).txt
	@echo "installing the web interpreter's packages into .venv"
	@test "$$($(WEB) -c '$(version)' 2>/dev/null)" = "$(VERSION)" || "$(PYTHON)" -m venv --clear .venv
	@$(WEB) -m pip install $(PIP_FLAGS) -c constraints/web-py$(VERSION).txt -e ".[local,dev]"
	@touch $@

constraints/web-py$(VERSION).txt:
	@echo "No Python 3.11, 3.12 or 3.13 found: install Python 3.11, or name one with PYTHON=..."; exit 1

# torch first and alone: which build it is (CPU, CUDA) is for pip's own configuration to say.
.venv-train/installed: constraints/trainer-py311.txt
	@test -n "$(TRAINER_PYTHON)" || \
		{ echo "The trainer needs Python 3.11, and none is found: install it, or name it with TRAINER_PYTHON=..."; exit 1; }
	@echo "installing the trainer's packages into .venv-train"
	@test -x $(TRAINER) && $(TRAINER) -c '' || "$(TRAINER_PYTHON)" -m venv --clear .venv-train
	@$(TRAINER) -m pip install $(PIP_FLAGS) $$(grep '^torch==' $<)
	@$(TRAINER) -m pip install $(PIP_FLAGS) -c $< transformers trl peft datasets accelerate bitsandbytes \
		tensorboard trackio nvidia-ml-py
	@touch $@

# Without a card unsloth refuses the torchvision and xformers of CUDA, which it then does not need.
.venv-unsloth/installed: constraints/unsloth-py311.txt
	@test -x .venv-unsloth/bin/python || "$(TRAINER_PYTHON)" -m venv .venv-unsloth
	@.venv-unsloth/bin/python -m pip install $(PIP_FLAGS) $$(grep '^torch==' $<)
	@.venv-unsloth/bin/python -m pip install $(PIP_FLAGS) -c $< unsloth trl transformers datasets
	@.venv-unsloth/bin/python -c 'import sys, torch; sys.exit(torch.cuda.is_available())' \
		&& .venv-unsloth/bin/python -m pip uninstall --yes --quiet torchvision xformers || true
	@touch $@

.venv-mlx/installed: constraints/mlx-py311.txt
	@test -x .venv-mlx/bin/python || "$(TRAINER_PYTHON)" -m venv .venv-mlx
	@.venv-mlx/bin/python -m pip install $(PIP_FLAGS) -c $< mlx-lm $$(test "$$(uname)" = Darwin || echo 'mlx[cpu]')
	@touch $@

demo: setup
	@exec $(WEB) -m afsweb.cli demo $(if $(ONCE),--once)

run: setup
	@exec $(WEB) -m afsweb.cli up

test: setup
	@exec $(WEB) -m pytest -n $(or $(JOBS),2)

check: .venv/installed-py$(VERSION)
	$(WEB) -m ruff check .
	$(WEB) -m ruff format --check .
	$(WEB) -m mypy $(PACKAGES) manage.py
	.venv/bin/lint-imports
	$(WEB) -m djlint templates --check
	$(WEB) -m djlint templates --lint --quiet
	AFS_ENVIRONMENT=production AFS_SECRET_KEY="$$($(WEB) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		$(WEB) manage.py check --deploy --fail-level WARNING
	$(WEB) -m tests.servers $(WEB) manage.py makemigrations --check --dry-run

bench: setup
	@status=0; for name in $(BENCHMARKS); do $(WEB) -m tests.benchmarks.$$name || status=1; done; exit $$status

bench-gpu: setup
	@exec $(WEB) -m tests.benchmarks.gpu

storm: setup
	@exec $(WEB) -m tests.storm $(or $(N),60) $(if $(SEED),--seed $(SEED))
