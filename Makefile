# Each target does its own set-up; "make help" lists them.

BIN := .venv/bin
DEV := .venv/.requirements-dev
RUNTIME := .venv/.requirements
TOOLS := .cache/tools/.fetched/promtool
NEW_TOOLS := .cache/tools-new/.fetched/promtool
COMPOSE := .cache/tools-compose/.fetched/docker-compose
LIBRARY := grafana/library/node_modules/.package-lock.json
SYSTEMD := systemd-analyze:systemd

# What the integration tests talk to, as PROGRAM:PACKAGE.
SERVERS := ip:iproute2 fping:fping nft:nftables nginx:nginx-light unbound:unbound snmpd:snmpd snmpget:snmp curl:curl \
    pdftotext:poppler-utils openssl:openssl softhsm2-util:softhsm2 pdfsig:poppler-utils

# What draws the pages, and letters to draw them with.
DRAWING := chromium:chromium fc-list:fontconfig

# The unpacked programs come last: what the machine has installed goes first.
export PATH := $(PATH):/usr/sbin:/sbin:$(CURDIR)/.cache/tools/usr/bin

.DEFAULT_GOAL := help
.PHONY: help run test check format lint types unit rules integration integration-live integration-rest contracts evidence evidence-months evidence-packs receivers panels browser e2e e2e-new bench docs inventory pictures screenshots sample lock clean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: $(RUNTIME) $(TOOLS) ## watch a simulated province; the messages appear here, Ctrl-C ends it
	@scripts/need ip:iproute2
	@$(BIN)/pantau demo $(ARGS)

# The first five mostly wait, for outages that are played and for answers that do not come, so they begin at once; who
# only works takes what is left of the processors. Programs are installed before, for only one may do that at a time.
test: $(DEV) $(TOOLS) $(COMPOSE) $(LIBRARY) ## everything; what has to pass before a change is accepted
	@scripts/need $(SERVERS) $(SYSTEMD) $(DRAWING)
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory --jobs=5 --output-sync=target integration-live receivers e2e contracts panels unit \
	    integration-rest evidence-packs evidence-months browser types rules

types rules evidence-months: LATER := nice -n 10
unit integration-rest panels browser evidence-packs: LATER := nice -n 5

check: $(DEV) ## format, lint, types, unit and structure tests; some four minutes
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types unit

format: $(DEV) ## put every file into the form that check expects
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: $(DEV)
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(DEV)
	$(LATER) $(BIN)/mypy --strict

unit: $(DEV)
	$(LATER) $(BIN)/pytest -q tests/unit tests/property tests/structure

rules: $(DEV) $(TOOLS) ## alert rules and the shipped configuration, by promtool and amtool
	promtool check config deploy/prometheus/prometheus.yml deploy/compose/prometheus.yml
	promtool check rules alert_rules/*.yml
	$(LATER) promtool test rules alert_rules/tests/*.yml alert_rules/tests/records/*.yml
	$(LATER) $(BIN)/pytest -q tests/integration/test_alertmanager_routes.py

integration: integration-live integration-rest ## sockets, namespaces, programs

# What plays outages in a simulated province, in real time.
LIVE := $(wildcard $(addprefix tests/integration/test_,run_*.py causes_*.py engine_*.py paths_*.py sim*.py history_kill.py))

integration-live: $(DEV) $(TOOLS)
	@scripts/need $(SERVERS)
	$(BIN)/pytest -q $(LIVE)

integration-rest: $(DEV) $(TOOLS) $(COMPOSE) $(LIBRARY)
	@scripts/need $(SERVERS) $(SYSTEMD)
	$(LATER) $(BIN)/pytest -q tests/integration --ignore-glob='*/test_alertmanager_*.py' --ignore-glob='*/test_evidence_*.py' \
	    $(addprefix --ignore=,$(LIVE))

contracts: $(DEV) $(TOOLS) ## one contract for each kind of port and probe, on real sockets and servers
	@scripts/need $(SERVERS)
	$(BIN)/pytest -q tests/contract --ignore-glob='*/test_evidence_*.py'

evidence: $(DEV) $(TOOLS) ## the monthly pack: months of known outages in a real Prometheus, files, PDF, stamps, seals
	@scripts/need $(SERVERS)
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target evidence-months evidence-packs

evidence-months: $(DEV) $(TOOLS)
	$(LATER) $(BIN)/pytest -q tests/contract/test_evidence_*.py tests/integration/test_evidence_month.py

evidence-packs: $(DEV) $(TOOLS)
	$(LATER) $(BIN)/pytest -q $(filter-out %_month.py,$(wildcard tests/integration/test_evidence_*.py))

receivers: $(DEV) $(TOOLS) ## real Alertmanagers with the shipped receivers; mostly waiting, so "test" runs it beside e2e
	$(BIN)/pytest -q tests/integration/test_alertmanager_*.py

panels: $(DEV) $(TOOLS) ## every query of every dashboard, in a province that is normal, cut and unseen; mostly waiting
	@scripts/need ip:iproute2
	$(LATER) $(BIN)/pytest -q tests/dashboards

browser: $(DEV) ## the pages in a real Chromium, beside a real exporter in the simulated province
	@scripts/need ip:iproute2 $(DRAWING)
	$(LATER) $(BIN)/pytest -q tests/browser

e2e: $(DEV) $(TOOLS) ## a cut line, from the wire to the message, with real Prometheus and Alertmanager
	@scripts/need ip:iproute2
	$(BIN)/pytest -q tests/e2e

e2e-new: $(DEV) $(NEW_TOOLS) ## the same, and the rules' tests, with the current versions from Debian sid
	@scripts/need ip:iproute2
	.cache/tools-new/usr/bin/promtool test rules alert_rules/tests/*.yml alert_rules/tests/records/*.yml
	PANTAU_TOOLS=.cache/tools-new $(BIN)/pytest -q tests/e2e tests/integration/test_alertmanager_*.py tests/dashboards

bench: $(DEV) $(TOOLS) ## figures beside fping, blackbox_exporter, smokeping_prober and icmplib; cut to message; takes root
	@scripts/fetch-tools prometheus-blackbox-exporter prometheus-smokeping-prober
	@scripts/need ip:iproute2 fping:fping
	$(BIN)/python -m bench $(ARGS)

docs: $(DEV) ## write the generated pages, rules and dashboards anew
	$(BIN)/python -m alert_rules.generate
	$(BIN)/python -m grafana.generate
	$(BIN)/python -m docs.generate
	$(BIN)/python -m deploy.generate

pictures: $(DEV) $(TOOLS) $(LIBRARY) ## draw docs/dashboards anew, of a simulated province; half an hour, takes root
	@scripts/need ip:iproute2
	$(BIN)/python -m bench.pictures $(ARGS)

screenshots: $(DEV) ## take docs/wall anew: the built-in pages in Chromium, of a simulated province; two minutes, takes root
	@scripts/need ip:iproute2 chromium:chromium fc-list:fontconfig
	$(BIN)/python -m bench.screenshots

sample: $(DEV) $(TOOLS) ## make the sample pack in docs/sample anew
	$(BIN)/python -m bench.sample

inventory: $(DEV) ## write the example province anew
	$(BIN)/python -m inventory.generate

lock: $(DEV) ## resolve the dependencies anew and write the lock files
	$(BIN)/python -m pip install -q uv
	for pair in "requirements-dev.lock:--all-extras" "requirements-evidence.lock:--extra build --extra evidence --constraint requirements-dev.lock" "requirements.lock:--extra build --constraint requirements-dev.lock"; do \
		$(BIN)/uv pip compile pyproject.toml $${pair#*:} -o "$${pair%%:*}" --upgrade --no-config --quiet \
			--generate-hashes --universal --python-version 3.11 --no-annotate --no-header || exit; \
	done

clean: ## remove what was built and fetched
	rm -rf .venv .cache grafana/library/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info

$(RUNTIME): requirements.lock pyproject.toml scripts/install
	@scripts/install requirements.lock

$(DEV): requirements-dev.lock pyproject.toml scripts/install
	@scripts/install requirements-dev.lock

# Only its own files make it anew: npm removes what there is before it fetches.
$(LIBRARY): grafana/library/package-lock.json grafana/library/package.json grafana/library/.npmrc | $(DEV)
	@scripts/npm ci
	@touch $@

$(TOOLS): scripts/fetch-tools
	@scripts/fetch-tools
	@touch $@

$(NEW_TOOLS): scripts/fetch-tools
	@scripts/fetch-tools --new
	@touch $@

# Compose 2: Ubuntu has it under another name, Debian 12 only in newer releases.
$(COMPOSE): scripts/fetch-tools
	@if grep -q '^ID=ubuntu' /etc/os-release; then scripts/fetch-tools --into .cache/tools-compose docker-compose-v2; \
	else scripts/fetch-tools --new --into .cache/tools-compose docker-compose; fi
	@touch $@
