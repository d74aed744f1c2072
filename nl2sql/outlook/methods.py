"""Methods of forecasting: the seasonal-naive baseline, and ETS and Theta of statsmodels.

Each sees a series on an additive scale (logarithms where all values are positive) and gives the middle of what it
expects with sample paths around it, from which intervals, sums of months and probabilities are read. The width of the
paths is stretched later to the errors of past trials (``backtest``), so only their shape matters here: which errors
stay for all later months and which do not.

statsmodels is imported when a method is first used: it takes half a second that nobody else should pay for.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nl2sql.outlook.types import BASELINE

Floats = NDArray[np.float64]
SEASON = 12


@dataclass(frozen=True)
class Paths:
    """A forecast on the additive scale.

    Attributes:
        middle: Shape (horizon,).
        spread: Deviations of sample paths from it, shape (paths, horizon).
    """

    middle: Floats
    spread: Floats


class Method(Protocol):
    """A way to continue a monthly series."""

    @property
    def name(self) -> str:
        """Machine name."""
        ...

    @property
    def label(self) -> str:
        """Vietnamese name."""
        ...

    def project(self, values: Floats, horizon: int, noise: Floats) -> Paths:
        """Continue ``values`` by ``horizon`` months.

        Args:
            values: Shape (months,), at least 24.
            noise: Standard normal draws, shape (paths, horizon).

        Raises:
            ValueError: The method cannot be fitted to these values.
        """
        ...


@dataclass(frozen=True)
class SeasonalNaive:
    """Each month as the same month of the year before."""

    name: str = BASELINE
    label: str = "lấy bằng cùng tháng năm trước"

    def project(self, values: Floats, horizon: int, noise: Floats) -> Paths:
        """Errors of a month come back in the same month of the years after."""
        middle = np.array([values[len(values) - SEASON + step % SEASON] for step in range(horizon)])
        spread = noise.copy()
        for step in range(SEASON, horizon):
            spread[:, step] += spread[:, step - SEASON]
        return Paths(middle, spread * _typical_change(values))


@dataclass(frozen=True)
class Ets:
    """Exponential smoothing with a damped trend and a season (Hyndman's AAdA), by maximum likelihood."""

    name: str = "ets"
    label: str = "làm trơn hàm mũ (ETS)"

    def project(self, values: Floats, horizon: int, noise: Floats) -> Paths:
        """Paths are simulated from the fitted state-space model."""
        from statsmodels.tsa.exponential_smoothing.ets import ETSModel

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a fit that did not settle; its trials tell how good it is
            model = ETSModel(
                values,
                error="add",
                trend="add",
                damped_trend=True,
                seasonal="add",
                seasonal_periods=SEASON,
                initialization_method="heuristic",
            )
            fit = model.fit(disp=False, maxiter=200)
            middle = np.asarray(fit.forecast(horizon), dtype=float)
            errors = noise.T * float(np.sqrt(fit.mse))
            paths = np.asarray(
                fit.simulate(horizon, anchor="end", repetitions=noise.shape[0], random_errors=errors), dtype=float
            )
        return Paths(middle, paths.reshape(horizon, -1).T - middle)


@dataclass(frozen=True)
class Theta:
    """The Theta method: simple smoothing of the deseasonalised series with half of its linear trend."""

    name: str = "theta"
    label: str = "Theta"

    def project(self, values: Floats, horizon: int, noise: Floats) -> Paths:
        """Of each month's error the smoothed part stays for all later months."""
        import pandas as pd
        from statsmodels.tsa.forecasting.theta import ThetaModel

        months = pd.period_range("2000-01", periods=len(values), freq="M")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = ThetaModel(pd.Series(values, index=months), period=SEASON, use_test=False, method="additive")
            fit = model.fit()
            middle = np.asarray(fit.forecast(horizon), dtype=float)
        kept = float(fit.params["alpha"]) * (np.cumsum(noise, axis=1) - noise)
        return Paths(middle, (noise + kept) * _typical_change(values))


METHODS: tuple[Method, ...] = (SeasonalNaive(), Ets(), Theta())


def _typical_change(values: Floats) -> float:
    """Spread of the changes against the same month of the year before; never zero."""
    return max(float(np.std(values[SEASON:] - values[:-SEASON])), 1e-9)
