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

help: ## list all commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-13s %s\n' "$$name" "$$text"; done

run: $(STAMP) ## start the API on http://127.0.0.1:8000/jsonrpc.php (PORT, API_TOKEN, DATA_DIR, WIRE_FORMAT, ENGINE=ministack)
	@exec $(BIN)/python -m local

import: $(STAMP_IMPORT) ## import a Kanboard (docs/moving.md): ARGS='--from db.sqlite --files data/files --to local --dry-run'
	@PYTHONPATH=layers/lambdaboard/python $(VENV_IMPORT)/bin/python -m importer $(ARGS)

moving: $(STAMP) ## fill a Kanboard from Debian's package, import it and compare; also with PostgreSQL and MariaDB (needs root); ARGS=MariaDB for one database
	@PYTHONPATH=layers/lambdaboard/python:. $(BIN)/python -m tests.importer.proof $(ARGS)

quick: $(STAMP) ## lint, types and the tests that need no AWS, while you write; ARGS='-k rank' selects tests
	@$(MAKE) --no-print-directory -j2 lint types unit TESTS=tests/unit

test: $(STAMP) ## all checks before a commit: lint, then types and tests at the same time
	@$(MAKE) --no-print-directory -j2 lint types unit

test-deployed: build-here $(STAMP) ## test the built stack on a local AWS that enforces IAM roles (needs Python 3.13); ARGS='-k roles' selects tests
	$(BIN)/pytest tests/deployed $(ARGS)

lint: $(STAMP) ## check style and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=layers/lambdaboard/python $(BIN)/lint-imports

types: $(STAMP) ## run mypy in strict mode
	$(BIN)/mypy

unit: $(STAMP) ## run pytest; ARGS='-k move' selects tests, ARGS=--show-capture=all shows the log of failed tests
	$(BIN)/pytest -n auto $(if $(CI),--cov) $(TESTS) $(ARGS)

coverage: $(STAMP) ## run pytest, and list the lines and branches of the product that no test reaches
	$(BIN)/pytest -n auto --cov $(ARGS)

soak: faults fuzz lives ## run the next three commands (two hours); make test runs samples of them

faults: $(STAMP) ## test faults at every AWS call, large removals, concurrent clients and killed processes (needs Java and npm, else uses moto); ARGS='createTask kills' selects some
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.faults $(ARGS)

fuzz: $(STAMP) ## send a million malformed and unusual requests; CASES=10000 SEED=7 for others
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.faults.fuzz

lives: $(STAMP) ## compare random calls of all procedures with a simple model, and test random requests
	SOAK=1 $(BIN)/pytest --timeout 7200 -n auto tests/faults/test_any_request.py tests/integration/test_hostile_requests.py tests/model

conformance: $(STAMP) ## replay the recorded dialogues over HTTP, in both wire formats; ARGS='--case move-*' selects some
	$(BIN)/python tests/conformance/run.py $(ARGS)

clients: $(STAMP) ## run real clients against the local server, in both wire formats; ARGS='php cli' selects some
	@$(BIN)/python -m tests.clients.run $(ARGS)

events: $(STAMP) ## generate events/, one API Gateway event for each procedure; with TOKEN=... into .local/events/, with that API token
	@TOKEN='$(TOKEN)' PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.make_events

validate: $(STAMP_SAM) $(STAMP_CHECKOV) ## check template.yaml with SAM, cfn-lint and checkov (in separate environments; 3 minutes the first time)
	$(SAM) validate --lint
	$(VENV_SAM)/bin/cfn-lint template.yaml
	$(VENV_CHECKOV)/bin/checkov --config-file .checkov.yaml

audit: $(STAMP_AUDIT) ## look up known vulnerabilities of the deployed packages with pip-audit; skipped, with a message, if no vulnerability database is reachable
	@$(VENV_AUDIT)/bin/python -m local.audit

build: $(STAMP_SAM) ## build the functions and layers for deployment, into .aws-sam (needs Python 3.13)
	$(SAM) build

build-here: $(STAMP_SAM) ## build them for this machine's processor, into .cache/built, for tests/deployed
	ARCHITECTURE=$$(uname -m) $(SAM) build --no-cached --build-dir .cache/built

# the file: SAM publishes a version for changed code, not for a changed parameter
DEPLOY = date > .aws-sam/build/RpcFunction/revision && $(SAM_ENVIRONMENT) STAGE='$(STAGE)' STACK='$(STACK)' \
	PARAMETERS='$(PARAMETERS)' AT_ONCE='$(AT_ONCE)' YES='$(YES)' $(VENV_SAM)/bin/python -m local.deploy

deploy: build ## build and deploy a stack with your AWS credentials: STAGE=prod, PARAMETERS="Timezone=Europe/Berlin", AT_ONCE=1, STACK=other-name; YES=1 skips the confirmation
	@$(DEPLOY)

deploy-built: $(STAMP_SAM) ## deploy without a build: deploy what make build has built
	@$(DEPLOY)

rollback: $(STAMP_SAM) ## deploy an earlier commit or tag, all calls at once and without alarms: STAGE=prod TO=v0.1.0
	@test -n '$(TO)' || { echo 'make rollback: TO must name a commit or a tag' >&2; exit 2; }
	@git worktree remove --force .cache/rollback 2>/dev/null || true
	git worktree add --detach .cache/rollback '$(TO)'
	@$(MAKE) --no-print-directory -C .cache/rollback -o '$(abspath $(STAMP_SAM))' VENV_SAM='$(abspath $(VENV_SAM))' AT_ONCE=1 deploy; \
		status=$$?; git worktree remove --force .cache/rollback; exit $$status

rotate: $(STAMP_SAM) ## create a new API token: STAGE=prod; the old one stays valid for six minutes, unless REVOKE=1
	@STAGE='$(STAGE)' STACK='$(STACK)' REVOKE='$(REVOKE)' $(VENV_SAM)/bin/python -m local.rotate

adopt: $(STAMP_SAM) ## prepare a restored table for `make deploy`: TABLE=lambdaboard-restored; BUCKET=<Bucket> if it replaces the old table permanently; prints the parameters for `make deploy`
	@$(VENV_SAM)/bin/python -m local.adopt '$(TABLE)' '$(BUCKET)'

copy: $(STAMP) ## copy the local data into another folder, for another engine: TO=.local2 ENGINE=dynamodb-local
	@TO='$(TO)' $(BIN)/python -m local.copy_data

sweep: $(STAMP) ## list what a crash left in the local data; REPAIR=1 repairs it
	@$(BIN)/python -m local.sweep $(if $(REPAIR),--repair)

bench-cold: build-here $(STAMP) ## measure the time to the first answer in Lambda's own runtime, compared with smaller functions; STARTS=21
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.bench.cold

sam-local: build-here $(STAMP) ## run `sam local invoke` for three events, with Docker or podman; skipped without them; EVENTS='getTask openTask'
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.deployed.sam_local

bench: $(STAMP) ## measure all tables of docs/costs.md and write them (needs Java and npm; ten minutes); ARGS='methods ahead clients money searches' selects some
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.bench $(ARGS)

units: $(STAMP) ## check that each method uses the AWS units that docs/costs.md says (needs Java and npm; else skipped)
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.bench.methods

docs: $(STAMP) ## generate docs/api.md, the table of items in docs/architecture.md, and the time zones in template.yaml
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m tests.make_docs
	@PYTHONPATH=layers/lambdaboard/python $(BIN)/python -m local.data_model
	@$(BIN)/python -m local.time_zones

lock: $(STAMP_LOCK) ## update the locked lists of packages with hashes (requirements/*.txt …) from the lists in *.in
	@$(VENV_LOCK)/bin/python -m local.lock

clean: ## remove environments, caches and builds, but not the data in .local
	rm -rf $(VENV) $(VENV_SAM) $(VENV_CHECKOV) $(VENV_AUDIT) $(VENV_IMPORT) $(VENV_LOCK) .cache .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The environment is recreated when a list of packages changes. This needs only Python and its standard library.
$(STAMP): requirements/dev.txt local/make-environment
	@PYTHON='$(PYTHON)' sh local/make-environment $(VENV) requirements/dev.txt
	@touch $@

.venv-%/.stamp: requirements/%.txt local/make-environment
	@PYTHON='$(PYTHON)' sh local/make-environment .venv-$* $<
	@touch $@
