# What a developer and CI run. `make` or `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help run import moving quick test coverage test-deployed lint types unit soak faults fuzz lives conformance clients events validate build build-here deploy deploy-built rollback rotate adopt sam-local units bench bench-cold copy sweep docs audit lock clean

VENV := .venv
BIN := $(VENV)/bin
VENV_SAM := .venv-sam
VENV_CHECKOV := .venv-checkov
VENV_AUDIT := .venv-audit
VENV_IMPORT := .venv-import
STAMP := $(VENV)/.stamp
STAMP_SAM := $(VENV_SAM)/.stamp
STAMP_CHECKOV := $(VENV_CHECKOV)/.stamp
STAMP_AUDIT := $(VENV_AUDIT)/.stamp
VENV_LOCK := .venv-lock
STAMP_LOCK := $(VENV_LOCK)/.stamp
STAMP_IMPORT := $(VENV_IMPORT)/.stamp
# the environment's own python3.13 compiles the layers, wherever it came from
SAM_ENVIRONMENT := PATH="$(abspath $(VENV_SAM))/bin:$$PATH" SAM_CLI_TELEMETRY=0
SAM := $(SAM_ENVIRONMENT) sam

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-13s %s\n' "$$name" "$$text"; done

run: $(STAMP) ## the API on http://127.0.0.1:8000/jsonrpc.php (PORT, API_TOKEN, DATA_DIR, WIRE_FORMAT, ENGINE=ministack)
	@exec $(BIN)/python -m local

import: $(STAMP_IMPORT) ## move over from Kanboard (docs/moving.md): ARGS='--from db.sqlite --files data/files --to local --dry-run'
	@PYTHONPATH=layers/lambdaboard/python $(VENV_IMPORT)/bin/python -m importer $(ARGS)

moving: $(STAMP) ## a Kanboard from Debian's package moves over and is compared; databases of PostgreSQL and MariaDB, too (needs root); ARGS=MariaDB for one
	@PYTHONPATH=layers/lambdaboard/python:. $(BIN)/python -m tests.importer.proof $(ARGS)

quick: lint types ## lint, types and the tests that need no AWS: what to run while writing; ARGS='-k rank' for some
	$(BIN)/pytest -n auto tests/unit $(ARGS)

test: lint types unit ## everything that is checked before a commit: lint, types, tests

test-deployed: build-here $(STAMP) ## the built stack on a local AWS that enforces its roles (needs Python 3.13); ARGS='-k roles' for some
	$(BIN)/pytest tests/deployed $(ARGS)

lint: $(STAMP) ## style and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=layers/lambdaboard/python $(BIN)/lint-imports

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

unit: $(STAMP) ## pytest; ARGS='-k move' for some, ARGS=--show-capture=all for the log of failures
	$(BIN)/pytest -n auto $(if $(CI),--cov) $(ARGS)

coverage: $(STAMP) ## the same, and the lines and branches of the product that no test reaches
	$(BIN)/pytest -n auto --cov $(ARGS)

soak: faults fuzz lives ## what make test has samples of, at length: the three below (two hours)

faults: $(STAMP) ## faults at every call of AWS, large removals, clients at once, processes killed (needs Java and npm, else on moto); ARGS='createTask kills' for some
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.faults $(ARGS)

fuzz: $(STAMP) ## a million odd requests; CASES=10000 SEED=7 for others
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.faults.fuzz

lives: $(STAMP) ## random calls of all procedures against a plain model, and all that Hypothesis draws of requests
	SOAK=1 $(BIN)/pytest --timeout 7200 -n auto tests/faults/test_any_request.py tests/integration/test_hostile_requests.py tests/model

conformance: $(STAMP) ## replay the recorded dialogues over HTTP, in both wire formats; ARGS='--case move-*' for some
	$(BIN)/python tests/conformance/run.py $(ARGS)

clients: $(STAMP) ## real clients against the local server, in both wire formats; ARGS='php cli' for some
	@$(BIN)/python -m tests.clients.run $(ARGS)

events: $(STAMP) ## an event of API Gateway for each procedure, into events/; TOKEN=... makes usable ones in .local/events/
	@TOKEN='$(TOKEN)' PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.make_events

validate: $(STAMP_SAM) $(STAMP_CHECKOV) ## template.yaml by SAM, cfn-lint and checkov (environments of their own, 3 minutes the first time)
	$(SAM) validate --lint
	$(VENV_SAM)/bin/cfn-lint template.yaml
	$(VENV_CHECKOV)/bin/checkov --config-file .checkov.yaml

audit: $(STAMP_AUDIT) ## known vulnerabilities of what is deployed, by pip-audit (asks PyPI; says so where nobody answers)
	@$(VENV_AUDIT)/bin/python -m local.audit

build: $(STAMP_SAM) ## functions and layers as they are deployed, into .aws-sam (needs Python 3.13)
	$(SAM) build

build-here: $(STAMP_SAM) ## the same for this machine's processor, into .cache/built: what tests/deployed run
	ARCHITECTURE=$$(uname -m) $(SAM) build --no-cached --build-dir .cache/built

# the file: SAM publishes a version for changed code, not for a changed parameter
DEPLOY = date > .aws-sam/build/RpcFunction/revision && $(SAM_ENVIRONMENT) STAGE='$(STAGE)' STACK='$(STACK)' \
	PARAMETERS='$(PARAMETERS)' AT_ONCE='$(AT_ONCE)' YES='$(YES)' $(VENV_SAM)/bin/python -m local.deploy

deploy: build ## a stack in the AWS account of your credentials: STAGE=prod, PARAMETERS="Timezone=Europe/Berlin", AT_ONCE=1, STACK=other-name; YES=1 asks nothing
	@$(DEPLOY)

deploy-built: $(STAMP_SAM) ## the same, of what is built already
	@$(DEPLOY)

rollback: $(STAMP_SAM) ## deploy a commit or tag that was good, at once and past the alarms: STAGE=prod TO=v0.1.0
	@test -n '$(TO)' || { echo 'make rollback: TO must name a commit or a tag' >&2; exit 2; }
	@git worktree remove --force .cache/rollback 2>/dev/null || true
	git worktree add --detach .cache/rollback '$(TO)'
	@$(MAKE) --no-print-directory -C .cache/rollback -o '$(abspath $(STAMP_SAM))' VENV_SAM='$(abspath $(VENV_SAM))' AT_ONCE=1 deploy; \
		status=$$?; git worktree remove --force .cache/rollback; exit $$status

rotate: $(STAMP_SAM) ## a new API token: STAGE=prod; the old one counts for six minutes more, with REVOKE=1 it does not
	@STAGE='$(STAGE)' STACK='$(STACK)' REVOKE='$(REVOKE)' $(VENV_SAM)/bin/python -m local.rotate

adopt: $(STAMP_SAM) ## prepare a restored table for `make deploy`: TABLE=lambdaboard-restored; BUCKET=<Bucket> if it takes over for good; prints the command that cuts over to it
	@$(VENV_SAM)/bin/python -m local.adopt '$(TABLE)' '$(BUCKET)'

copy: $(STAMP) ## the local data into another folder, for another engine: TO=.local2 ENGINE=dynamodb-local
	@TO='$(TO)' $(BIN)/python -m local.copy_data

sweep: $(STAMP) ## what a crash left in the local data: a dry run; REPAIR=1 repairs
	@$(BIN)/python -m local.sweep $(if $(REPAIR),--repair)

bench-cold: build-here $(STAMP) ## time to the first answer in Lambda's own runtime, beside functions that do less; STARTS=21
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.bench.cold

sam-local: build-here $(STAMP) ## `sam local invoke` of three events, by Docker or podman; skipped where neither is; EVENTS='getTask openTask'
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.deployed.sam_local

bench: $(STAMP) ## measure all of docs/costs.md and write it there (needs Java and npm; ten minutes); ARGS='methods ahead clients money searches' for some
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.bench $(ARGS)

units: $(STAMP) ## what the methods ask of AWS is what docs/costs.md says (needs Java and npm, else it is skipped)
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.bench.methods

docs: $(STAMP) ## docs/api.md, from the procedures and examples that it calls; the items in docs/architecture.md, from store/keys; the time zones in template.yaml
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.make_docs
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m local.data_model
	@$(BIN)/python -m local.time_zones

lock: $(STAMP_LOCK) ## the lists of packages with the hash of each file (requirements/*.txt …), from those that are written by hand (*.in)
	@$(VENV_LOCK)/bin/python -m local.lock

clean: ## remove environments, caches and builds; the data in .local stays
	rm -rf $(VENV) $(VENV_SAM) $(VENV_CHECKOV) $(VENV_AUDIT) $(VENV_IMPORT) $(VENV_LOCK) .cache .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The environment is made anew when a list of packages changes. Only Python and what it brings is needed for that.
$(STAMP): requirements/dev.txt local/make-environment
	@PYTHON='$(PYTHON)' sh local/make-environment $(VENV) requirements/dev.txt
	@touch $@

.venv-%/.stamp: requirements/%.txt local/make-environment
	@PYTHON='$(PYTHON)' sh local/make-environment .venv-$* $<
	@touch $@
