# make            what can be done
# Needs git, make and Python >= 3.11; everything else goes into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test check fix golden packs clean setup
.NOTPARALLEL:

# Without bytecode, importing sentence-transformers takes 20 seconds in every process.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
# Nobody is told that, or what, is run here.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export LITELLM_LOCAL_MODEL_COST_MAP := True
# The bundled pyright is the pinned one: it is not to ask for a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

BIN := .venv/bin
OUT ?= demo-run
PYTEST ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## profiles and a report from the embedded made-up corpus, in demo-run/
	@.ci/setup
	@HF_HUB_OFFLINE=1 $(BIN)/persona-extract run demo --out $(OUT)

test: ## all tests (PYTEST="-k name" to choose)
	@.ci/setup dev
	@.ci/setup browser
	@home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; \
	    PREFECT_HOME="$$home" HF_HUB_OFFLINE=1 $(BIN)/python -m pytest $(PYTEST)

check: ## lint, format, types and import floors, without changing anything
	@.ci/setup dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: ## repair what can be repaired by itself
	@.ci/setup dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: ## rewrite the demo pack, generated docs and golden files (then review the diff)
	@.ci/setup dev
	@work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	    $(BIN)/persona-extract run demo --out "$$work/run" --until pack --encoder lsa --quiet \
	        --salt "the people of the demo corpus are made up" >/dev/null \
	    && rm -rf profiles/demo && cp -r "$$work/run/pack" profiles/demo
	@HF_HUB_OFFLINE=1 $(BIN)/python -m pytest --golden tests/test_generated.py \
	    tests/unit/report/test_markdown.py tests/unit/prompts \
	    tests/unit/profile/test_render.py tests/unit/exports $(PYTEST)

packs: ## rebuild profiles/wildchat and profiles/realhumaneval, where the data are there
	@.ci/setup dev
	@.ci/packs

setup: ## .venv with everything for development
	@.ci/setup dev

clean: ## remove .venv, caches and demo-run/
	rm -rf .venv demo-run build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
