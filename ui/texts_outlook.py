"""Fixed sentences of the page for forecasts and warnings, in Vietnamese."""

from __future__ import annotations

TITLE = "Dự báo và cảnh báo"
NOTE = (
    "Dự báo tính ngay trên máy này từ số liệu đã thực hiện, kèm sai số thử lại trên quá khứ; con số nào là dự báo đều "
    "ghi rõ. Cảnh báo theo quy tắc của danh mục, trong phạm vi bạn được xem."
)
TAB_FORECAST = "Dự báo"
TAB_ALERTS = "Cảnh báo"

AREA = "Mảng số liệu"
METRIC = "Chỉ tiêu"
SCOPE = "Phạm vi"
MORE_SCOPE = "Thêm điều kiện"
EVERYTHING = "Tất cả được xem"
MEMBER = "Giá trị"
UNTIL = "Dự báo đến"
YEAR_END = "Hết năm {}"
WORKING = "Đang tính và thử lại trên quá khứ…"
NO_FORECAST = "Không dự báo được"
NOTHING_TO_FORECAST = "Không có chỉ tiêu nào theo tháng để dự báo trong phạm vi của bạn."
IS_FORECAST = "Số dự báo"
YEARS = "Cả năm"
HOW = "Cách làm và sai số"
TRIALS = ("Phương pháp", "Sai số % (MAPE)", "So với mức đổi quen thuộc (MASE)", "Khoảng 80% chứa")
SQL = "SQL lấy số liệu"
CHOSEN = "{} (được chọn)"

ALERTS_WAIT = "Đang xét số liệu mới nhất…"
ALERTS_NONE = "Không có cảnh báo nào trong phạm vi của bạn"
ALERTS_NO_RULES = "Danh mục chưa có quy tắc cảnh báo nào cho phạm vi của bạn."
ALERTS_COUNT = "{} cảnh báo trong {} lượt xét theo {} quy tắc"
ALERTS_HOW = (
    "Chỉ báo khi lệch đủ lớn và bất thường so với chính đơn vị ấy; xét nhiều đơn vị cùng lúc thì siết ngưỡng để tỷ lệ "
    "báo nhầm dự kiến dưới 10%. Tăng hay giảm là xấu theo khai báo của từng chỉ tiêu."
)
ASK_BEHIND = "Xem số liệu"
FORECAST_IT = "Dự báo"
PANEL = "Cần chú ý"
PANEL_ALL = "Mọi cảnh báo và dự báo"
CARRY_ON = "Dự báo tiếp"
SEE_FORECAST = "Xem trang dự báo"
WHY = "Vì sao: {}"
