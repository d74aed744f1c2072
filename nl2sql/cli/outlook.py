"""``hoikho forecast`` and ``hoikho warnings``: looking ahead, and what stands out in the newest figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nl2sql.cli.ask import AsJson, Db, Role, Unit, dumps

if TYPE_CHECKING:
    from nl2sql.outlook.types import Alerts, Forecast

_REFUSED = 4


def forecast(
    metric: Annotated[
        str, typer.Argument(metavar="CHỈ_TIÊU", help="Tên chỉ tiêu: thu_nsnn.so_thu, hoặc “số thu ngân sách”.")
    ],
    scope: Annotated[
        str, typer.Option("--scope", metavar="PHẠM_VI", help="Một điều kiện: “cục Hải Phòng”, hoặc cuc=Hải Phòng.")
    ] = "",
    until: Annotated[
        str, typer.Option("--to", metavar="THÁNG/NĂM", help="Tháng cuối; không quá hết năm sau của dữ liệu.")
    ] = "",
    as_json: AsJson = False,
    db: Db = "",
    role: Role = "local",
    unit: Unit = None,
) -> int:
    """Dự báo một chỉ tiêu theo tháng, kèm sai số thử lại trên quá khứ."""
    from nl2sql.cli.say import answers_only, complain

    with answers_only() as stream:
        from nl2sql.config import load_settings
        from nl2sql.outlook.render import forecast_json
        from nl2sql.outlook.service import make_forecast, parse_month
        from nl2sql.outlook.types import OutlookError
        from nl2sql.pipeline import open_assistant
        from nl2sql.policy import local_user

        settings = load_settings()
        assistant = open_assistant(settings, db=db or None)
        try:
            user = local_user(role, tuple(unit or ()), settings.home)
            found = make_forecast(assistant, user, metric, scope, parse_month(until))
        except OutlookError as error:
            if as_json:
                told: dict[str, Any] = {"code": error.code, "message": error.message, "action": error.action}
                stream.write(dumps({"status": "refused", "refusal": told}) + "\n")
            else:
                complain(error.message, error.action)
            return _REFUSED
        finally:
            assistant.close()
        stream.write(dumps(forecast_json(found)) + "\n" if as_json else _forecast_text(found))
    return 0


def warnings(as_json: AsJson = False, db: Db = "", role: Role = "local", unit: Unit = None) -> int:
    """Cảnh báo theo quy tắc của danh mục, trong phạm vi được xem."""
    from nl2sql.cli.say import answers_only

    with answers_only() as stream:
        from nl2sql.config import load_settings
        from nl2sql.outlook.alerts import find_alerts
        from nl2sql.outlook.render import alerts_json
        from nl2sql.pipeline import open_assistant
        from nl2sql.policy import local_user

        settings = load_settings()
        assistant = open_assistant(settings, db=db or None)
        try:
            found = find_alerts(assistant, local_user(role, tuple(unit or ()), settings.home))
        finally:
            assistant.close()
        stream.write(dumps(alerts_json(found)) + "\n" if as_json else _alerts_text(found))
    return 0


def _forecast_text(found: Forecast) -> str:
    from nl2sql.outlook.words import amount, headline, method_lines, plan_words

    lines = [headline(found), *(plan_words(p, found.series) for p in found.plans), ""]
    lines += [
        f"  {p.month!s:<15} dự báo {amount(p.value, found.series)} "
        f"({amount(p.low, found.series)} – {amount(p.high, found.series)})"
        for p in found.points
    ]
    return "\n".join([*lines, "", *(f"• {line}" for line in method_lines(found))]) + "\n"


def _alerts_text(found: Alerts) -> str:
    from nl2sql.outlook.words import SYNTHETIC

    if not found.rules:
        return "Không có quy tắc cảnh báo nào cho phạm vi này.\n"
    lines = [f"{len(found.items)} cảnh báo trong {found.checked} lượt xét ({found.rules} quy tắc)."]
    for alert in found.items:
        lines += [f"[{alert.severity}] {alert.sentence}", f"    Vì sao: {alert.reason}", f"    Hỏi: {alert.question}"]
    lines += [*found.notes, *([SYNTHETIC] if found.synthetic else [])]
    return "\n".join(lines) + "\n"
