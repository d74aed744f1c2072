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
	@echo "make audit  tra lỗ hổng đã công bố của các gói đã ghim (cần mạng)"
	@echo "make clean  dọn những gì bản sao này tạo ra"

run setup lint lock clean:
	@$(BOOTSTRAP) $@ $(ARGS)

test:
	@$(BOOTSTRAP) test $(ARGS)

# Looks up published vulnerabilities online; what could not be looked up is said and is not taken for safe.
audit:
	@$(BOOTSTRAP) audit $(ARGS)
