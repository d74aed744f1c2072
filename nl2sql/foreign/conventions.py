"""What a question's wording says about the form of the answer: distinct rows, no extra column, no condition of its own.

These are conventions of the language, not of a data set: "khác nhau" asks for distinct values, "X nào nhiều nhất" asks
for X and not for its count, a bare "tên" is one name, nobody filters by something that the question does not mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlglot import exp

from nl2sql.foreign.link import Links, lexicon
from nl2sql.question.text_fold import canonical
from schema.lexicon import expand, singular, split_identifier

_DISTINCT = re.compile(r"\b(khác nhau|khác biệt|riêng biệt|phân biệt|không trùng|không lặp|duy nhất)\b")
_WANTS_NUMBER = re.compile(
    r"\b(bao nhiêu|và (cho biết |hiển thị |liệt kê )?(số|tổng|mức|giá trị|trung bình)|cùng (với )?(số|tổng)|kèm|"
    r"cũng như|tương ứng|đồng thời|ngoài ra|mỗi|từng|là mấy)\b|"
    r"[?.;] ?(hãy )?(cho biết|liệt kê|hiển thị|tìm) (cả )?(số|tổng)"
)
_WANTS_BOTH_NAMES = re.compile(r"\b(họ (và|,|&)? ?tên|tên (và|,) họ|tên họ|tên đầy đủ|họ , tên|và họ|họ và)\b")
_SORT = re.compile(r"\b(theo thứ tự|(sắp )?xếp (kết quả )?theo|sắp theo|theo (chiều )?(tăng|giảm))\b")
_MEASURE_CUES: Mapping[type[exp.Expr], re.Pattern[str]] = {
    exp.Max: re.compile(r"\b(tối đa|(cao|lớn|nhiều|dài|xa|đắt|nặng|muộn) nhất)\b"),
    exp.Min: re.compile(r"\b(tối thiểu|(thấp|nhỏ|ít|ngắn|gần|rẻ|nhẹ|sớm) nhất)\b"),
    exp.Avg: re.compile(r"\btrung bình\b"),
}
_GENERIC = frozenset({"name", "id", "code", "type", "number"})
_NUMBER_WORDS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
}  # fmt: skip


def follow_wording(tree: exp.Expr, question: str, links: Links, renamed: Mapping[str, str] | None = None) -> list[str]:
    """Change a repaired draft where the wording of the question says so.

    Args:
        renamed: Literals that repair changed → what the draft wrote, which the question may hold.

    Returns:
        What was done, for the log.
    """
    text = canonical(question)
    done: list[str] = []
    select = tree if isinstance(tree, exp.Select) else None
    for inner in list(tree.find_all(exp.Select)):
        done.extend(_drop_unsupported(inner, text, links, renamed or {}))
    if select is None:
        return done
    if _group_by_each(select, text, links):
        done.append("GROUP BY theo «mỗi»")
    if _name_groups(select):
        done.append("thêm cột nhóm")
    if _drop_extra_measure(select, text):
        done.append("bỏ cột đếm thừa")
    if _drop_known_column(select, text, links):
        done.append("bỏ cột đã biết")
    if _order_measures(select, text):
        done.append("thứ tự các số")
    if _drop_sort_column(select, text, links):
        done.append("bỏ cột sắp xếp")
    if _one_name(select, text):
        done.append("bỏ họ")
    if _distinct(select, text):
        done.append("DISTINCT")
    return done


def _group_by_each(select: exp.Select, text: str, links: Links) -> bool:
    """ "trung bình của mỗi giới tính": an aggregate alone, although the question names a column after "mỗi"."""
    outputs = [e.unalias() for e in select.expressions]
    if select.args.get("group") or not outputs or not all(isinstance(e, exp.AggFunc) for e in outputs):
        return False
    tables = list(select.find_all(exp.Table))
    if len(tables) != 1 or select.args.get("joins"):
        return False
    for (table, column), phrase in links.columns.items():
        if table == tables[0].name and re.search(rf"\b(mỗi|từng|theo) {re.escape(phrase)}\b", text):
            select.append("expressions", exp.column(column))
            select.set("group", exp.Group(expressions=[exp.column(column)]))
            return True
    return False


def _name_groups(select: exp.Select) -> bool:
    """Numbers by group say nothing without the group: its column joins the outputs."""
    group = select.args.get("group")
    outputs = [e.unalias() for e in select.expressions]
    if group is None or select.args.get("limit") or not all(isinstance(e, exp.AggFunc) for e in outputs):
        return False
    if select.parent is not None or any(not isinstance(item, exp.Column) for item in group.expressions):
        return False
    for item in group.expressions:
        select.append("expressions", item.copy())
    return True


def _drop_extra_measure(select: exp.Select, text: str) -> bool:
    """``SELECT team, count(*) … ORDER BY count(*) DESC LIMIT 1`` → only the team, unless its number is asked for."""
    if not select.args.get("limit") or not select.args.get("order") or _WANTS_NUMBER.search(text):
        return False
    outputs = select.expressions
    extra = [e for e in outputs if isinstance(e.unalias(), exp.AggFunc)]
    if not extra or len(extra) == len(outputs):
        return False
    aliases = {e.alias.lower(): e.unalias() for e in extra if isinstance(e, exp.Alias)}
    for column in select.args["order"].find_all(exp.Column):
        if not column.table and column.name.lower() in aliases:
            column.replace(aliases[column.name.lower()].copy())
    select.set("expressions", [e for e in outputs if e not in extra])
    return True


def _drop_known_column(select: exp.Select, text: str, links: Links) -> bool:
    """A column that a condition fixes to one value says nothing new, so it is no output unless it is named twice."""
    where = select.args.get("where")
    outputs = select.expressions
    if where is None or len(outputs) < 2 or select.args.get("group"):
        return False
    parts = where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
    fixed = {part.this.sql() for part in parts if isinstance(part, exp.EQ) and isinstance(part.expression, exp.Literal)}
    twice = {column.lower() for (_, column), phrase in links.columns.items() if text.count(phrase) > 1}
    kept = [o for o in outputs if o.unalias().sql() not in fixed or o.unalias().name.lower() in twice]
    if not kept or len(kept) == len(outputs):
        return False
    select.set("expressions", kept)
    return True


def _order_measures(select: exp.Select, text: str) -> bool:
    """ "tối đa và tối thiểu": aggregates stand in the order in which the question names them."""
    outputs = [e.unalias() for e in select.expressions]
    if len(outputs) < 2 or not all(isinstance(e, exp.Max | exp.Min | exp.Avg) for e in outputs):
        return False
    if len({type(e) for e in outputs}) < len(outputs):
        return False
    places = {}
    for output in outputs:
        found = _MEASURE_CUES[type(output)].search(text)
        if found is None:
            return False
        places[id(output)] = found.start()
    ordered = sorted(select.expressions, key=lambda e: places[id(e.unalias())])
    if ordered == select.expressions:
        return False
    select.set("expressions", ordered)
    return True


def _drop_sort_column(select: exp.Select, text: str, links: Links) -> bool:
    """A column that the question names only to sort by is not an output: "tên các cửa hàng theo thứ tự năm mở cửa"."""
    order = select.args.get("order")
    cue = _SORT.search(text)
    outputs = select.expressions
    if order is None or cue is None or len(outputs) < 2 or text.startswith(("sắp", "xếp", "nhóm")):
        return False
    sorted_by = {c.name.lower() for c in order.find_all(exp.Column)}
    before = text[: cue.start()]
    extra = []
    for output in outputs:
        column = output.unalias()
        if not isinstance(column, exp.Column) or column.name.lower() not in sorted_by:
            continue
        said = {phrase for (_, name), phrase in links.columns.items() if name.lower() == column.name.lower()}
        if said and not any(phrase in before for phrase in said):
            extra.append(output)
    if not extra or len(extra) == len(outputs):
        return False
    select.set("expressions", [output for output in outputs if output not in extra])
    return True


def _one_name(select: exp.Select, text: str) -> bool:
    """A bare "tên" is the first name where names are stored in two columns."""
    if _WANTS_BOTH_NAMES.search(text):
        return False
    kinds = {id(e): _name_part(e) for e in select.expressions}
    if set(kinds.values()) >= {"first", "last"}:
        select.set("expressions", [e for e in select.expressions if kinds[id(e)] != "last"])
        return True
    return False


def _name_part(output: exp.Expr) -> str:
    column = output.unalias()
    if not isinstance(column, exp.Column):
        return ""
    words = set(expand(split_identifier(column.name))) | {column.name.lower()}
    if "name" not in words and not any(w in ("firstname", "lastname", "surname", "forename") for w in words):
        return ""
    if words & {"last", "lastname", "surname", "family"}:
        return "last"
    return "first" if words & {"first", "firstname", "forename", "given"} else ""


def _distinct(select: exp.Select, text: str) -> bool:
    if not _DISTINCT.search(text) or select.args.get("distinct") or select.args.get("group"):
        return False
    outputs = [e.unalias() for e in select.expressions]
    if len(outputs) == 1 and isinstance(outputs[0], exp.Count):
        inner = outputs[0].this
        if isinstance(inner, exp.Column) and not isinstance(inner.this, exp.Star):
            outputs[0].set("this", exp.Distinct(expressions=[inner.copy()]))
            return True
        return False
    if any(e.find(exp.AggFunc) for e in outputs):
        return False
    select.set("distinct", exp.Distinct())
    return True


def _drop_unsupported(select: exp.Select, text: str, links: Links, renamed: Mapping[str, str]) -> Iterable[str]:
    """Conditions whose literal the question does not hold in any language that we know are left out."""
    where = select.args.get("where")
    if where is None:
        return
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    kept = [part for part in parts if _supported(part, text, links, renamed)]
    if len(kept) == len(parts):
        return
    dropped = [part for part in parts if part not in kept]
    if kept:
        where.set("this", exp.and_(*(part.copy() for part in kept)))
    else:
        select.set("where", None)
    for part in dropped:
        yield f"bỏ điều kiện {part.sql()}"


def _supported(part: exp.Expr, text: str, links: Links, renamed: Mapping[str, str]) -> bool:
    if not isinstance(part, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        return True
    literal = part.expression
    if not isinstance(literal, exp.Literal) or not isinstance(part.this, exp.Column):
        return True
    written = canonical(literal.this.strip("% "))
    if not literal.is_string:
        return _number_said(literal.this, text)
    if len(written) <= 1 or written in ("yes", "no", "true", "false") or written in text:
        return True
    if canonical(renamed.get(literal.this, "")).strip() in text and literal.this in renamed:
        return True
    if any(canonical(link.value) == written for link in links.values) or links.quoted:
        return True
    return _said(written.split(), text) or _column_said(part.this.name, text)


def _column_said(column: str, text: str) -> bool:
    """Whether the question speaks of a column: then a value that no lexicon knows may be meant."""
    words = [word for word in expand(split_identifier(column)) if word not in _GENERIC]
    return bool(words) and (" ".join(words) in text or _said(words, text))


def _number_said(number: str, text: str) -> bool:
    try:
        value = float(number)
    except ValueError:
        return True
    if value in (0.0, 1.0) or number in text:
        return True
    digits = {float(d.replace(".", "").replace(",", ".")) for d in re.findall(r"\d[\d.,]*\d|\d", text) if _is_number(d)}
    if value in digits or any(d and value in (d * 1e3, d * 1e6, d * 1e9) for d in digits):
        return True
    return any(value == said and re.search(rf"\b{word}\b", text) for word, said in _NUMBER_WORDS.items())


def _is_number(text: str) -> bool:
    try:
        float(text.replace(".", "").replace(",", "."))
    except ValueError:
        return False
    return True


def _said(english_words: Iterable[str], text: str) -> bool:
    """Whether some phrase of the question may mean one of the English words."""
    words = {singular(w) for w in english_words}
    padded = " " + " ".join(re.findall(r"[\w.]+", text)) + " "
    return any(
        any(words & {singular(w) for w in e.split()} for e in english)
        for phrase, english in lexicon().items()
        if f" {phrase} " in padded
    )
