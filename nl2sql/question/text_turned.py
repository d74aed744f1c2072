"""Questions that are put another way round: "gấp tháng trước mấy lần", "cứ 100 tờ khai thì mấy tờ khai luồng Đỏ".

The same thing is asked with its words in another order, or with an idiom in the place of a plain word. What is said is
put as the rest of the reading knows it, before anything is looked up; where a turn has a second meaning, it stays.
"""

from __future__ import annotations

import re

from nl2sql.question.text_fold import unmarked
from nl2sql.question.text_unit import Unit, spread, text_of

_ASKED = r"(?:mấy|bao nhiêu)"
_UNIT = r"(?:ngày|tuần|tháng|quý|năm)"
_ENDS = (
    r"(?=[,;?]|\.(?!\s*\w)|$|\s(?:(?:trong|của|vào|ở|tại) )?"
    r"(?:(?:năm|quý|tháng|tuần|ngày) (?:\d|nay|này|trước|ngoái|i+|iv)|giai đoạn |\d+ tháng|nửa (?:đầu|cuối)|cùng kỳ))"
)
"""Where a name ends: at a mark, at the end, or before a period."""
_NOW = r"(?:bây giờ|hiện giờ|lúc này|dạo này)"
_AGAINST = r"(?:hơn|so với|bằng|kém|gấp)"
_STEP = r"(?:(?:của|hồi|lúc) )?(?P<unit>tháng|quý) (?P<n>[\wIVX]+(?:/20\d\d| năm 20\d\d))"
_YEAR = r"(?:(?:cả|của|hồi|thời|lúc|năm) )*(?P<year>20\d\d)(?![\d/])"

_LESS_OR_MORE = r"(?:nhiều|ít|cao|thấp|lớn|nhỏ|nhanh|chậm|lâu|đông|mạnh|tốt|kém)"

_RULES: tuple[tuple[str, str], ...] = (
    # "gấp tháng trước mấy lần"
    (
        rf"gấp (?P<base>(?!{_ASKED}|đôi|ba\b|rưỡi|lên|hơn|\d)[^\s,;?]+(?: [^\s,;?]+){{0,7}}?) (?P<n>{_ASKED}) lần",
        "gấp {n} lần {base}",
    ),
    # "một tháng trung bình bao nhiêu vụ"
    (rf"(?:một|1|mỗi) (?P<unit>{_UNIT}) (?P<mean>trung bình|bình quân)(?! {_UNIT})", "{mean} một {unit}"),
    # "trung bình di động 3 tháng", "MA 3 tháng", "MA3"
    (r"(?:trung bình|bình quân) (?:di động|cuốn chiếu)", "trung bình trượt"),
    (rf"(?:đường )?(?-i:S?MA) ?(?P<n>\d{{1,2}})(?: (?P<unit>{_UNIT}|kỳ))", "trung bình trượt {n} {unit}"),
    (r"(?-i:S?MA)(?P<n>\d{1,2})", "trung bình trượt {n} tháng"),
    # "tăng trưởng kép", "CAGR"
    (
        r"(?:(?:tốc độ |tỷ lệ |mức )?tăng trưởng kép|(?:tốc độ |tỷ lệ |mức )?cagr)"
        r"(?: (?:hằng|hàng|bình quân|trung bình|mỗi)(?: năm)?)?",
        "tốc độ tăng trưởng bình quân năm",
    ),
    # "vị trí của … trong các cục"
    (r"vị trí của (?P<who>[^,;?]{2,40}?) (?P<of>trong (?:số |tất cả )?(?:các|những|bảng))", "thứ hạng của {who} {of}"),
    # "giữ vị trí số một", "số một về", "xếp đầu"
    (
        r"(?:(?:giữ|đứng|chiếm|xếp|ở|nằm)(?: ở)? )(?:vị trí |ngôi |hạng |hàng |thứ )*(?:số (?:một|1)|thứ nhất)(?! \d)",
        "đứng đầu",
    ),
    (r"(?:là )?số (?:một|1)(?= về )", "đứng đầu"),
    (
        r"(?:giữ|chiếm) ngôi (?:đầu|vương)|xếp (?:ở )?(?:vị trí )?đầu(?: bảng|(?= (?:về|trong|cả|toàn|theo|năm|quý)))",
        "đứng đầu",
    ),
    # "thủ tục nào mất nhiều thời gian nhất"
    (r"(?:mất|tốn|cần|hết) nhiều thời gian(?= (?:nhất|hơn))", "lâu"),
    (r"(?:mất|tốn|cần|hết) ít thời gian(?= (?:nhất|hơn))", "nhanh"),
    # "có nhiều doanh nghiệp FDI hơn doanh nghiệp trong nước"
    (
        r"(?P<side>nhiều|ít) (?P<what>(?!hơn|nhất|lần|số|năm|tháng|quý|ngày)[^\s,;?]+"
        r"(?: (?!hơn|nhất|và|hay|hoặc)[^\s,;?]+){0,5}?) hơn(?= (?!nữa|hẳn|so với|cả|mức|bình quân|trung bình|năm|quý"
        r"|tháng|tuần|ngày|kỳ|cùng kỳ|mấy|bao nhiêu|\d)\S)",
        "số {what} {side} hơn",
    ),
    # "Hải Phòng hay Lạng Sơn thu nhiều hơn năm 2024": of two that are named more is asked in that year, not than it
    (
        rf"(?P<either>(?:(?<=\w )|(?<=\w, ))(?:hay|hoặc)(?: là)? (?!{_LESS_OR_MORE} hơn|tăng |giảm |không |chưa )"
        rf"(?:(?!{_UNIT} [\dIVX]|không |so với |hơn )[^\s,;?]+ ){{1,9}}(?:{_LESS_OR_MORE}) hơn) "
        rf"(?P<when>(?:năm|quý|tháng|tuần) [\dIVX][^;?]{{0,20}})(?P<end>[;?.]|$)",
        "{either} trong {when}{end}",
    ),
    # "tính dồn đến hết mỗi tháng"
    (r"tính (?:cộng )?dồn(?: lại)?", "cộng dồn"),
    # "bây giờ có nhiều hơn hồi 2021 không", "so với hồi 2021 thì bây giờ …"
    (rf"{_NOW} (?P<what>[^,;?]{{0,60}}?{_AGAINST}) {_YEAR}", "hiện nay {what} năm {year}"),
    (rf"{_NOW} (?P<what>[^,;?]{{0,60}}?{_AGAINST}) {_STEP}", "{unit} này {what} {unit} {n}"),
    (rf"(?P<against>{_AGAINST}) {_YEAR}(?P<then>,? (?:thì )?){_NOW}", "{against} năm {year}{then}hiện nay"),
    # "so với dự toán, số thu … bằng bao nhiêu phần trăm"
    (
        rf"so với (?P<plan>(?:dự toán|kế hoạch|chỉ tiêu)(?: được giao| pháp lệnh| phấn đấu)?),? (?:thì )?"
        rf"(?P<what>[^;?]+?) (?:bằng|đạt)(?: được)? (?P<n>{_ASKED}) (?P<part>phần trăm|%)",
        "{what} đạt {n} {part} {plan}",
    ),
)
"""What is said and how the reading knows it."""

_MARKED: tuple[tuple[str, str], ...] = (
    (r"thứ bậc", "thứ hạng"),
    (r"(?P<who>nào [^,;?]{0,60}?)số một(?! (?:\d|cửa|lần))", "{who}đứng đầu"),
    (r"(?<!cộng )dồn(?= (?:đến|tới|cho đến|cho tới|qua|dần|từng|theo từng|từ đầu) )", "cộng dồn"),
)
"""Only with diacritics: "thu bac" is also revenue of Bắc Ninh, "ho so mot cua" a file of the single window."""

_CUT = rf"(?:(?:thì|là|sẽ|lại|,) )*(?:(?:có|được) )?(?:khoảng )?{_ASKED} "
_PER_HUNDRED = (
    r"(?:cứ|trong|tính trên|(?<!\w )trên|mỗi)(?: mỗi| trong| trên)? (?:100|một trăm) "
    r"(?!(?:nghìn|ngàn|triệu|tỷ|tỉ|tr|đồng|usd|đô|tấn|giờ|ngày)\b)(?![^,;?]*(?:nhất|đầu|gần|mới)(?: |,))"
    r"(?P<whole>[^,;?]+?),? "
    rf"(?=(?:thì|có|là|lại) ){_CUT}(?P<part>[^,;?]+?){_ENDS}"
)
_PERCENT_OF_EACH = (
    rf"(?P<each>(?:từng|mỗi) [^,;?]{{2,30}}?) có {_ASKED} ?(?:phần trăm|%) (?:trong )?(?:tổng )?"
    rf"(?P<whole>[^,;?]{{2,40}}?) (?:là|thuộc) (?P<part>[^,;?]{{2,40}}?){_ENDS}"
)
_SHARES: tuple[tuple[str, str], ...] = (
    (_PER_HUNDRED, "tỷ lệ {part} trong tổng số {whole}"),
    (_PERCENT_OF_EACH, "{each} có tỷ lệ {part} trong tổng {whole}"),
)

_HOW = r"(?P<how>(?: (?:như )?(?:thế nào|ra sao))?)"
_MOVES = rf"(?:thay đổi|biến đổi|lên xuống|tăng hay giảm|tăng giảm){_HOW} (?P<steps>qua (?:các|từng) {_UNIT})"
_MOVES_BY = (
    rf"(?:thay đổi|biến đổi|lên xuống){_HOW} (?P<steps>theo(?: từng)? {_UNIT}(?! trước)"
    r"|từ (?:tháng|quý) [^,;?]{1,12}? đến (?:tháng|quý)(?= ))"
)
_MEASURED = r"so với|cùng kỳ|phần trăm|%|bao nhiêu|mấy|tốc độ|tăng trưởng|(?:tỷ lệ|mức) (?:tăng|giảm)|hạng|nhất"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


def _both(pattern: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _compiled(pattern), _compiled(unmarked(pattern))


_TURNS = (
    *((_both(said), meant) for said, meant in (*_RULES, *_SHARES)),
    *(((_compiled(said),), meant) for said, meant in _MARKED),
)
_MOVING = (*_both(_MOVES), *_both(_MOVES_BY))
_FIGURES = _both(_MEASURED)


def plain_turns(units: list[Unit]) -> list[Unit]:
    """The text in the plain order of words; each new character stands for all of the old ones of its turn.

    A change over the steps of a calendar that no figure is asked of ("thay đổi ra sao qua các tháng") is the course
    of the measure itself.
    """
    text = text_of(units)
    for patterns, meant in _TURNS:
        for pattern in patterns:
            units, text = _put(units, text, pattern, meant)
    if not any(figures.search(text) for figures in _FIGURES):
        for moving in _MOVING:
            units, text = _put(units, text, moving, "biến động{how} {steps}")
    return units


def _put(units: list[Unit], text: str, pattern: re.Pattern[str], meant: str) -> tuple[list[Unit], str]:
    """The text with its matches put otherwise; ``text`` is what the units say."""
    matches = list(pattern.finditer(text))
    for match in reversed(matches):
        start, end = match.span()
        parts = {name: value or "" for name, value in match.groupdict().items()}
        units = [*units[:start], *spread(meant.format(**parts), units[start:end]), *units[end:]]
    return units, text_of(units) if matches else text
