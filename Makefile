# The front door of the repository. `make` alone lists the commands; local/main.ts does them.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:

export PORT CONTEXT IMAGE FILE S ARGS MINUTES FOLLOW JSON YES

arch := $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x64)

# The Node that npm brings; where it has none for this machine, the host's, if it is new enough.
define run
@node=node_modules/node-linux-$(arch)/bin/node; \
if [ ! -x "$$node" ]; then \
  node=node; \
  "$$node" -e 'process.exit(parseInt(process.versions.node) >= 24 ? 0 : 1)' 2>/dev/null || { \
    printf 'make $@: Node 24 is missing: npm has none for this machine, and none is on PATH.\n  Install Node 24, then run the command again.\n' >&2; exit 1; }; \
fi; \
exec "$$node" local/main.ts $@
endef

.PHONY: help doctor up status logs mails kubectl stores down clean test bench race chaos check

help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

doctor: node_modules/.package-lock.json ## check what this machine has and lacks
	$(run)

up: node_modules/.package-lock.json ## build and start everything: http://127.0.0.1:8080 (PORT=8090; or CONTEXT=… IMAGE=… FILE=… for a cluster you have)
	$(run)

status: node_modules/.package-lock.json ## conditions, pods, stores, memory, address (JSON=1)
	$(run)

logs: node_modules/.package-lock.json ## follow the logs of a service, until Ctrl-C (S=product); into a pipe or a file: print them (FOLLOW=1: follow)
	$(run)

mails: node_modules/.package-lock.json ## the newest mails of the shop
	$(run)

kubectl: node_modules/.package-lock.json ## kubectl in the cluster (ARGS="get storefronts -A")
	$(run)

stores: node_modules/.package-lock.json ## only the stores, for the tests of single services
	$(run)

down: node_modules/.package-lock.json ## stop everything; data is kept
	$(run)

clean: node_modules/.package-lock.json ## stop everything and remove its data, after asking (YES=1: without)
	$(run)

test: node_modules/.package-lock.json pulumi/node_modules/.package-lock.json ## all checks and all tests, on servers of their own
	$(run)

bench: node_modules/.package-lock.json ## measure; writes docs/benchmarks.md (ARGS=shop, sale or search: only that part)
	$(run)

race: node_modules/.package-lock.json ## 500 buyers of five units, twenty times, in the shop that is up; writes docs/benchmarks.md
	$(run)

chaos: node_modules/.package-lock.json ## kill pods of the shop that is up while orders are placed (MINUTES=10); writes docs/benchmarks.md
	$(run)

check: node_modules/.package-lock.json pulumi/node_modules/.package-lock.json ## format, lint, types, imports, generated files
	@npm run --silent check

# A checkout touches files that it does not change: only another lock is another installation.
define install
@if cmp -s $< $(@D)/.installed-lock; then touch $@; exit 0; fi; \
command -v npm >/dev/null || { printf 'make: npm is missing.\n  Install Node with npm (any supported release), then run the command again.\n' >&2; exit 1; }; \
echo 'npm ci $(1)' && npm ci --loglevel=error $(1) && cp $< $(@D)/.installed-lock
endef

node_modules/.package-lock.json: package-lock.json
	$(call install)

# The packages of the Pulumi program are large; only checks and tests need them.
pulumi/node_modules/.package-lock.json: pulumi/package-lock.json
	$(call install,--prefix pulumi)
