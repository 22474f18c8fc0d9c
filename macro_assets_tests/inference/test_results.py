"""Public results of the room print, tabulate and draw themselves; discovered, so that a new one cannot be forgotten."""

import importlib
import pkgutil
from dataclasses import is_dataclass

import numpy as np
import pytest
from matplotlib.collections import PathCollection

import macro_assets.inference as room
from macro_assets.inference import comparison, metrics
from macro_assets.inference.conformal import RegimeConformal
from macro_assets.inference.display import Displayed, Result
from macro_assets.inference.logistic import Sigmoid
from macro_assets.inference.mixture import ErrorMixture, ErrorSample
from macro_assets.inference.stationary import Interval

rng = np.random.default_rng(0)
P = rng.uniform(0.05, 0.95, 60)
Y = (rng.random(60) < P).astype(float)
GOOD, BAD = rng.uniform(0.0, 0.2, 60), rng.uniform(0.1, 0.4, 60)
EXAMPLES = {
    type(one): one
    for one in (
        comparison.diebold_mariano(GOOD, BAD, 6),
        metrics.confusion(Y, P, 0.5),
        metrics.reliability(Y, P),
        metrics.murphy(Y, P),
        metrics.calibration_line(Y, P),
        RegimeConformal.learn(Y - P, P > 0.5),
        ErrorMixture(ErrorSample.of(GOOD), ErrorSample.of(BAD)),
        Sigmoid(-0.1, 0.9),
        Interval(0.1, 0.3),
    )
}


def results() -> list[type]:
    """Public dataclasses of the room that inherit the presentation."""
    found = []
    for module in pkgutil.iter_modules(room.__path__):
        loaded = importlib.import_module(f"{room.__name__}.{module.name}")
        for name in loaded.__all__:
            thing = getattr(loaded, name)
            if isinstance(thing, type) and is_dataclass(thing) and thing.__module__ == loaded.__name__:
                found.append(thing)
    return found


def test_every_public_dataclass_of_the_room_has_an_example() -> None:
    missing = [one.__name__ for one in results() if issubclass(one, Displayed) and one not in EXAMPLES]
    assert missing == []


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_it_prints_tabulates_and_draws(kind: type) -> None:
    one = EXAMPLES[kind]
    assert isinstance(one, Result)
    assert str(one) == one.summary()
    assert one.summary()[0].isupper() or one.summary()[0].isdigit()
    assert len(one.to_frame()) >= 1
    assert "<table" in one._repr_html_()
    assert one.plot().get_title(loc="left")


def test_the_verdict_of_a_loss_test_follows_its_p_value() -> None:
    better = comparison.diebold_mariano(GOOD, BAD, 6)
    assert better.summary().startswith("The first forecaster loses less: -0.")
    assert comparison.diebold_mariano(BAD, GOOD, 6).summary().startswith("The second forecaster loses less: +0.")
    assert comparison.diebold_mariano(GOOD, GOOD[::-1], 6).summary().startswith("No difference in loss is found")
    assert better.statistic == pytest.approx(better.mean_difference / better.stderr)


def test_the_calibration_error_is_the_mean_gap() -> None:
    table = metrics.reliability(Y, P)
    gaps = np.repeat(np.abs(table.probability - table.frequency), table.count)
    assert table.error == metrics.ece(Y, P) == pytest.approx(gaps.mean())
    points = table.plot().collections[0]
    assert isinstance(points, PathCollection)
    sizes = points.get_sizes()
    assert sizes / sizes.max() == pytest.approx(table.count / table.count.max())
