"""The composed route over databases that nobody described, on DuckDB and on a real PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from nl2sql.config import Settings
from nl2sql.pipeline import open_assistant
from nl2sql.types import Question
from schema.introspect import draft_catalogue

SERVER = os.environ.get("HOIKHO_TEST_POSTGRES", "")

SCHOOL = """
CREATE TABLE teacher (teacher_id INTEGER PRIMARY KEY, full_name VARCHAR(40), hire_date DATE);
CREATE TABLE course (course_id INTEGER PRIMARY KEY, title VARCHAR(40), credits INTEGER,
    teacher_id INTEGER REFERENCES teacher (teacher_id));
CREATE TABLE enrollment (student VARCHAR(20), course_id INTEGER REFERENCES course (course_id),
    enrolled_on TIMESTAMP, "Điểm số" NUMERIC(4,1));
INSERT INTO teacher VALUES (1,'Lê An','2015-09-01'), (2,'Đỗ Bình','2019-03-15'), (3,'Vũ Chi','2021-01-10');
INSERT INTO course VALUES (1,'Toán',4,1), (2,'Văn',3,1), (3,'Sử',2,2);
INSERT INTO enrollment VALUES ('A',1,'2024-02-01 08:00:00',8.5), ('B',1,'2024-02-02 09:00:00',6.5),
    ('A',2,'2025-02-01 08:00:00',9.0), ('C',3,'2025-03-01 10:00:00',7.0);
"""

ASKED = [
    ("Có bao nhiêu môn học?", [(3,)]),
    ("Số môn học theo giáo viên", [("Lê An", 2), ("Đỗ Bình", 1)]),
    ("Số lượt đăng ký theo năm", [(2024, 2), (2025, 2)]),
    ("Số lượt đăng ký tháng 2/2024", [(2,)]),
    ("Giáo viên nào chưa có môn học nào?", [("Vũ Chi",)]),
]


def answers(url: str, home: Path) -> list[list[tuple[object, ...]]]:
    assistant = open_assistant(Settings(home=home, route="composed"), db=url)
    found = []
    for question, _ in ASKED:
        answer = assistant.ask(Question(question))
        assert answer.result is not None, f"{question}: {answer.headline}"
        found.append(sorted(tuple(row) for row in answer.result.rows))
    assistant.close()
    return found


def test_duckdb(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "truong.duckdb")) as connection:
        connection.execute(SCHOOL)
    assert answers(f"duckdb:///{tmp_path / 'truong.duckdb'}", tmp_path) == [sorted(wanted) for _, wanted in ASKED]


@pytest.fixture
def school_url() -> Iterator[str]:
    """URL of a role that may read everything of a base but one view."""
    owner = sa.create_engine(sa.make_url(SERVER).set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS kho_truong"))
        connection.execute(sa.text("DROP ROLE IF EXISTS nguoi_xem"))
        connection.execute(sa.text("CREATE DATABASE kho_truong"))
        connection.execute(sa.text("CREATE ROLE nguoi_xem LOGIN PASSWORD 'xem-thu'"))
    place = sa.make_url(SERVER).set(database="kho_truong")
    inside = sa.create_engine(place.set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with inside.connect() as connection:
        for statement in SCHOOL.split(";\n"):
            if statement.strip():
                connection.execute(sa.text(statement.replace(":", r"\:")))
        connection.execute(sa.text("CREATE VIEW luong_mat AS SELECT full_name FROM teacher"))
        connection.execute(sa.text("GRANT SELECT ON teacher, course, enrollment TO nguoi_xem"))
    inside.dispose()
    yield place.set(username="nguoi_xem", password="xem-thu").render_as_string(hide_password=False)
    with owner.connect() as connection:
        connection.execute(sa.text("DROP DATABASE kho_truong WITH (FORCE)"))
        connection.execute(sa.text("DROP ROLE nguoi_xem"))
    owner.dispose()


@pytest.mark.postgres
@pytest.mark.skipif(not SERVER, reason="set HOIKHO_TEST_POSTGRES to a PostgreSQL URL")
def test_postgresql_and_a_view_that_the_user_may_not_read(school_url: str, tmp_path: Path) -> None:
    draft = draft_catalogue(school_url)
    assert set(draft.views) == {"teacher", "course", "enrollment"}
    assert any("luong_mat" in note for note in draft.notes)
    assert answers(school_url, tmp_path) == [sorted(wanted) for _, wanted in ASKED]
