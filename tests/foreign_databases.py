"""Small databases that nobody described, made in code: an English shop of records, a Vietnamese library, odd names."""

from __future__ import annotations

import sqlite3
from pathlib import Path

RECORD_SHOP = """
CREATE TABLE singers (singer_id INTEGER PRIMARY KEY, name TEXT, nation TEXT, birth_year INTEGER, is_active TEXT);
CREATE TABLE albums (album_id INTEGER PRIMARY KEY, title TEXT, singer_id INTEGER REFERENCES singers(singer_id),
    genre TEXT, price REAL, release_date TEXT);
CREATE TABLE branches (branch_id INTEGER PRIMARY KEY, city TEXT, open_year INTEGER);
CREATE TABLE sales (sale_id INTEGER PRIMARY KEY, album_id INTEGER, branch_id INTEGER, quantity INTEGER, sold_on TEXT);
INSERT INTO singers VALUES (1,'Lena Park','South Korea',1988,'yes'),(2,'Otto Brandt','Germany',1971,'no'),
    (3,'Minh Anh','Vietnam',1995,'yes'),(4,'Clara Voss','Germany',1990,'yes'),(5,'Jon Eide','Norway',1966,'no');
INSERT INTO albums VALUES (1,'Blue Rain',1,'Pop',12.5,'2015-03-01'),(2,'Iron Road',2,'Rock',9.0,'1999-10-11'),
    (3,'Mùa thu',3,'Pop',15.0,'2021-09-02'),(4,'Glass House',4,'Jazz',20.0,'2018-01-20'),
    (5,'Second Rain',1,'Pop',14.0,'2019-06-30'),(6,'Old Harbour',2,'Folk',7.5,'1994-02-14');
INSERT INTO branches VALUES (1,'Hanoi',2005),(2,'Berlin',1998),(3,'Oslo',2012);
INSERT INTO sales VALUES (1,1,1,30,'2022-01-05'),(2,1,2,10,'2022-02-05'),(3,2,2,5,'2022-02-11'),(4,3,1,50,'2022-03-01'),
    (5,4,2,12,'2022-03-09'),(6,5,1,8,'2022-04-21'),(7,5,3,9,'2022-05-02'),(8,6,2,1,'2022-06-17');
"""

LIBRARY = """
CREATE TABLE "độc giả" ("mã độc giả" INTEGER PRIMARY KEY, "họ tên" TEXT, "giới tính" TEXT, "năm sinh" INTEGER,
    "quận" TEXT);
CREATE TABLE "sách" ("mã sách" INTEGER PRIMARY KEY, "tựa đề" TEXT, "thể loại" TEXT, "số trang" INTEGER, "giá bìa" REAL);
CREATE TABLE "phiếu mượn" ("mã phiếu" INTEGER PRIMARY KEY, "mã độc giả" INTEGER, "mã sách" INTEGER, "ngày mượn" TEXT,
    "số ngày" INTEGER);
INSERT INTO "độc giả" VALUES (1,'Trần Thị Mây','nữ',1990,'Ba Đình'),(2,'Lê Văn Núi','nam',1985,'Tây Hồ'),
    (3,'Phạm Sông','nam',2001,'Ba Đình'),(4,'Ngô Biển','nữ',1978,'Hoàn Kiếm');
INSERT INTO "sách" VALUES (1,'Đất rừng','Tiểu thuyết',320,85000),(2,'Toán vui','Khoa học',150,60000),
    (3,'Sao xa','Khoa học',210,99000),(4,'Phố cũ','Tản văn',180,70000);
INSERT INTO "phiếu mượn" VALUES (1,1,1,'2024-01-03',14),(2,1,2,'2024-02-10',7),(3,2,1,'2024-02-12',21),
    (4,3,3,'2024-03-15',14);
"""

ODD_NAMES = '''
CREATE TABLE "Order" ("ID" INTEGER, "Ship ""To""" TEXT, "group" TEXT);
CREATE TABLE "no key" (a TEXT, b REAL);
CREATE TABLE hollow (x INTEGER);
CREATE TABLE gone (z INTEGER);
CREATE VIEW broken AS SELECT z FROM gone;
DROP TABLE gone;
INSERT INTO "Order" VALUES (1,'Huế','A'),(2,'Vinh','B'),(3,'Huế','A');
INSERT INTO "no key" VALUES ('p',1.5),('p',NULL),(NULL,2.0);
'''


def build(path: Path, script: str) -> str:
    """Make a SQLite file from a script; returns its SQLAlchemy URL."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"
