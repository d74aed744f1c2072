"""Worked examples over two small invented schemas, one in English and one in Vietnamese. No suite shares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schema.semantic import Catalogue, Dimension, Fact, Relationship, TimeDimension, Value, View


def _text(name: str, *values: str) -> Dimension:
    return Dimension(name, name, values=tuple(Value(v) for v in values))


def _int(name: str) -> Dimension:
    return Dimension(name, name, type="integer")


_ALLOTMENT = Catalogue(
    name="allotment",
    version="",
    as_of=None,
    dialect="sqlite",
    views={
        "gardener": View(
            "gardener",
            "gardener",
            primary_key=("gardener_id",),
            dimensions=(_int("gardener_id"), _text("name", "Ann Lee", "Bo Ray"), _text("country", "Peru", "France")),
            facts=(Fact("age", "age", type="integer"),),
            detail=("gardener_id", "name", "country", "age"),
        ),
        "plot": View(
            "plot",
            "plot",
            primary_key=("plot_id",),
            dimensions=(_int("plot_id"), _int("owner_id"), _text("soil", "clay", "sand")),
            facts=(Fact("area", "area"),),
            detail=("plot_id", "owner_id", "soil", "area"),
        ),
        "harvest": View(
            "harvest",
            "harvest",
            dimensions=(_int("plot_id"), _text("crop", "bean", "rice"), _int("year")),
            facts=(Fact("kilos", "kilos"),),
            detail=("plot_id", "crop", "year", "kilos"),
        ),
    },
    relationships=(
        Relationship("plot", ("owner_id",), "gardener", ("gardener_id",)),
        Relationship("harvest", ("plot_id",), "plot", ("plot_id",)),
    ),
)

_WORKSHOP = Catalogue(
    name="xưởng",
    version="",
    as_of=None,
    dialect="sqlite",
    views={
        "thợ": View(
            "thợ",
            "thợ",
            primary_key=("mã thợ",),
            dimensions=(_int("mã thợ"), _text("họ tên", "Lý Nga"), _text("tay nghề", "bậc 3", "bậc 5")),
            time_dimensions=(TimeDimension("ngày vào", "ngày vào"),),
            detail=("mã thợ", "họ tên", "tay nghề", "ngày vào"),
        ),
        "phiếu sửa": View(
            "phiếu sửa",
            "phiếu sửa",
            primary_key=("mã phiếu",),
            dimensions=(_int("mã phiếu"), _int("mã thợ"), _text("loại máy", "bơm", "quạt")),
            facts=(Fact("tiền công", "tiền công"),),
            detail=("mã phiếu", "mã thợ", "loại máy", "tiền công"),
        ),
    },
    relationships=(Relationship("phiếu sửa", ("mã thợ",), "thợ", ("mã thợ",)),),
)

EXAMPLE_CATALOGUES: Sequence[Catalogue] = (_ALLOTMENT, _WORKSHOP)

EXAMPLES: Mapping[str, Sequence[tuple[str, str]]] = {
    "allotment": (
        (
            "Có bao nhiêu người làm vườn đến từ Peru?",
            "SELECT count(*) FROM gardener WHERE country = 'Peru'",
        ),
        (
            "Liệt kê tên và quốc gia của từng người làm vườn theo thứ tự giảm dần của tuổi.",
            "SELECT name, country FROM gardener ORDER BY age DESC",
        ),
        (
            "Người nào sở hữu nhiều mảnh đất nhất? Cho biết tên.",
            "SELECT T1.name FROM gardener AS T1 JOIN plot AS T2 ON T1.gardener_id = T2.owner_id "
            "GROUP BY T1.gardener_id ORDER BY count(*) DESC LIMIT 1",
        ),
        (
            "Loại cây có số vụ thu hoạch nhiều nhất?",
            "SELECT crop FROM harvest GROUP BY crop ORDER BY count(*) DESC LIMIT 1",
        ),
        (
            "Có bao nhiêu mảnh đất thuộc mỗi loại đất và diện tích trung bình là bao nhiêu?",
            "SELECT count(*), soil, avg(area) FROM plot GROUP BY soil",
        ),
        (
            "Những loại đất nào có ít nhất 3 mảnh?",
            "SELECT soil FROM plot GROUP BY soil HAVING count(*) >= 3",
        ),
        (
            "Tên của những người không có mảnh đất nào?",
            "SELECT name FROM gardener WHERE gardener_id NOT IN (SELECT owner_id FROM plot)",
        ),
        (
            "Các loại cây khác nhau từng được thu hoạch trên đất sét sau năm 2015.",
            "SELECT DISTINCT T1.crop FROM harvest AS T1 JOIN plot AS T2 ON T1.plot_id = T2.plot_id "
            "WHERE T2.soil = 'clay' AND T1.year > 2015",
        ),
        (
            "Quốc gia nào có cả người trên 60 tuổi và người dưới 30 tuổi?",
            "SELECT country FROM gardener WHERE age > 60 INTERSECT SELECT country FROM gardener WHERE age < 30",
        ),
        (
            "Với mỗi nước, tổng sản lượng của những người cao tuổi hơn trung bình?",
            "SELECT T1.country, sum(T3.kilos) FROM gardener AS T1 JOIN plot AS T2 ON T1.gardener_id = T2.owner_id "
            "JOIN harvest AS T3 ON T2.plot_id = T3.plot_id WHERE T1.age > (SELECT avg(age) FROM gardener) "
            "GROUP BY T1.country",
        ),
    ),
    "xưởng": (
        ("Có bao nhiêu thợ bậc 5?", "SELECT count(*) FROM thợ WHERE tay_nghề = 'bậc 5'"),
        (
            "Với mỗi loại máy, cho biết số phiếu sửa và tiền công trung bình.",
            "SELECT loại_máy, count(*), avg(tiền_công) FROM phiếu_sửa GROUP BY loại_máy",
        ),
        (
            "Họ tên và tay nghề của người thợ sửa phiếu có tiền công lớn nhất?",
            "SELECT T1.họ_tên, T1.tay_nghề FROM thợ AS T1 JOIN phiếu_sửa AS T2 ON T1.mã_thợ = T2.mã_thợ "
            "ORDER BY T2.tiền_công DESC LIMIT 1",
        ),
        (
            "Thợ nào sửa nhiều phiếu nhất? Cho biết họ tên.",
            "SELECT T1.họ_tên FROM thợ AS T1 JOIN phiếu_sửa AS T2 ON T1.mã_thợ = T2.mã_thợ "
            "GROUP BY T1.mã_thợ ORDER BY count(*) DESC LIMIT 1",
        ),
        ("Có bao nhiêu phiếu sửa của mỗi loại máy?", "SELECT count(*), loại_máy FROM phiếu_sửa GROUP BY loại_máy"),
        (
            "Các loại máy khác nhau có ít nhất 3 phiếu với tiền công trên 200.",
            "SELECT loại_máy FROM phiếu_sửa WHERE tiền_công > 200 GROUP BY loại_máy HAVING count(*) >= 3",
        ),
        (
            "Họ tên những thợ chưa sửa phiếu nào?",
            "SELECT họ_tên FROM thợ WHERE mã_thợ NOT IN (SELECT mã_thợ FROM phiếu_sửa)",
        ),
        (
            "Tay nghề nào có cả thợ sửa bơm và thợ sửa quạt?",
            "SELECT T1.tay_nghề FROM thợ AS T1 JOIN phiếu_sửa AS T2 ON T1.mã_thợ = T2.mã_thợ WHERE T2.loại_máy = 'bơm' "
            "INTERSECT SELECT T1.tay_nghề FROM thợ AS T1 JOIN phiếu_sửa AS T2 ON T1.mã_thợ = T2.mã_thợ "
            "WHERE T2.loại_máy = 'quạt'",
        ),
        (
            "Phiếu nào có tiền công thấp hơn trung bình? Cho biết mã phiếu.",
            "SELECT mã_phiếu FROM phiếu_sửa WHERE tiền_công < (SELECT avg(tiền_công) FROM phiếu_sửa)",
        ),
    ),
}
