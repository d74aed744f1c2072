# HỏiKho: hai lệnh. Mọi việc nằm trong scripts/bootstrap.py (chỉ cần Python chuẩn).
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) scripts/bootstrap.py

.PHONY: run test setup lint lock audit clean help
.DEFAULT_GOAL := setup

help: ## Xem các lệnh
	@echo "make run    cài đặt những gì còn thiếu rồi mở ứng dụng tại http://localhost:8501"
	@echo "make test   cài đặt những gì còn thiếu rồi soát mã và chạy toàn bộ kiểm thử (ARGS=… cho pytest)"
	@echo "make setup  chỉ cài đặt"
	@echo "make lint   chỉ soát mã"
	@echo "make lock   ghim lại phiên bản các gói"
	@echo "make audit  tra lỗ hổng đã công bố của các gói (cần mạng và pip-audit)"
	@echo "make clean  dọn những gì bản sao này tạo ra"

run setup lint lock clean:
	@$(BOOTSTRAP) $@ $(ARGS)

test:
	@$(BOOTSTRAP) test $(ARGS)

# Needs the network, so it is no part of make test: the known vulnerabilities are looked up online.
audit:
	@command -v pip-audit >/dev/null || { echo "✗ Chưa có pip-audit. Hãy chạy: pipx install pip-audit"; exit 1; }
	@for lock in requirements/*.txt; do echo "pip-audit $$lock"; pip-audit --disable-pip --require-hashes -r $$lock || exit 1; done
