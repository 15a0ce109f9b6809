# Everything a person or a machine does with this repository. `make` alone lists it.

.DEFAULT_GOAL := help
.PHONY: help demo build test unit e2e lint format purity index repository examples fuzz bench packages environment clean

# Options for `make demo`, for example DEMO_ARGS="--authorization-port 9000".
DEMO_ARGS ?=
# Options for `make unit` (swift test) and `make e2e` (pytest), for example PYTEST_ARGS="-k redirect".
SWIFT_TEST_ARGS ?=
PYTEST_ARGS ?=

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install what is missing, build, and run everything on loopback (DEMO_ARGS passes options)
	@Scripts/install-packages build
	@rm -f .build/debug.yaml
	@swift build --product sallyport
	@exec "$$(swift build --show-bin-path)/sallyport" demo $(DEMO_ARGS)

build: ## build every target; warnings are errors
	@Scripts/install-packages build
	@rm -f .build/debug.yaml
	@swift build

test: ## run every check and every test
	@Scripts/test

unit: ## run the Swift tests alone (SWIFT_TEST_ARGS passes options)
	@Scripts/test build unit

e2e: ## run the programs we did not write against the demo (PYTEST_ARGS passes options)
	@Scripts/test product e2e

lint: ## check the format of every Swift file
	@Scripts/test format

format: ## rewrite every Swift file in the project's format
	@swift format --in-place --parallel --recursive $(wildcard Sources Tests Package.swift Examples Benchmarks Fuzzing)

purity: ## check that pure targets stay pure and that no arrow between targets reverses
	@Scripts/test purity

index: ## check Docs/SpecificationIndex.md against the sources
	@Scripts/test index

repository: ## check what the repository holds: licence, sizes, documentation comments
	@Scripts/test repository

examples: ## build and run the examples
	@Scripts/test product examples

fuzz: ## feed damaged mail and mail servers' answers to everything that reads them (FUZZ_SECONDS for each target)
	@Scripts/install-packages build
	@Fuzzing/run

bench: ## compare with bare handlers, imaplib and the bare socket on this machine
	@Scripts/install-packages build test bench
	@Benchmarks/run
	@Benchmarks/mail

packages: ## install every Debian package that any of the above needs
	@Scripts/install-packages build test bench

environment: ## create the Python environment of the end-to-end tests
	@Scripts/python-environment

clean: ## remove everything that was built; the demo's data stays
	@rm -rf .build Examples/.build Benchmarks/.build Fuzzing/.build .venv
	@find Scripts Tests -name __pycache__ -type d -prune -exec rm -rf {} +
