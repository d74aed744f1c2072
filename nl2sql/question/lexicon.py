"""The function words of analytical questions: what says "group", "rank", "share", "exclude", and what says nothing.

Each entry is a phrase with the tag of what it does. These are words of the language and not of the catalogue; the same
list serves every warehouse. Phrases are matched like catalogue terms, by folded form first and diacritics after.
"""

from __future__ import annotations

from collections.abc import Mapping

LEXICON: Mapping[str, tuple[str, ...]] = {
    "group": (
        "theo", "theo từng", "theo các", "từng", "mỗi", "cho từng", "cho mỗi", "của từng", "của mỗi", "chia theo",
        "phân theo", "phân chia theo", "phân loại theo", "bóc tách", "bóc tách theo", "tách theo", "phân tách theo",
        "phân bổ theo", "phân tổ theo", "nhóm theo", "gộp theo", "xét theo", "tính theo", "thống kê theo", "giữa các",
        "với mỗi", "ở từng", "ở mỗi", "tại từng", "tại mỗi", "trong từng", "trong mỗi",
        "phân bổ", "phân bố", "phân bố theo", "theo mỗi", "chia ra", "chia ra theo", "cơ cấu theo", "by", "per",
        "group by", "xếp theo từng", "tương ứng với từng",
    ),
    "plural": ("các", "của các", "tại các", "ở các", "những", "của những"),
    "which": ("nào", "những nào", "gì", "nào là", "which", "what"),
    "howmany": (
        "bao nhiêu", "bi nhiêu", "bấy nhiêu", "mấy", "là mấy", "có bao nhiêu", "được bao nhiêu", "số lượng", "tổng số", "tổng số lượng", "đếm",
        "how many", "how much", "số",
    ),
    "max": (
        "nhiều nhất", "lớn nhất", "cao nhất", "đứng đầu", "dẫn đầu", "hàng đầu", "đầu bảng", "đứng nhất", "mạnh nhất",
        "nhất", "top", "tốp", "quán quân", "đứng thứ nhất", "dài nhất", "lâu nhất", "chậm nhất", "đông nhất",
        "đắt nhất", "nặng nhất", "chủ lực", "chủ yếu", "đạt đỉnh", "kỷ lục", "highest", "largest", "most", "biggest",
    ),
    "min": (
        "ít nhất", "thấp nhất", "nhỏ nhất", "bé nhất", "kém nhất", "đội sổ", "cuối bảng", "chót bảng", "yếu nhất",
        "nhanh nhất", "ngắn nhất", "rẻ nhất", "đứng chót", "đứng cuối", "chạm đáy", "lowest", "smallest", "least",
        "bét bảng", "bottom", "bét nhất", "ít nhứt",
    ),
    "desc": (
        "giảm dần", "từ cao xuống thấp", "từ cao đến thấp", "từ lớn đến nhỏ", "từ lớn đến bé", "từ nhiều đến ít",
        "cao xuống thấp", "lớn xuống nhỏ",
    ),
    "asc": ("tăng dần", "từ thấp đến cao", "từ thấp lên cao", "từ nhỏ đến lớn", "từ bé đến lớn", "từ ít đến nhiều"),
    "sort": ("xếp hạng", "sắp xếp", "sắp xếp theo", "xếp theo", "thứ tự", "theo thứ tự", "sắp theo", "bảng xếp hạng"),
    "first": ("đầu", "đầu tiên", "đứng đầu về"),
    "share": (
        "tỷ trọng", "tỷ lệ", "tỷ phần", "chiếm", "chiếm bao nhiêu", "chiếm tỷ trọng", "chiếm tỷ lệ", "cơ cấu",
        "phần đóng góp", "đóng góp", "đóng góp bao nhiêu", "chiếm mấy phần trăm", "chiếm bao nhiêu phần trăm",
        "tỷ lệ phần trăm", "share", "percentage", "ratio", "cơ cấu tỷ trọng",
    ),
    "percent": ("bao nhiêu phần trăm", "mấy phần trăm", "phần trăm"),
    "whole": (
        "trong tổng", "trên tổng", "trong tổng số", "trên tổng số", "so với tổng", "của tổng", "trong toàn bộ",
        "trong số", "trong",
    ),
    "change": (
        "tăng", "giảm", "tăng giảm", "tăng hay giảm", "tăng trưởng", "tốc độ tăng", "tốc độ tăng trưởng",
        "thay đổi", "chênh lệch", "chênh", "mức tăng", "mức giảm", "tăng thêm", "sụt giảm", "giảm sút", "tăng mạnh",
        "giảm mạnh", "tăng lên", "giảm đi", "nhiều hơn hay ít hơn", "tăng giảm ra sao", "tăng giảm thế nào", "lệch", "hơn kém", "cải thiện", "rút ngắn", "growth", "change",
    ),
    "absolute": ("tuyệt đối", "giá trị tuyệt đối", "về giá trị tuyệt đối", "số tuyệt đối", "về giá trị"),
    "points": ("điểm phần trăm", "điểm %", "bao nhiêu điểm", "mấy điểm"),
    "compare": ("so sánh", "đối chiếu", "so", "so với", "versus", "vs"),
    "list": (
        "liệt kê", "danh sách", "kể tên", "kê ra", "liệt kê ra", "chi tiết từng", "cho danh sách", "cho xem chi tiết",
        "xem chi tiết", "chi tiết", "list", "cho xem", "cho coi", "kể", "kể dùm", "kể ra", "show", "xem",
    ),
    "not": (
        "trừ", "ngoại trừ", "trừ ra", "ngoài", "không kể", "không tính", "không bao gồm", "không gồm", "loại trừ",
        "loại bỏ", "không phải", "không phải là", "không thuộc", "bỏ qua", "chưa kể", "bỏ", "khác", "không", "ngoài ra",
        "không tính đến", "không kể đến", "không lấy", "không có",
    ),
    "cumulative": ("lũy kế", "cộng dồn", "lũy kế dần", "tích lũy", "cumulative", "running total"),
    "moving": (
        "trung bình trượt", "bình quân trượt", "trung bình động", "bình quân động", "trung bình di động",
        "bình quân di động", "moving average",
    ),
    "average": ("bình quân", "trung bình", "tính trung bình", "tính bình quân", "average", "avg"),
    "total": (
        "tổng", "tổng cộng", "cộng gộp", "gộp chung", "gộp lại", "cộng lại", "cộng chung",
    ),
    "set": (
        "nhưng không", "mà không", "mà chưa", "nhưng chưa", "nhưng lại không", "mà lại không", "vừa", "chưa từng",
        "chưa bao giờ", "không phát sinh", "không phát hiện", "không có vụ", "không có lần", "lần nào", "cả hai",
        "đồng thời", "không xuất hiện", "không nằm trong", "lẫn nhau", "tăng hạng", "tụt hạng", "thay đổi thứ hạng",
        "liên tiếp", "liên tục", "trung vị của",
    ),
    "only": ("chỉ", "chỉ tính", "chỉ lấy", "chỉ xét", "riêng", "tính riêng", "chỉ riêng", "riêng về"),
    "and": ("và", "cùng", "cùng với", "lẫn", "và cả", "với"),
    "or": ("hay", "hoặc", "hay là"),
    "everything": (
        "cả nước", "toàn quốc", "toàn ngành", "toàn ngành hải quan", "ngành hải quan", "cục hải quan", "việt nam",
        "nước ta", "vn", "tổng cục hải quan", "toàn cục", "của ngành", "hải quan việt nam", "ngành", "nước mình",
        "hải quan", "tổng cục", "bên mình",
    ),
    "trend": (
        "diễn biến", "xu hướng", "qua các", "theo dòng thời gian", "biến động", "biến thiên", "qua từng",
        "theo thời gian", "diễn tiến", "trend",
    ),
    "have": ("có", "đạt", "phát sinh", "ghi nhận", "thực hiện", "đã", "được", "đang", "hiện có", "hiện"),
}
"""Tag → phrases."""

FILLERS: frozenset[str] = frozenset(
    """là bao cho tôi mình em anh chị ạ nhé nha nhỉ à ơi xin hãy vui lòng giúp hộ biết xem thử với của về trong tại ở
    vào ra thì mà này kia đó đấy ấy thế như vậy ta bạn cần muốn hỏi đưa lấy tính thống kê báo cáo số liệu dữ liệu thông
    tin tình hình kết quả ai hệ thống kho đến tới từ qua sang lên xuống được bị do bởi nên để khi lúc còn cũng đều rồi
    chưa vẫn cứ luôn ngay hiện nay hiện tại hiện bây giờ thực tế thực đã đang sẽ có không nào gì đâu sao thế nào
    như thế nào ra sao bao giờ những các mọi một hai cái con chiếc việc sự cuộc lượt mức con số giá trị toàn khoảng
    tầm cỡ quý vị đồng chí sếp vâng dạ ok alo lun luôn hen nghe please pls cho biết cho hỏi cho xem hộ em xem giùm
    coi thử nè vậy thì là bao lâu hết cuối đầu năm tháng ngày kỳ thời gian thời điểm giai đoạn tính đến tương ứng tổng
    hợp tổng kết nêu rõ rằng theo đó trên dưới cùng và hoặc hay với lại thêm nữa đi phải chăng liệu có phải nói chung
    khối nhóm loại bên phía mặt lĩnh vực ngành nghề thuộc nằm gồm bao gồm kể cả trở gần đây vừa vừa qua xong đạt
    hoạt động diễn ra xảy cung cấp tra cứu tìm kiếm hiển thị vẽ biểu đồ lập
    bảng làm cụ thể đánh giá phân tích nhìn vòng địa bàn phát sinh ghi nhận thực hiện đăng ký mở thủ tục nộp phát bắt
    giữ tiếp nhận giao dịch mua bán đưa cùng nhau thời lúc nhanh gọn giải thích bên ngoài phần nội dung sao cơ đại
    ước chừng lượt cộng dồn kèm hộ luôn tí xíu chút nhá nhở hông hong hả hử ko khum vs j cx đc dc ad bác cô chú ông
    bà ngài thưa kính lãnh đạo chỉ theo từng riêng nói trên dưới đây sau trước hơn kém so sánh cao thấp lớn nhỏ nhiều
    ít mấy số lượng
    hồi dùm giùm rứa hen á hôn xài vầy dị v mn
    the of in for and to is are a an show me by value total""".split()
)
"""Single syllables that carry no content of their own when nothing else explains them."""

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
}
"""Abbreviations of the service that have one meaning here; expanded only where the catalogue does not know them."""
