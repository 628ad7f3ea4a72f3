PYTHON ?= python3

.PHONY: help run test test-long check fmt bench messages

help:
	@echo "make run        start casework on http://127.0.0.1:8000 (PORT, CASEWORK_DATA_DIR)"
	@echo "make test       all checks and tests, the long campaigns at a reduced size"
	@echo "make test-long  the same with the long campaigns at their whole size"
	@echo "make check      the checks that need no server"
	@echo "make fmt        format the code"
	@echo "make bench      measure at three sizes on both databases (CASES=1000 for a short run)"
	@echo "make messages   bring new texts into the catalogues"

run test test-long check fmt bench messages:
	@$(PYTHON) dev.py $@
