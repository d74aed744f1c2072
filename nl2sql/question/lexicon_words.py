"""Single words of questions: those that say nothing, compounds that look like names, and abbreviations."""

from __future__ import annotations

from collections.abc import Mapping

_FILLER_WORDS = """
    hàng hóa là bao cho tôi mình em anh chị ạ nhé nha nhỉ à ơi xin hãy vui lòng giúp hộ biết xem thử với của về trong
    tại ở vào ra thì mà này kia đó đấy ấy thế như vậy ta bạn cần muốn hỏi đưa lấy tính thống kê báo cáo số liệu
    dữ thông tin tình hình kết quả ai hệ kho đến tới từ qua sang lên xuống được bị do bởi nên để khi lúc còn
    cũng đều rồi chưa vẫn cứ luôn ngay hiện nay bây giờ thực tế đã đang sẽ có không nào gì đâu sao những các
    mọi một hai cái con chiếc việc sự cuộc lượt mức giá trị toàn khoảng tầm cỡ quý vị đồng chí sếp vâng dạ ok
    alo lun hen nghe please pls giùm coi nè lâu hết cuối đầu năm tháng ngày kỳ thời gian điểm giai đoạn tương
    ứng tổng hợp nêu rõ rằng theo trên dưới cùng và hoặc hay lại thêm nữa đi phải chăng nói chung khối nhóm
    loại bên phía mặt lĩnh vực ngành nghề thuộc nằm gồm kể cả trở gần đây vừa xong đạt hoạt động diễn xảy cung
    cấp tra cứu tìm kiếm hiển thị vẽ biểu đồ lập bảng làm cụ thể đánh phân tích nhìn vòng địa bàn phát sinh ghi
    nhận đăng ký mở thủ tục nộp bắt giữ tiếp giao dịch mua bán nhau nhanh gọn giải thích ngoài phần nội dung cơ
    đại ước chừng cộng dồn kèm tí xíu chút nhá nhở hông hong hả hử ko khum vs j cx đc dc ad bác cô chú ông bà
    ngài thưa kính lãnh đạo chỉ từng riêng sau trước hơn kém so sánh cao thấp lớn nhỏ nhiều ít mấy lượng đề
    nghị yêu cầu trình triệu tỷ usd vnd đô hồi dùm rứa á hôn xài vầy dị v mn the of in for and to is are a an
    show me by value total tp thành phố tỉnh thôi tất ngược vì tiền cảm ơn chào lắm
    suốt nguyên bữa dạo mất tốn dễ gọn nghen nghe z ks tr ng mng from hôm đvt ủa gấp e nhiêu dõi thấy hiện hành cột chở
    tuần khiến giữa đối lọt tui tụi cưng cha răng hè hỉ họ
"""

FILLERS: frozenset[str] = frozenset(_FILLER_WORDS.split())
"""Single syllables that carry no content of their own when nothing else explains them."""

_POLITE = """
thứ hai / thứ ba / thứ tư / thứ năm / thứ sáu / thứ bảy / chủ nhật / sáng mai / chiều nay / cuộc họp / hội nghị /
giao ban / kính gửi / trân trọng / tổng hợp / tổng kết / đề nghị / đồng chí / các đồng chí / tổng cục / lực lượng /
lực lượng hải quan / tổ chức / tiến hành / triển khai / vẽ biểu đồ / biểu đồ / phục vụ / phục vụ báo cáo / nhiệm vụ
/ công tác / rà soát / rà soát công tác / thuộc và trực thuộc / trực thuộc / chỉ đạo / thực hiện chỉ đạo / công điện
/ bộ trưởng / thứ trưởng / thủ tướng / thủ tướng chính phủ / tổng cục trưởng / cục trưởng / giải quyết / trên cơ sở
/ căn cứ / dưới đây / sau đây / như sau / nêu trên
/ lần lượt / xử lý / biểu đồ đường / biểu đồ cột / biểu đồ tròn / biểu đồ thanh / biểu đồ miền / đồ thị đường
/ vẽ biểu đồ đường / vẽ biểu đồ cột / vẽ biểu đồ tròn / vẽ đồ thị / đồ thị
/ một dòng / nhanh hơn hay chậm hơn / nhanh hay chậm hơn / chuyển từ / chuyển thành / chuyển sang
"""

POLITE: tuple[str, ...] = tuple(" ".join(_POLITE.split()).split(" / "))
"""Phrases that stand around a question, or say nothing of their own inside it."""

COMPOUNDS: frozenset[str] = frozenset({"phat hien", "phat sinh", "dien bien", "phat trien", "xuat phat"})
"""Common words, without diacritics, that hold or equal a name or a measure of the service (phạt, Điện Biên)."""

UNDIVIDED: frozenset[str] = frozenset({"xuat nhap khau"})
"""Compounds that mean all of their parts together: no part of theirs is named for itself."""

COMPOUNDS_LED: frozenset[str] = frozenset({"quan", "cuc", "tinh", "khau", "hq", "o", "tai"})
"""Words without diacritics after which such a compound is a name after all: "hai quan Dien Bien"."""

CAPITALS: Mapping[str, str] = {
    "NC": "nhập cảnh",
    "XC": "xuất cảnh",
    "TL": "tỷ lệ",
    "TG": "thời gian",
    "TT": "thị trường",
    "CO": "C/O",
}
"""Abbreviations that have this meaning in capitals only: small letters are a chat's "nước", "trả lời", "thông tin"."""

ABBREVIATIONS: Mapping[str, str] = {
    "xk": "xuất khẩu",
    "nk": "nhập khẩu",
    "xnk": "xuất nhập khẩu",
    "kn": "kim ngạch",
    "knxk": "kim ngạch xuất khẩu",
    "knnk": "kim ngạch nhập khẩu",
    "knxnk": "kim ngạch xuất nhập khẩu",
    "tk": "tờ khai",
    "tkxk": "tờ khai xuất khẩu",
    "tknk": "tờ khai nhập khẩu",
    "tkhq": "tờ khai hải quan",
    "dn": "doanh nghiệp",
    "cty": "công ty",
    "vb": "văn bản",
    "nsnn": "ngân sách nhà nước",
    "ns": "ngân sách",
    "gtgt": "giá trị gia tăng",
    "ttđb": "tiêu thụ đặc biệt",
    "ttdb": "tiêu thụ đặc biệt",
    "bvmt": "bảo vệ môi trường",
    "lh": "loại hình",
    "bq": "bình quân",
    "tb": "trung bình",
    "sl": "số lượng",
    "đv": "đơn vị",
    "dv": "đơn vị",
    "cchq": "chi cục hải quan",
    "cc": "chi cục",
    "kv": "khu vực",
    "ptvt": "phương tiện vận tải",
    "nc": "nước",
    "nhìu": "nhiều",
    "nhứt": "nhất",
    "vô": "vào",
    "vphc": "vi phạm hành chính",
    "lx": "luồng xanh",
    "lv": "luồng vàng",
    "lđ": "luồng đỏ",
    "ld": "luồng đỏ",
    "qlrr": "quản lý rủi ro",
    "tgtb": "thời gian trung bình",
    "sp": "sản phẩm",
    "mvt": "máy vi tính",
    "gd": "giày dép",
    "dm": "dệt may",
    "tq": "trung quốc",
    "sxxk": "sản xuất xuất khẩu",
    "gc": "gia công",
    "dncx": "doanh nghiệp chế xuất",
    "tntx": "tạm nhập tái xuất",
    "ktstq": "kiểm tra sau thông quan",
    "tmđt": "thương mại điện tử",
    "tmdt": "thương mại điện tử",
    "shtt": "sở hữu trí tuệ",
    "tgtq": "thời gian thông quan",
    "tvg": "tham vấn giá",
    "gltm": "gian lận thương mại",
    "cbcc": "cán bộ công chức",
    "dnưt": "doanh nghiệp ưu tiên",
    "dnut": "doanh nghiệp ưu tiên",
    "xnc": "xuất nhập cảnh",
    "xx": "xuất xứ",
}
"""Abbreviations of the service that have one meaning here; expanded only where the catalogue does not know them."""
