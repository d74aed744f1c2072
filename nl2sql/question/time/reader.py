"""From a text to a ``TimeReading``: find the mentions, settle the years that were left out, pair what is compared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from nl2sql.question.text import Text, fold
from nl2sql.question.time import grammar, words
from nl2sql.question.time.calendar import shift_months, shift_unit, unit_range
from nl2sql.question.time.cursor import Bad, Cursor
from nl2sql.question.time.days import is_bound
from nl2sql.question.time.format import format_date, format_period, previous_period, same_period_last_year
from nl2sql.question.time.lexer import lex
from nl2sql.question.time.lists import Member, Mention
from nl2sql.question.time.model import ComparisonMention, GrainMention, PeriodMention, TimeReading
from nl2sql.question.time.spec import UNIT_WORDS, NoSuchDay, Range, Spec, Unit
from nl2sql.question.time.words import Asked
from nl2sql.question.time.years import fill_month, inherit, is_frame, is_loose, years_of
from nl2sql.types import Grain

CUES = ("so sánh", "đối chiếu", "chênh lệch", "khác nhau", "khác biệt", "khác", "hơn kém", "so với nhau", "so")
_STARTERS = """
năm tháng quý tuần ngày hôm bữa nửa kỳ k tết dịp mùa đợt t th thg s per q qi qii qiii qiv w h fy i ii iii iv mùng mồng
thượng trung hạ cả trọn toàn từ kể bắt tính trong giai thời khoảng vào lũy lk cộng đến tới cho hết trước sau đầu cuối
giữa ytd mtd qtd các những mấy vài một hai ba bốn sáu bảy tám chín mười svck yoy y mom qoq wow dod so sv vs với hơn
kém bằng đối cùng ck niên bán tài thứ chủ theo từng mỗi hằng hàng qua bình tb bq / ' trượt động chia
"""
STARTERS = frozenset(map(fold, _STARTERS.split()))
"""Folded words with which anything about time begins; everything else is passed over at once."""
PREPOSITIONS = ("trong", "vòng", "vào", "của", "cả", "dịp", "tại", "tính")
_LISTED = frozenset(("theo", "tung", "moi", "cac", "nhung", "cap", "nhieu", "may", "so", "cua", "o"))
"""Folded words after which an unmarked "tinh" is a province and no "tính": "theo tinh nam 2024"."""


@dataclass(frozen=True)
class Group:
    """A mention on its way to days; ``base`` when a comparison names it as what is compared with."""

    members: tuple[Member, ...]
    start: int
    end: int
    base: bool = False


def read_time(text: Text, today: dt.date, *, first_year: int = 2018) -> TimeReading:
    """Everything about time in a question.

    Args:
        text: The normalised question.
        today: The data's last day; it is "now" for every relative expression.
        first_year: First year of the data, where "trước năm 2020" begins.

    Returns:
        Periods, comparisons and grains in the order of the text. Never raises: what is no date is in ``problems``.
    """
    cursor = Cursor(lex(text), today, first_year, text.accented)
    return _Reader(cursor).read()


class _Reader:
    def __init__(self, cursor: Cursor) -> None:
        self.c = cursor
        self.groups: list[Group] = []
        self.asked: list[tuple[Asked, int | None]] = []
        self.grains: list[GrainMention] = []
        self.used: set[int] = set()
        self.problems: list[str] = []

    def read(self) -> TimeReading:
        self._scan()
        self._share_years()
        self._frame_years()
        self._borrow_across_comparisons()
        resolved = [self._resolve(group) for group in self.groups]
        comparisons = self._compare(resolved)
        periods = tuple(period for group in resolved for period in group)
        return TimeReading(
            periods, tuple(comparisons), tuple(self.grains), frozenset(self.used), tuple(dict.fromkeys(self.problems))
        )

    # --- finding -----------------------------------------------------------------------------------------------

    def _scan(self) -> None:
        index = 0
        while index < self.c.count:
            lexeme = self.c.items[index]
            if lexeme.kind != "n" and lexeme.fold not in STARTERS:
                index += 1
                continue
            index = self._comparison(index) or self._grain(index) or self._mention(index) or index + 1

    def _use(self, start: int, end: int) -> None:
        self.used.update(self.c.tokens(start, end))

    def _comparison(self, i: int) -> int | None:
        asked = words.comparison(self.c, i)
        if asked is None:
            return None
        if asked.kind == "previous" and asked.grain == "year" and not self._of_a_year():
            return None
        if asked.kind != "explicit":
            self._use(asked.start, asked.end)
            self.asked.append((asked, None))
            return asked.end
        found = grammar.mention(self.c, asked.end)
        if not isinstance(found, Mention):
            return None
        if len(found.members) > 1 and not self.groups and self.c.word(found.members[1].start - 1, ","):
            # "so với năm 2023, năm 2024 …": the list is none, what follows the comma is looked at.
            found = Mention(found.members[:1], found.start, found.members[0].end)
        self._use(asked.start, found.end)
        self.asked.append((replace(asked, end=found.end), len(self.groups)))
        self.groups.append(Group(found.members, found.start, found.end, base=True))
        return found.end

    def _of_a_year(self) -> bool:
        """Whether a whole year is looked at, so that "năm trước" is the one before it and not before today."""
        return bool(self.groups) and all(is_frame(m.spec) for m in self.groups[-1].members)

    def _grain(self, i: int) -> int | None:
        found = words.grain(self.c, i)
        if found is None:
            return None
        mention, end = found
        span = self.c.tokens(*mention.tokens)
        self.grains.append(replace(mention, tokens=(span.start, span.stop)))
        self._use(*mention.tokens)
        return end

    def _mention(self, i: int) -> int | None:
        found = grammar.mention(self.c, i)
        if found is None:
            return None
        self._use(i, found.end)
        if isinstance(found, Bad):
            self.problems.append(found.message)
            return found.end
        before = self._announced(i, found) - 1
        while self.c.word(before, *PREPOSITIONS) and not self._is_province(before):
            self._use(before, before + 1)
            before -= 1
        self.groups.append(Group(found.members, found.start, found.end))
        return found.end

    def _is_province(self, i: int) -> bool:
        """Whether an unmarked "tinh" names a column before the period, and says nothing about time."""
        lexeme, before = self.c.at(i), self.c.at(i - 1)
        return lexeme is not None and lexeme.norm == "tinh" and before is not None and before.fold in _LISTED

    def _announced(self, i: int, found: Mention) -> int:
        """Forms: "(trong) 5 năm (2020–2024)", "3 năm từ 2022 …": a count that announces the period: its start.

        One unit by its name is announced by no count: "từ 20 đến 40 năm 2024" bounds something in that year.
        """
        at = i
        spec = found.members[0].spec
        if len(found.members) == 1 and isinstance(spec, Unit) and not spec.relative and self.c.unit(i) is not None:
            return i
        if self.c.unit(i) is None:
            at = i - 1 if self.c.word(i - 1, ",", "(", ":") else i
            if self.c.unit(at - 1) is None:
                return i
            at -= 1
        for start in (at - 2, at - 1):
            number = self.c.integer(start, 2, 60) if start >= 0 else None
            if (
                number is not None
                and number[1] == at
                and not self.c.word(start - 1, "top", "trên", "hơn", "dưới", "quá", "đủ", "phần", "/")
                and not is_bound(self.c, start)
            ):
                self._use(start, i)
                return start
        return i

    # --- years -------------------------------------------------------------------------------------------------

    def _share_years(self) -> None:
        """Inside a list the years (and months of days) that are left out come from the next member that has one."""
        for index, group in enumerate(self.groups):
            members = list(group.members)
            for step in (range(len(members) - 2, -1, -1), range(1, len(members))):
                offset = 1 if step.step < 0 else -1
                for at in step:
                    members[at] = replace(members[at], spec=inherit(members[at].spec, members[at + offset].spec))
            self.groups[index] = replace(group, members=tuple(members))

    def _frame_years(self) -> None:
        """A year that stands apart frames what has none: "quý 1 … của Hải Phòng năm 2024"."""
        loose = [i for i, g in enumerate(self.groups) if not g.base and any(is_loose(m.spec) for m in g.members)]
        frames = [i for i, g in enumerate(self.groups) if not g.base and all(is_frame(m.spec) for m in g.members)]
        gone: set[int] = set()
        for index in loose:
            free = [f for f in frames if f != index]
            near = [f for f in free if self._adjacent(f, index)]
            chosen = near[0] if near else free[0] if len(free) == 1 else None
            if chosen is None:
                continue
            years = years_of(member.spec for member in self.groups[chosen].members)
            group = self.groups[index]
            if len(years) == 1:
                members = tuple(
                    replace(m, spec=m.spec.with_year(years[0])) if is_loose(m.spec) else m for m in group.members
                )
            elif len(group.members) == 1 and years:
                members = tuple(replace(group.members[0], spec=group.members[0].spec.with_year(y)) for y in years)
            else:
                continue
            self.groups[index] = replace(group, members=members)
            if not self._singled_out(chosen, index):
                gone.add(chosen)
        self._drop(gone)
        self._one_year()

    def _singled_out(self, frame: int, index: int) -> bool:
        """Whether a part of a year is named beside the year and not in it: "năm 2024, riêng tháng 12"."""
        start = self.groups[index].start
        return self.groups[frame].start < start and (
            self.c.word(start - 1, "riêng") or (self.c.word(start - 2, "trong") and self.c.word(start - 1, "đó"))
        )

    def _one_year(self) -> None:
        """What follows a period of one year and lacks its own is of that year: "9 tháng năm 2024, riêng tháng 9"."""
        for index, group in enumerate(self.groups):
            known = {y for g in self.groups[:index] if not g.base for y in years_of(m.spec for m in g.members)}
            if not group.base and len(known) == 1 and all(is_loose(m.spec) for m in group.members):
                members = tuple(replace(m, spec=m.spec.with_year(min(known))) for m in group.members)
                self.groups[index] = replace(group, members=members)

    def _adjacent(self, frame: int, index: int) -> bool:
        gap = range(self.groups[frame].end, self.groups[index].start)
        return self.groups[frame].start < self.groups[index].start and all(self.c.word(i, ",", "thì", ":") for i in gap)

    def _drop(self, gone: set[int]) -> None:
        if not gone:
            return
        kept = [i for i in range(len(self.groups)) if i not in gone]
        moved = {old: new for new, old in enumerate(kept)}
        self.groups = [self.groups[i] for i in kept]
        self.asked = [(asked, None if at is None else moved.get(at)) for asked, at in self.asked]

    def _current_group(self, asked: Asked) -> int | None:
        """The periods that a comparison looks at: the nearest before it, else the nearest after it."""
        own = [i for i, g in enumerate(self.groups) if not g.base]
        before = [i for i in own if self.groups[i].end <= asked.start]
        after = [i for i in own if self.groups[i].start >= asked.end]
        return before[-1] if before else after[0] if after else None

    def _borrow_across_comparisons(self) -> None:
        """Compared periods lend each other the year; a bare year against a smaller period means that period of it."""
        derived = any(asked.kind != "explicit" for asked, _ in self.asked)
        for asked, base_index in list(self.asked):
            if derived and base_index is not None and self._current_group(asked) is None:
                # "cùng kỳ năm 2022 so với 9 tháng 2024": the only period is looked at, the other hangs on it.
                self.groups[base_index] = replace(self.groups[base_index], base=False)
                self.asked.remove((asked, base_index))
        for asked, base_index in self.asked:
            current_index = self._current_group(asked)
            if base_index is None or current_index is None:
                continue
            current, base = self.groups[current_index], self.groups[base_index]
            one, other = current.members[0].spec, base.members[0].spec
            past = getattr(other, "relative", False) and (other.year_of() or 0) < self.c.today.year
            if one.year_of() is None and past and not is_frame(other):
                continue  # "quý 1 so với quý 4 năm trước": this year's first quarter
            if one.year_of() is None and other.year_of() is not None and not is_frame(other):
                members = tuple(replace(m, spec=inherit(m.spec, other)) for m in current.members)
                if not self._same_days(members[0].spec, other):  # "tháng 10 … so với tháng 10 năm ngoái": two periods
                    self.groups[current_index] = replace(current, members=members)
            elif other.year_of() is None and one.year_of() is not None:
                members = tuple(replace(m, spec=self._before(m.spec, one)) for m in base.members)
                self.groups[base_index] = replace(base, members=members)
            elif all(is_frame(m.spec) for m in base.members) and not is_frame(one) and len(current.members) == 1:
                if isinstance(one, Range) and isinstance(other, Range):
                    continue
                if any(self.c.word(i, "cả", "trọn", "toàn") for i in (base.start - 1, base.start)):
                    continue  # "bằng mấy phần trăm cả năm 2024"
                known = one.year_of() or self.c.today.year
                members = tuple(
                    replace(m, spec=one.with_year(year))
                    for m in base.members
                    if (year := m.spec.year_of()) is not None and year != known
                )
                if len(members) == len(base.members):
                    self.groups[base_index] = replace(base, members=members)

    def _same_days(self, one: Spec, other: Spec) -> bool:
        years = one.year_of() or self.c.today.year, other.year_of() or self.c.today.year
        try:
            first, second = one.resolve(years[0]), other.resolve(years[1])
        except NoSuchDay:
            return False
        return (first.start, first.end) == (second.start, second.end)

    def _before(self, spec: Spec, current: Spec) -> Spec:
        """Give the base the current period's year, or the year before when it would lie after it."""
        year = current.year_of()
        if spec.year_of() is not None or year is None:
            return spec
        try:
            later = spec.resolve(year).start > current.resolve(year).start
        except NoSuchDay:
            return spec.with_year(year)
        return spec.with_year(year - 1 if later else year)

    # --- days --------------------------------------------------------------------------------------------------

    def _resolve(self, group: Group) -> list[PeriodMention]:
        found: list[PeriodMention] = []
        for member in group.members:
            try:
                found.append(self._period(member))
            except NoSuchDay as error:
                self.problems.append(str(error))
            except (ValueError, OverflowError):
                self.problems.append("Khoảng thời gian nằm ngoài lịch.")
        return found

    def _period(self, member: Member) -> PeriodMention:
        today, note = self.c.today, member.note
        spec = fill_month(member.spec, today)
        known = spec.year_of()
        if known is None:
            year = today.year
            days = spec.resolve(year)
            if days.start > today or (days.cumulative and days.end > today and not isinstance(spec, Unit)):
                earlier = spec.resolve(year - 1)
                if days.start > today or unit_range(days.end, "month")[0] > today:
                    year, days = year - 1, earlier
            note = note or f"Không ghi năm: hiểu là năm {year}."
        else:
            days = spec.resolve(known)
        start, end = days.start, days.end
        is_open = start <= today < end
        if is_open:
            end = today
        label = days.label
        if not label and is_open and not days.cumulative and days.grain not in ("day", "week"):
            label = f"{format_period(start, days.end, days.grain)} (đến {format_date(end)})"
        elif not label or is_open:
            label = format_period(start, end, days.grain, cumulative=days.cumulative)
        span = self.c.tokens(member.start, member.end)
        return PeriodMention(
            start,
            end,
            days.grain,
            label,
            (span.start, span.stop),
            relative=spec.relative,
            open=is_open,
            cumulative=days.cumulative,
            note=note,
        )

    # --- comparing ---------------------------------------------------------------------------------------------

    def _compare(self, resolved: list[list[PeriodMention]]) -> list[ComparisonMention]:
        found: list[ComparisonMention] = []
        for asked, base_index in self.asked:
            span = self.c.tokens(asked.start, asked.end)
            tokens = (span.start, span.stop)
            at = self._current_group(asked)
            currents: list[PeriodMention | None] = list(resolved[at]) if at is not None else []
            for current in currents or [None]:
                if asked.kind == "explicit":
                    bases = resolved[base_index] if base_index is not None else []
                    found.extend(ComparisonMention("explicit", current, base, tokens) for base in bases)
                else:
                    found.append(self._derived(asked, current, tokens))
        return found or self._paired(resolved)

    def _derived(self, asked: Asked, current: PeriodMention | None, tokens: tuple[int, int]) -> ComparisonMention:
        if asked.kind == "same_period":
            if current is None and asked.grain is not None:
                current = self._this(asked.grain, tokens)
            if current is None:
                return ComparisonMention("same_period", None, None, tokens)
            years = current.start.year - asked.year if asked.year is not None else asked.back
            base = same_period_last_year(current, years if years > 0 else 1)
            note = f"So cùng số ngày: {base.label}." if current.open else ""
            return ComparisonMention("same_period", current, replace(base, tokens=tokens), tokens, note)
        if asked.kind == "shifted" and current is not None:
            back = -3 if asked.grain == "quarter" else -1
            start = shift_months(current.start, back)
            whole = current.end == unit_range(current.end, "month")[1]
            end = shift_months(current.end, back)
            end = unit_range(end, "month")[1] if whole else end
            label = format_period(start, end, current.grain, cumulative=current.cumulative)
            base = replace(current, start=start, end=end, label=label, tokens=tokens, open=False)
            return ComparisonMention("previous", current, base, tokens)
        if asked.grain is not None and current is not None and _ends_one(current, asked.grain):
            # "cuối tháng 9/2025 so với tháng trước": the end of the one before
            last = unit_range(shift_unit(current.start, asked.grain, -1), asked.grain)[1]
            label = format_period(last, last, current.grain)
            base = replace(current, start=last, end=last, label=label, tokens=tokens, open=False)
            return ComparisonMention("previous", current, base, tokens)
        if asked.grain is not None and (current is None or not _is_one(current, asked.grain)):
            note = "" if current is None else f"Hiểu là so với {UNIT_WORDS[asked.grain]} trước."
            current = self._this(asked.grain, tokens)
            base = replace(previous_period(current), tokens=tokens)
            return ComparisonMention("previous", current, base, tokens, note)
        if current is None:
            return ComparisonMention("previous", None, None, tokens)
        return ComparisonMention("previous", current, replace(previous_period(current), tokens=tokens), tokens)

    def _this(self, grain: Grain, tokens: tuple[int, int]) -> PeriodMention:
        """The unit of today, as far as the data goes."""
        start, end = unit_range(self.c.today, grain)
        is_open = end > self.c.today
        end = min(end, self.c.today)
        label = format_period(start, end, grain)
        note = f"Không ghi kỳ: hiểu là {label[0].lower() + label[1:]}."
        return PeriodMention(start, end, grain, label, tokens, relative=True, open=is_open, note=note)

    def _paired(self, resolved: list[list[PeriodMention]]) -> list[ComparisonMention]:
        """Forms: "so sánh A và B": the later one is looked at, the earlier one is the base."""
        flat = [(period, index) for index, group in enumerate(resolved) for period in group]
        if len(flat) != 2:
            return []
        one, two = flat[0][0], flat[1][0]
        joined = flat[0][1] == flat[1][1] and self.c.word(self.groups[flat[0][1]].members[-1].start - 1, "với")
        cued = any(self.c.phrase(i, CUES[:-1]) for i in range(self.c.count))
        if not (joined or cued) or (one.start, one.end) == (two.start, two.end):
            return []
        base, current = sorted((one, two), key=lambda p: (p.start, p.end))
        tokens = (min(one.tokens[0], two.tokens[0]), max(one.tokens[1], two.tokens[1]))
        return [ComparisonMention("explicit", current, base, tokens)]


def _ends_one(period: PeriodMention, grain: Grain) -> bool:
    """Whether the period is the last day of such a unit."""
    return period.grain == "day" and period.start == period.end == unit_range(period.start, grain)[1]


def _is_one(period: PeriodMention, grain: Grain) -> bool:
    """Whether the period is one such unit (or the part of it that the data has)."""
    return (
        unit_range(period.start, grain)[0] == period.start
        and period.end <= unit_range(period.start, grain)[1]
        and (period.grain == grain)
    )
