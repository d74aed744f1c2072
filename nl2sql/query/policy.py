"""What SQL may contain: the allow-lists and limits of the one door to the data, and the threats that they answer.

Threat model, in short
----------------------
*Who attacks.* A person who types SQL or a question; somebody whose text is stored in the data, in a catalogue or in a
suite and so reaches the prompt; the model itself, which writes plausible nonsense. All of them end in the same thing:
SQL text that we did not write.

*What they want, and what stops it.* Everything here is fail-closed: what is not named is refused.

- write, define, load, export, attach, change settings: only one statement whose root is SELECT or a set operation, made
  of the node classes in ``NODES`` with the clauses in ``CLAUSES``; nothing else exists (``INTO``, ``FOR UPDATE``,
  hints, ``SAMPLE``, ``PIVOT``, ``LATERAL``, ``UNNEST``, ``VALUES`` … have no entry);
- a second statement, or text hidden in comments and literals: what runs is regenerated from the checked tree, without
  comments; the original text never reaches the database;
- system tables, other schemas, files read as tables, table functions: a table is a view of the catalogue or a CTE of
  the same statement; names with a schema are refused unless it is the database's default one;
- functions that read files, reach the network, sleep, show settings, or fill memory from nothing (``repeat``,
  ``printf``, series): a function has to stand in ``FUNCTIONS`` or ``ANONYMOUS``; casts go to ``TYPES`` only
  (no ``regclass``);
- columns that the catalogue does not offer, whole rows as values, renamed base columns (``t(a, b)``): after
  qualification every column is bound to a catalogue column or to an output of a checked subquery, stars are expanded;
- exhaustion: text, tokens, nesting, nodes, joins, star width and alias expansion are bounded before the expensive
  steps; recursion is refused, joins need a condition unless one side has a single row or both are small; the
  connection adds a timeout, a memory limit and a row cap (``database.py``), because some expensive queries are valid.

*What stands elsewhere.* Rows and columns by role are put into the checked tree by ``protect.py`` and ``anonymity.py``,
inside the same door. The database role has to be read-only too: this list is not the only lock.
"""

from __future__ import annotations

from collections.abc import Mapping

MAX_TEXT = 20_000
MAX_TOKENS = 4_000
MAX_PARENTHESES = 60
MAX_NODES = 6_000
MAX_DEPTH = 250
MAX_JOINS = 16
MAX_QUERIES = 60
MAX_WIDTH = 600
MAX_PAD = 200


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# sqlglot expression classes that are no functions.
NODES = _names(
    """
    Select Union Except Intersect Subquery With CTE TableAlias From Join Table Where Group Having Order Ordered Limit
    Offset Fetch Distinct Qualify Column Identifier Star Alias Literal Boolean Null Paren Tuple
    And Or Not Is In Between Like ILike Escape EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Any All Exists
    Add Sub Mul Div IntDiv Mod Neg DPipe SafeDPipe
    Case If DataType DataTypeParam Interval Var Filter Window WindowSpec WithinGroup IgnoreNulls RespectNulls
    Rollup Cube GroupingSets AtTimeZone National
    """
)

# Functions that sqlglot knows by class.
FUNCTIONS = _names(
    """
    And Or Case If Cast TryCast Coalesce Nullif Greatest Least Exists Nvl2 DecodeCase
    Sum Avg Count CountIf Min Max Median Mode Stddev StddevPop StddevSamp Variance VariancePop Quantile ApproxQuantile
    PercentileCont PercentileDisc ApproxDistinct AnyValue ArgMax ArgMin GroupConcat LogicalAnd LogicalOr Corr CovarPop
    CovarSamp RegrSlope RegrIntercept RegrR2 Grouping Skewness Kurtosis
    RowNumber Rank DenseRank PercentRank CumeDist Ntile Lag Lead FirstValue LastValue NthValue First Last
    Abs Ceil Floor Round Trunc Sign Sqrt Cbrt Pow Exp Ln Log Sin Cos Tan Asin Acos Atan Atan2 Degrees Radians Pi
    SafeDivide IsNan IsInf WidthBucket
    Lower Upper Trim Length Substring Left Right Concat ConcatWs Replace StrPosition StartsWith EndsWith Contains
    Initcap Pad SplitPart RegexpLike RegexpILike RegexpFullMatch RegexpExtract RegexpReplace Reverse Translate
    SubstringIndex Levenshtein JarowinklerSimilarity Ascii Stuff
    CurrentDate CurrentTimestamp CurrentTime CurrentDatetime Localtimestamp Date DateAdd DateSub DateDiff DateTrunc
    DateFromParts Datetime DatetimeAdd DatetimeSub DatetimeDiff DatetimeTrunc TimestampAdd TimestampSub TimestampDiff
    TimestampTrunc TimeAdd TimeSub TimeDiff TimeTrunc AddMonths MonthsBetween LastDay Day DayOfMonth DayOfWeek
    DayOfWeekIso DayOfYear Week WeekOfYear YearOfWeek YearOfWeekIso Month Quarter Year Hour Minute Second Dayname
    Monthname Extract TimeToStr StrToTime StrToDate TimeStrToTime TimeStrToDate DateStrToDate DateToDateStr TsOrDsToDate
    TsOrDsAdd TsOrDsDiff TsOrDsToDateStr TsOrDsToTimestamp TsOrDsToDatetime ToChar ToNumber ToDouble MakeInterval
    JustifyDays Timestamp CastToStrType NumberToStr Time UnixToTime TimeToUnix StrToUnix DateBin ToDays Nanvl
    """
)

# Functions that sqlglot leaves anonymous, by lower-case name. All are pure and bounded by their arguments' size.
ANONYMOUS = _names(
    """
    date_part datepart datename make_date makedate age julian julianday unixepoch to_date to_timestamp isodow dayofyear
    weekday yearweek isoyear century decade era epoch to_days to_months to_years to_weeks eomonth timediff
    total even ifnull isnull iif unaccent strip_accents nfc_normalize bool_and bool_or every max_by min_by arg_min
    arg_max instr charindex position ltrim rtrim btrim len char_length character_length strlen substr mid suffix prefix
    array_to_string format_date date_format time_format
    mad favg fsum kahan_sum sumkahan product geomean geometric_mean count_star sem entropy regr_count
    gcd lcm log2 log10 cot square datefromparts isdate isnumeric try_convert sysdate getdate
    """
)

# Types that a cast may go to (names of ``exp.DataType.Type``).
TYPES = _names(
    """
    TINYINT SMALLINT INT BIGINT INT128 INT256 UTINYINT USMALLINT UINT UBIGINT UINT128 MEDIUMINT BIT
    FLOAT DOUBLE DECIMAL DECIMAL32 DECIMAL64 DECIMAL128 BIGDECIMAL UDECIMAL MONEY SMALLMONEY NUMBER
    TEXT VARCHAR CHAR NCHAR NVARCHAR BPCHAR NAME MEDIUMTEXT LONGTEXT TINYTEXT
    BOOLEAN DATE DATE32 DATETIME DATETIME2 DATETIME64 SMALLDATETIME TIMESTAMP TIMESTAMPTZ TIMESTAMPLTZ TIMESTAMPNTZ
    TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS TIME TIMETZ INTERVAL YEAR
    """
) - {"NAME"}

# Arguments (clauses) that a structural node may have; every other one is refused when it is set.
CLAUSES: Mapping[str, frozenset[str]] = {
    "Select": _names("expressions distinct from_ joins where group having qualify windows order limit offset with_"),
    "Union": _names("this expression distinct by_name order limit offset with_"),
    "Except": _names("this expression distinct by_name order limit offset with_"),
    "Intersect": _names("this expression distinct by_name order limit offset with_"),
    "Subquery": _names("this alias with_ order limit offset joins"),
    "Table": _names("this alias db catalog joins"),
    "TableAlias": _names("this columns"),
    "CTE": _names("this alias materialized"),
    "With": _names("expressions recursive"),
    "From": _names("this"),
    "Join": _names("this side kind on using"),
    "Limit": _names("expression offset"),
    "Offset": _names("expression"),
    "Fetch": _names("direction count"),
    "Distinct": _names("expressions on"),
    "Group": _names("expressions rollup cube grouping_sets all"),
    "Order": _names("this expressions"),
    "Star": _names("except_ replace rename"),
    "In": _names("this expressions query"),
    "Column": _names("this table"),
}

JOIN_KINDS = frozenset({"", "INNER", "OUTER", "CROSS", "SEMI", "ANTI"})

# The schema in which an unqualified name is looked up; a name may carry it, and it is dropped.
DEFAULT_SCHEMA: Mapping[str, str] = {
    "duckdb": "main",
    "sqlite": "main",
    "postgres": "public",
    "tsql": "dbo",
}

CASE_INSENSITIVE = frozenset({"duckdb", "sqlite", "mysql", "tsql"})

# Reserved words of the supported engines that sqlglot's tokenizers do not all know: such a name is quoted.
RESERVED = _names(
    """
    all analyse analyze and any array as asc asymmetric authorization between binary both by case cast check collate
    collation column concurrently constraint create cross current_catalog current_date current_role current_schema
    current_time current_timestamp current_user default deferrable delete desc describe distinct do drop else end except
    exists false fetch filter for foreign freeze from full grant group having ilike in index initially inner insert
    intersect interval into is isnull join key keys lateral leading left level like limit localtime localtimestamp match
    merge natural not notnull null number of offset on only or order out outer overlaps over partition pivot placing
    primary qualify range rank references returning right row rows select session_user set show similar some summarize
    symmetric system table tablesample then to top trailing trigger true union unique unpivot update user using values
    variadic verbose view when where window with
    """
)
