"""Forecasts and alerts for the pages, worked out once for each person and kept for a while. No Streamlit here.

Alerts look at many units and so are worked out in a thread of their own; a page asks again until they are there. What
is kept belongs to one person under one role and catalogue: nobody sees what was computed under other rights, and every
person's own look stands in the audit log.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from nl2sql.outlook.alerts import find_alerts
from nl2sql.outlook.series import Asks, members
from nl2sql.outlook.service import forecast_of
from nl2sql.outlook.types import Alerts, Forecast, Month
from nl2sql.policy import User
from nl2sql.types import FilterMatch
from schema.semantic import Dimension, Metric, View

KEEP_S = 3600.0
KEPT = 200


class Lookout:
    """Keeps forecasts and alerts.

    Args:
        asks: The assistant.
    """

    def __init__(self, asks: Asks) -> None:
        self._asks = asks
        self._lock = threading.Lock()
        self._workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lookout")
        self._alerts: OrderedDict[Hashable, tuple[float, Future[Alerts]]] = OrderedDict()
        self._kept: OrderedDict[Hashable, tuple[float, Forecast | tuple[str, ...]]] = OrderedDict()

    def alerts(self, user: User, *, patience_s: float = 0.0) -> Alerts | None:
        """A person's alerts; None while they are being worked out.

        Args:
            patience_s: How long the caller waits for them at most.

        Raises:
            UserError: They cannot be had; the message says why.
        """
        key = self._rights(user)
        with self._lock:
            held = self._alerts.get(key)
            if held is None or time.monotonic() - held[0] > KEEP_S:
                held = (time.monotonic(), self._workers.submit(find_alerts, self._asks, user))
                self._alerts[key] = held
                while len(self._alerts) > KEPT:
                    self._alerts.popitem(last=False)
        done, _ = wait([held[1]], timeout=patience_s)
        if not done:
            return None
        if held[1].exception() is not None:
            with self._lock:
                self._alerts.pop(key, None)  # the next visit tries again
        return held[1].result()

    def forecast(
        self, user: User, view: View, metric: Metric, conditions: tuple[FilterMatch, ...], until: Month
    ) -> Forecast:
        """A forecast.

        Raises:
            UserError: Nothing honest can be said, with the reason.
        """
        key = (self._rights(user), view.name, metric.name, tuple(c.sql for c in conditions), until)
        held = self._held(key)
        if not isinstance(held, Forecast):
            held = forecast_of(self._asks, user, view, metric, conditions, until)
            self._hold(key, held)
        return held

    def members(self, user: User, view: View, metric: Metric, dimension: Dimension) -> tuple[str, ...]:
        """Members of a dimension that a person sees, the largest first.

        Raises:
            UserError: There are none.
        """
        key = (self._rights(user), view.name, metric.name, dimension.name)
        held = self._held(key)
        if not isinstance(held, tuple):
            held = members(self._asks, user, view, metric, dimension)
            self._hold(key, held)
        return held

    def _rights(self, user: User) -> Hashable:
        return (user.name, repr(user.role), user.units, self._asks.catalogue_for(user).version)

    def _held(self, key: Hashable) -> Forecast | tuple[str, ...] | None:
        with self._lock:
            at, value = self._kept.get(key, (0.0, None))
        return value if value is not None and time.monotonic() - at <= KEEP_S else None

    def _hold(self, key: Hashable, value: Forecast | tuple[str, ...]) -> None:
        with self._lock:
            self._kept[key] = (time.monotonic(), value)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
