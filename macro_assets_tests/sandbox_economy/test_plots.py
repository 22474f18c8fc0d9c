"""The picture shows what it says."""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from macro_assets.sandbox.economy import SimulatedEconomy, economy_at_a_glance


def test_picture_shows_levels_regimes_and_shocks(economy: SimulatedEconomy) -> None:
    figure = economy_at_a_glance(economy)
    assert isinstance(figure, Figure)
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert len(titles) == 14
    assert any("True effect" in title for title in titles)
    unemployment = figure.axes[2].lines[0]
    assert len(np.asarray(unemployment.get_ydata())) == 683
    recessions = [row["regime"] == "recession_or_high_stress" for row in economy.truth.regimes]
    begun = sum(now and not before for before, now in pairwise([False, *recessions]))
    assert len(figure.axes[2].patches) == begun > 5
