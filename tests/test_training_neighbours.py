"""Measures of different views that are called alike, for any catalogue."""

from __future__ import annotations

from nl2sql.training.neighbours import near_measures
from nl2sql.training.stock import Shelf
from schema.semantic import Metric, View


def _shelf(name: str, label: str, *measures: tuple[str, str]) -> Shelf:
    return Shelf(View(name, label, metrics=tuple(Metric(m, said, "COUNT(*)") for m, said in measures)))


def test_neighbours_share_words_and_live_elsewhere() -> None:
    shelves = {
        "kham": _shelf("kham", "Khám bệnh", ("so_ca_kham", "số ca khám"), ("chi_phi", "chi phí điều trị")),
        "mo": _shelf("mo", "Phẫu thuật", ("so_ca_mo", "số ca mổ"), ("phi_mo", "chi phí điều trị phẫu thuật")),
        "thuoc": _shelf("thuoc", "Dược phẩm", ("ton_kho", "tồn kho dược")),
    }
    near = near_measures(shelves)
    assert max(near["kham", "chi_phi"], key=near["kham", "chi_phi"].__getitem__) == "mo phi_mo"
    assert all(name.split()[0] != view for (view, _), found in near.items() for name in found)
    assert ("thuoc", "ton_kho") not in near
