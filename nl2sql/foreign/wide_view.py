"""Makes the flat view of one table: its columns, those that its keys lead to, measures, conditions with a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nl2sql.foreign.schema_text import column_order
from nl2sql.foreign.wide_cells import Cell, Shown, column, display_of, existence, moment, part_of, scaled
from nl2sql.foreign.wide_roles import (
    ENDS,
    adds_up,
    free,
    is_birth,
    is_key,
    is_limit,
    is_year,
    other_sides,
    role,
    sentence,
    shared,
    translated,
    vague,
    written,
)
from nl2sql.foreign.wide_types import Flat, Step
from nl2sql.foreign.wide_words import (
    deeds_of,
    english_words,
    head_phrases,
    identifier,
    is_sale,
    money_phrases,
    nouns_of,
    phrases_of,
    sold_phrases,
    spoken,
    unit_in,
)
from schema.semantic import Catalogue, Dimension, Fact, Metric, NamedFilter, TimeDimension, View

COLUMNS = 120
"""Columns of a flat view; those of tables further away are left out first."""


_OWN_RANK, _FAR_RANK, _NAMES_RANK = 20, 10, 62


_FEW = 60


@dataclass
class ViewMaker:
    """Makes the flat view of one table."""

    catalogue: Catalogue
    base: View
    steps: Mapping[str, Step]
    name: str
    empty: frozenset[str]
    taken: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    cells: dict[str, Cell] = field(default_factory=dict)
    dimensions: list[Dimension] = field(default_factory=list)
    times: list[TimeDimension] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    filters: list[NamedFilter] = field(default_factory=list)

    def make(self) -> Flat:
        """The view with its joins and columns."""
        steps = self.steps
        alias = self.base.name
        own = written(self.base, nouns_of(self.base.name, self.base.primary_key))
        shown = display_of(self.base, alias)
        if shown is not None:
            said = phrases_of(shown.columns[0], self.base.name) if len(shown.columns) == 1 else ()
            self._display(shown, own, alias, 0, ("tên", "họ tên", "danh sách tên", *said), of_row=True)
        for name in sorted(column_order(self.base), key=lambda n: is_birth(n) or is_limit(n)):
            if shown is None or (name,) != shown.columns:
                self._column(self.base, name, alias, 0, ())
        for step in steps.values():
            self._reach(step, steps)
        if not self.times:
            self._borrowed_time(steps)
        self._measures(own)
        self._missing(own)
        grain = f"một {own[0]}"
        view = View(
            name=self.name,
            label=sentence(own[0]),
            grain=grain,
            subject=self.base.subject,
            synonyms=tuple(dict.fromkeys((*own, *deeds_of(self.base.name)))),
            dimensions=tuple(self.dimensions[:COLUMNS]),
            time_dimensions=tuple(self.times),
            facts=tuple(self.facts),
            metrics=tuple(self.metrics),
            filters=tuple(self.filters),
            detail=tuple(self._detail(shown)),
            rows=self.base.rows,
        )
        return Flat(view, self.base.name, alias, steps, self.cells)

    def _detail(self, shown: Shown | None) -> list[str]:
        """What is shown of a row when rows are asked for: its name, and its key where names repeat."""
        named = [n for n, cell in self.cells.items() if cell.of_row]
        if not named or shown is None:
            known = {d.name for d in self.dimensions} | {f.name for f in self.facts} | {t.name for t in self.times}
            return [n for n, cell in self.cells.items() if n in known and cell.alias == self.base.name][:20]
        return named

    def _free(self, *parts: str) -> str:
        return free("_".join(identifier(p) for p in parts if p), self.taken)

    def _display(
        self, shown: Shown, entity: tuple[str, ...], alias: str, depth: int, titles: tuple[str, ...], *, of_row: bool
    ) -> None:
        """The column by which people name the members of a table."""
        name = self._free(alias, "ten") if of_row else self._free(alias)
        self.cells[name] = shown.cell(of_row=of_row)
        if len(shown.key) == 1:
            self.cells.setdefault(self._free(alias, "khoa"), column(alias, shown.key[0]))
        said = (*titles, *(f"tên {p}" for p in entity)) if of_row else (*entity, *(f"tên {p}" for p in entity))
        many = len(shown.values) > _FEW
        rank = _NAMES_RANK + depth if many else _OWN_RANK + _FAR_RANK * depth
        self.dimensions.append(
            Dimension(
                name,
                f"Tên {entity[0]}" if of_row else sentence(entity[0]),
                synonyms=said,
                values=shown.values,
                rank=rank,
                index=many or not shown.values,
            )
        )

    def _column(self, view: View, name: str, alias: str, depth: int, entity: tuple[str, ...]) -> None:
        """One column of the table itself, or of one that its keys lead to."""
        items: list[TimeDimension | Fact | Dimension] = [*view.time_dimensions, *view.facts, *view.dimensions]
        said = written(next(i for i in items if i.name == name), phrases_of(name, view.name))
        head = tuple(h for h in head_phrases(name) if not depth and not shared(view, name, h))
        if entity:
            said = tuple(f"{p} {e}" for p in said[:3] for e in entity[:3]) + tuple(
                f"{p} của {e}" for p in said[:2] for e in entity[:2]
            ) + (tuple(p for p in said if p not in self.said) if not vague(said) else ())  # fmt: skip
        else:
            said = (*said, *head)
        self.said.update(said)
        label = view.label_of(name)
        time = next((t for t in view.time_dimensions if t.name == name), None)
        fact = next((f for f in view.facts if f.name == name), None)
        dim = view.dimension(name)
        if time is not None:
            if not depth:
                self._time(time.name, label, alias, said)
            return
        if fact is not None and not depth:
            self._fact(fact, alias, said)
            return
        if dim is None or (depth and (dim.type != "text" or is_key(view, name))):
            return
        cell = column(alias, name)
        if not depth and dim.type in ("integer", "decimal") and is_year(name) and view.time is None:
            self._year(name, label, alias, said)
            return
        own = self._free(alias if depth else "", name)
        self.cells[own] = cell
        values = () if is_key(view, name) and dim.type != "text" else dim.values
        many = len(values) > _FEW
        rank = (_NAMES_RANK if many else _OWN_RANK + 5) + _FAR_RANK * depth
        self.dimensions.append(
            Dimension(own, label, type=dim.type, synonyms=said, values=translated(values) if dim.type == "text" else (),
                      index=False, rank=rank)
        )  # fmt: skip

    def _time(self, name: str, label: str, alias: str, said: tuple[str, ...]) -> None:
        first = not self.times
        own = self._free("ngay") if first else self._free(name)
        self.cells[own] = moment(alias, name, self.catalogue.dialect)
        suffix = "" if first else identifier(name)
        parts = {grain: self._free(word, suffix) for grain, word in _PARTS.items()}
        for grain, part in parts.items():
            self.cells[part] = part_of(alias, name, grain, self.catalogue.dialect)
        self.times.append(TimeDimension(own, label, synonyms=said, parts=parts, default=first))

    def _year(self, name: str, label: str, alias: str, said: tuple[str, ...]) -> None:
        """A whole number that is a year stands for the time of the row where there is no date."""
        day, year = self._free("ngay"), self._free("nam")
        self.cells[day] = moment(alias, name, self.catalogue.dialect, year=True)
        self.cells[year] = column(alias, name)
        first = not self.times
        self.times.append(TimeDimension(day, label, synonyms=said, parts={"year": year}, default=first))
        own = self._free(name)
        self.cells[own] = column(alias, name)
        self.facts.append(Fact(own, label, type="integer", synonyms=said))

    def _fact(self, fact: Fact, alias: str, said: tuple[str, ...]) -> None:
        own = self._free(fact.name)
        unit = _UNITS.get(unit_in(fact.name), unit_in(fact.name))
        converted = scaled(fact.name, alias)
        self.cells[own] = column(alias, fact.name)
        if converted is not None:
            self.cells[own], unit = converted
        label = sentence(said[0])
        if (words := said[0].split())[0] in _LEADS and len(words) > 1:
            said = (*said, " ".join(words[1:]))
        self.facts.append(Fact(own, label, type=fact.type, unit=unit, synonyms=said))
        kind = "SUM" if adds_up(fact.name, said) else "AVG"
        synonyms = [*said, *(f"tổng {p}" for p in said)] if kind == "SUM" else [*said]
        if kind == "SUM" and is_sale(self.base.name):
            told = set(english_words(fact.name)) | set(spoken(fact.name).split())
            if told & _MONEY_WORDS:
                synonyms.extend(money_phrases())
            if told & _COUNT_WORDS:
                synonyms.extend(sold_phrases())
        metric = self._free("tong" if kind == "SUM" else "bq", fact.name)
        self.metrics.append(
            Metric(metric, label, f"{kind}({own})", unit, synonyms=tuple(dict.fromkeys(synonyms)),
                   additivity="additive" if kind == "SUM" else "ratio")
        )  # fmt: skip

    def _reach(self, step: Step, steps: Mapping[str, Step]) -> None:
        """The columns of a table that the keys lead to."""
        view = self.catalogue.views[step.table]
        entity = written(view, nouns_of(step.table, view.primary_key))
        said_so = role(step)
        if said_so:
            entity = said_so if step.table == self.base.name else (*entity, *said_so)
        elif step.table == self.base.name:
            return  # a table that points at itself without a word for what the other row is
        shown = display_of(view, step.alias)
        if shown is not None:
            self._display(shown, entity, step.alias, step.depth, (), of_row=False)
            key = view.primary_key
            counted = self._free("so", step.alias)
            target = next(n for n in reversed(self.dimensions) if self.cells[n.name].alias == step.alias).name
            if key:
                self.metrics.append(
                    Metric(counted, f"Số {entity[0]}", f"COUNT(DISTINCT {target})", additivity="distinct",
                           synonyms=tuple(f"{n} {e}" for e in entity for n in ("số", "số lượng")))
                )  # fmt: skip
        for name in column_order(view):
            if shown is None or name not in shown.columns:
                self._column(view, name, step.alias, step.depth, entity)

    def _borrowed_time(self, steps: Mapping[str, Step]) -> None:
        """The date of the nearest table that has one: lines of an invoice are of the invoice's day."""
        for step in sorted(steps.values(), key=lambda s: s.depth):
            time = self.catalogue.views[step.table].time
            if time is not None and (deeds_of(step.table) or step.depth == 1) and not is_birth(time.name):
                self._time(time.name, time.label, step.alias, phrases_of(time.name, step.table))
                return

    def _measures(self, own: tuple[str, ...]) -> None:
        """The count of rows, and the amount where a row holds a price and a quantity."""
        deeds = deeds_of(self.base.name)
        counted = [f"{n} {p}" for p in own for n in ("số", "số lượng", "tổng số", "lượng")]
        counted += [f"{n} {d}" for d in deeds for n in ("lượt", "số lượt", "lần", "số lần")]
        counted += ["lượt", "lần"] if deeds else []
        price = next((f for f in self.facts if self._words(f) & {"price", "giá"}), None)
        count = next((f for f in self.facts if self._words(f) & _COUNT_WORDS and not self._words(f) & {"trang"}), None)
        amount = next((m for m in self.metrics if count and m.expr == f"SUM({count.name})"), None)
        if amount is not None and not (self.base.primary_key or self.dimensions_of_row() or price):
            synonyms = tuple(dict.fromkeys((*amount.synonyms, *own, *counted, "lượt")))
            self.metrics.remove(amount)
            self.metrics.insert(0, replace(amount, synonyms=synonyms, default=True))
            return
        sold = bool(count and price and is_sale(self.base.name))
        if amount is not None and sold:
            self.metrics[self.metrics.index(amount)] = replace(amount, default=True)
        said = tuple(p for p in counted if all(p not in m.synonyms for m in self.metrics))
        name = self._free("so", self.base.name)
        main = Metric(name, f"Số {own[0]}", "COUNT(*)", own[0], synonyms=said, default=not sold)
        self.metrics.insert(0, main)
        if price and count and not any(set(m.synonyms) & {"doanh thu"} for m in self.metrics):
            self.metrics.append(
                Metric(self._free("thanh_tien"), "Thành tiền", f"SUM({price.name} * {count.name})",
                       synonyms=("thành tiền", *money_phrases()))
            )  # fmt: skip

    def _words(self, fact: Fact) -> set[str]:
        stored = self.cells[fact.name].columns[0]
        return set(english_words(stored)) | set(spoken(stored).split())

    def _late(self) -> None:
        """Rows whose date lies after the date until when: returned late, delivered late."""
        limit = next((t for t in self.times if is_limit(self.cells[t.name].columns[0])), None)
        if limit is None:
            return
        theirs = set(english_words(self.cells[limit.name].columns[0])) | set(
            spoken(self.cells[limit.name].columns[0]).split()
        )
        for time in self.times:
            stored = self.cells[time.name].columns[0]
            words = set(english_words(stored)) | set(spoken(stored).split())
            shared = (words & theirs) - {"ngày", "date", "hạn"}
            if time is limit or not (shared or words & ENDS):
                continue
            verbs = [w for w in shared if not w.isascii() or w in ("giao", "xong")]
            leads = ("", *(f"{v} " for v in verbs))
            said = [f"{lead}{late}" for lead in leads for late in ("sau hạn", "trễ hạn", "trễ", "muộn", "quá hạn")]
            self.filters.append(NamedFilter("tre_han", "trễ hạn", f"{time.name} > {limit.name}", tuple(said)))
            return

    def dimensions_of_row(self) -> bool:
        """Whether rows have a name of their own."""
        return any(cell.of_row for cell in self.cells.values())

    def _missing(self, own: tuple[str, ...]) -> None:
        """Conditions with a name: a column that is empty, another table that has no row for this one."""
        for dim in list(self.dimensions):
            cell = self.cells[dim.name]
            if cell.alias != self.base.name or cell.of_row or not set(cell.columns) & self.empty:
                continue
            said = [p for p in (*dim.synonyms, dim.label.lower()) if p]
            absent = tuple(f"{n} {p}" for p in dict.fromkeys(said) for n in _ABSENT)
            self.filters.append(NamedFilter(f"thieu_{dim.name}", f"không có {said[0]}", f"{dim.name} IS NULL", absent))
        self._late()
        for link in self.catalogue.relationships:
            if link.right != self.base.name or link.left == self.base.name:
                continue
            if link.right_columns != self.base.primary_key:
                continue
            name = self._free("co", link.left)
            self.cells[name] = existence(link, self.base.name)
            child = [*phrases_of(link.left), *other_sides(self.catalogue, link)]
            said = [
                f"{n} {p}{tail}"
                for p in child
                for n in ("chưa có", "không có", "chưa từng có")
                for tail in ("", " nào")
            ]
            said += [f"{n} {d}" for d in deeds_of(link.left) for n in _NEVER]
            label = f"chưa có {child[0]}"
            self.filters.append(NamedFilter(f"chua_{name}", label, f"NOT {name}", tuple(dict.fromkeys(said))))


_UNITS = {"đồng": "VND", "vnđ": "VND", "vnd": "VND", "đô": "USD", "usd": "USD"}


_LEADS = frozenset({"tiền", "số", "lượng"})


_PARTS = {"year": "nam", "quarter": "quy", "month": "thang"}


_ABSENT = ("không có", "chưa có", "không khai", "không ghi", "chưa rõ", "không rõ", "thiếu", "không khai tên",
           "không ghi tên", "không")  # fmt: skip


_NEVER = ("chưa", "chưa từng", "chưa được", "chưa ai", "chưa hề", "không", "chưa bao giờ")


_COUNT_WORDS = frozenset({"quantity", "số", "lượng"})


_MONEY_WORDS = frozenset({"total", "amount", "revenue", "tiền", "trị", "doanh"})
