"""How people speak of the tables and columns of a database that nobody described.

An identifier in English or in Vietnamese, with or without diacritics, gives the phrases by which a question may name
it: its label, what the bilingual lexicon says, and the everyday words of business for the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from nl2sql.question.text_fold import canonical, fold
from schema.lexicon import (
    english_to_vietnamese,
    expand,
    restored,
    split_identifier,
    vietnamese_label,
)

# One line a thing: the words of everyday speech, then the English words of identifiers. Words of the language of
# business, school, health, transport and leisure; no line is about one database.
_THINGS_TEXT = """
bài hát, bài, bản nhạc, ca khúc = track, song
nghệ sĩ, ca sĩ, ban nhạc = artist, singer, musician
album, đĩa, đĩa nhạc = album
thể loại, dòng nhạc, loại = genre
danh sách phát, playlist = playlist
loại tệp, định dạng, loại phương tiện = media type
nhạc sĩ, người sáng tác, tác giả = composer
khách hàng, khách, người mua = customer, client, buyer
nhân viên, cán bộ, nhân sự, người lao động = employee, staff, worker, personnel
sếp, quản lý, cấp trên, người quản lý = manager, supervisor, boss, reports to
hóa đơn, hoá đơn = invoice, bill, receipt
đơn hàng, đơn đặt hàng, đơn = order, purchase order, sales order
dòng hóa đơn, chi tiết hóa đơn = invoice line, invoice item, invoice detail
dòng đơn hàng, chi tiết đơn hàng, chi tiết đơn = order line, order item, order detail
sản phẩm, mặt hàng, hàng hóa, món hàng, hàng = product, item, goods, article
nhà cung cấp, bên bán, người bán = supplier, vendor, seller
nhóm hàng, danh mục, loại hàng, ngành hàng, loại = category, product category
kho, nhà kho = warehouse, depot
cửa hàng, tiệm, quầy = store, shop
chi nhánh, cơ sở, điểm phục vụ = branch
phòng ban, phòng, bộ phận = department, division
sách, cuốn sách, cuốn, quyển, quyển sách, đầu sách, tựa sách = book
tác giả, nhà văn, người viết = author, writer
nhà xuất bản, nxb = publisher
bạn đọc, người đọc, độc giả = reader, patron
phiếu mượn, lượt mượn, phiếu = loan, borrowing, checkout
học sinh, sinh viên, học viên = student, pupil
giáo viên, giảng viên, thầy cô, thầy = teacher, lecturer, instructor
môn học, môn, khóa học, học phần = course, subject
lớp, lớp học = class, section
bệnh nhân, người bệnh = patient
bác sĩ = doctor, physician
lượt khám, ca khám, lịch hẹn = appointment, visit
thuốc = drug, medicine, medication
phòng = room
đặt phòng, lượt đặt phòng = booking, reservation
khách sạn = hotel
xe, phương tiện = vehicle, car
chuyến xe, chuyến, chuyến đi = trip, journey
chuyến bay = flight
tài xế, lái xe = driver
thành viên, hội viên = member
người dùng, tài khoản = user, account
giao dịch = transaction
thanh toán, lần thanh toán, khoản thu = payment
hợp đồng = contract
dự án, công trình = project
công việc, nhiệm vụ = task, job
công ty, doanh nghiệp, hãng = company, enterprise, business, firm
phim, bộ phim = film, movie
diễn viên = actor
đội, đội bóng = team, club
cầu thủ, vận động viên = player, athlete
trận đấu, trận = match, game
bài viết, bài đăng = post, article
bình luận, nhận xét = comment, review
nước, quốc gia, thị trường = country, nation
thành phố = city, town
tỉnh, tỉnh thành, bang = state, province
quận huyện, quận, huyện = district
khu vực, vùng, miền = region, area
địa chỉ = address
điện thoại, số điện thoại = phone, telephone
email, thư điện tử = email
chức danh, chức vụ = title, position, job title
tên = name
giới tính = gender, sex
nghề nghiệp, nghề = occupation, profession
quê quán, quê = hometown, birthplace
tình trạng, trạng thái = status
tuổi, độ tuổi = age
lương, tiền lương = salary, wage
giá, đơn giá, giá bán, giá tiền = price, unit price
số lượng, lượng = quantity
tổng tiền, số tiền, tiền, trị giá, giá trị = total, amount, total amount
thời lượng, độ dài = duration, length, milliseconds
dung lượng, kích thước = bytes, size
số trang, trang = pages, page count
ngày sinh = birth date, birthday, date of birth
ngày vào làm, ngày tuyển dụng = hire date
"""

# Verbs of the events that a table may record, by a word of its name in either language.
_DEEDS_TEXT = """
mượn = mượn, loan, borrowing, checkout
mua, bán, bán ra, bán được, đặt hàng = hóa đơn, hoá đơn, đơn hàng, bán hàng, invoice, order, sale, purchase, receipt
thanh toán, trả tiền = payment, thanh toán
đặt, đặt phòng = booking, reservation, đặt phòng
khám = visit, appointment, khám
giao dịch = transaction, giao dịch
đăng ký, học = enrollment, registration, enrolment, đăng ký
"""

_SALE = ("mua", "bán")
_MONEY_SAID = (
    "doanh thu", "doanh số", "tiền bán", "tiền bán hàng", "tiền hàng", "tiền mua", "tiền", "chi tiêu", "mang về",
    "thu được", "thu về", "số tiền", "tổng tiền",
)  # fmt: skip
_SOLD_SAID = ("số lượng bán", "lượng bán", "lượt bán", "số lượt bán", "bán ra", "bán chạy", "số lượng")
_ABBREVIATED = {"sl": "số lượng", "kh": "khách hàng", "sp": "sản phẩm", "nv": "nhân viên", "dc": "địa chỉ"}
_QUALIFIED = re.compile(r"[(\[][^)\]]*[)\]]|[\"'“”‘’]")


@cache
def _things() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    found = _pairs(_THINGS_TEXT)
    return tuple((said, tuple(" ".join(expand(tuple(e.split()))) for e in english)) for said, english in found)


@cache
def _deeds() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    return tuple(_pairs(_DEEDS_TEXT))


def _pairs(block: str) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    for line in block.strip().splitlines():
        left, _, right = line.partition("=")
        yield tuple(p.strip() for p in left.split(",")), tuple(p.strip() for p in right.split(","))


def english_words(name: str) -> tuple[str, ...]:
    """The words of an English identifier in the singular, abbreviations written out; empty for a Vietnamese one."""
    return () if spoken(name) else expand(split_identifier(name))


def spoken(name: str) -> str:
    """A Vietnamese identifier as it is said, lower case with diacritics; empty when its words are not Vietnamese."""
    bare = " ".join(_QUALIFIED.sub(" ", name).replace("/", " ").replace("_", " ").split())
    if not bare.isascii():
        return canonical(" ".join(_ABBREVIATED.get(word, word) for word in bare.lower().split()))
    return restored(name)


def unit_in(name: str) -> str:
    """What an identifier says in brackets after its words: ``Giá bìa (đồng)`` → ``đồng``."""
    found = re.search(r"\(([^)]+)\)\s*$", name)
    return canonical(found[1].strip().lower()) if found else ""


def phrases_of(name: str, owner: str = "") -> tuple[str, ...]:
    """Phrases by which a question may name a table or column, the label's first, in lower case.

    Args:
        owner: The column's table: words of its name need not be said again (``track_name`` of ``track``).
    """
    said = spoken(name)
    if said:
        return tuple(dict.fromkeys((said, *_same_thing(said))))
    words = english_words(name)
    if owner:
        theirs = set(english_words(owner))
        rest = tuple(word for word in words if word not in theirs)
        words = rest if rest and rest != ("id",) else words
    whole = " ".join(words)
    found = [*_by_english(whole)]
    label = vietnamese_label("_".join(words))
    known = english_to_vietnamese()
    if label.lower() != whole and not found:
        found.append(label[:1].lower() + label[1:])
    found.extend(known.get(whole, ())[:3])
    found.append(whole)
    return tuple(dict.fromkeys(canonical(phrase) for phrase in found if phrase))


def head_phrases(name: str) -> tuple[str, ...]:
    """Phrases for the head noun of an English name of several words: ``BillingCountry`` may be called "nước"."""
    words = english_words(name)
    if len(words) < 2:
        said = spoken(name).split()
        short = " ".join(said[1:])
        return (short,) if len(said) > 2 and said[0] in ("số", "tên") else ()
    return tuple(canonical(p) for p in (*_by_english(words[-1]), *english_to_vietnamese().get(words[-1], ())[:2]))


def _by_english(whole: str) -> tuple[str, ...]:
    return next((said for said, english in _things() if whole in english), ())


def english_of(said: str) -> tuple[str, ...]:
    """English words for a thing that is named in Vietnamese: ``bạn đọc`` → "reader"."""
    lines = [(names.index(said), english) for names, english in _things() if said in names]
    return min(lines)[1] if lines else ()


def _same_thing(said: str) -> tuple[str, ...]:
    """The other words for a thing; where several lines know the word, the one that puts it first."""
    lines = [names for names, _ in _things() if said in names]
    return min(lines, key=lambda names: names.index(said)) if lines else ()


def deeds_of(name: str) -> tuple[str, ...]:
    """Verbs that say what a table records: ``Phiếu Mượn`` → "mượn"; none for a table of things."""
    said = f" {spoken(name) or ' '.join(english_words(name))} "
    return tuple(v for verbs, names in _deeds() if any(f" {n} " in said for n in names) for v in verbs)


_CLASSIFIERS = frozenset(["lượt", "phiếu", "số", "danh", "bảng", "hồ", "cuốn"])
_KEY_LEADS = frozenset({"số", "mã"})


def nouns_of(name: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases for what one row of a table is: those of its name, and what its key counts.

    "Số thẻ" as the key says that a row is also "thẻ"; of "Lượt khách tại chỗ" people say "khách tại chỗ".
    """
    found = list(phrases_of(name))
    words = spoken(name).split()
    if len(words) > 2 and words[0] in _CLASSIFIERS:
        found += [" ".join(words[1:]), *([" ".join(words[:2]), words[1]] if len(words) > 3 else ())]
    counted = spoken(key[0]).split() if len(key) == 1 else []
    if len(counted) == 2 and counted[0] in _KEY_LEADS:
        found.append(counted[1])
    return tuple(dict.fromkeys(found))


def is_sale(name: str) -> bool:
    """Whether a table records what was bought or sold."""
    return bool(set(deeds_of(name)) & set(_SALE))


def money_phrases() -> tuple[str, ...]:
    """How the amount of a sale is asked for."""
    return _MONEY_SAID


def sold_phrases() -> tuple[str, ...]:
    """How the quantity of a sale is asked for."""
    return _SOLD_SAID


def identifier(text: str) -> str:
    """A name that SQL takes without quotes: letters without diacritics, digits and underscores, lower case."""
    plain = re.sub(r"[^a-z0-9]+", "_", fold(re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)).lower()).strip("_")
    return plain if plain and not plain[0].isdigit() else f"c_{plain}"
