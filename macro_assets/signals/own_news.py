"""A series taken as a shock as it stands: the value first stated of each period, in the month of the event or of knowledge.

Belongs here: from facts of one series to monthly news. Does not belong here: which series is a shock (catalog/own.py,
shocks.yaml), the table of all shocks (shocks.py).

By event, the series is an instrument for study like the published surprises: its months are those of the periods, and it
counts as known at the event. By knowledge, a value stands in the month in which it became known; one known later than
`LATEST_DAYS` after its period is history loaded at once, not news. A later restatement changes neither.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.periods import Frequency
from macro_assets.signals.policy_news import event_sum
from macro_assets.signals.release_news import News
from macro_assets.vintage.calendars import Days, period_end
from macro_assets.vintage.columns import days, floats

__all__ = ["LATEST_DAYS", "stated_news"]

LATEST_DAYS = 92


def stated_news(
    observations: pa.Table, series_id: str, frequency: Frequency, months: Days, *, by_event: bool, zero_between: bool
) -> News:
    """Sum of the values of each month, as first stated.

    Parameters
    ----------
    observations : rows of `silver/observations`.
    series_id, frequency : of the series.
    months : sorted month ends that may carry news.
    by_event : in the month in which the period ends; else in the month in which the value became known.
    zero_between : whether a month without a value, between the first and the last one, is zero; else it is missing.

    Returns
    -------
    News in the unit of the series, known on the day of the month's last value (month end where it is zero).
    """
    published = pc.and_(pc.equal(observations["series_id"], series_id), pc.equal(observations["status"], "published"))
    rows = observations.filter(published).sort_by([("observation_date", "ascending"), ("realtime_start", "ascending")])
    period, known_from, value = days(rows["observation_date"]), days(rows["known_from"]), floats(rows["value"])
    first = np.append(True, period[1:] != period[:-1])[: len(period)]
    ends, known_from, value = period_end(period[first], frequency), known_from[first], value[first]
    dates = ends
    if not by_event:
        news = known_from - ends <= np.timedelta64(LATEST_DAYS, "D")
        dates, value = known_from[news], value[news]
    order = np.argsort(dates, kind="stable")
    events = event_sum(dates[order], value[order], months)
    if zero_between:
        return events.news
    return News(events.news.as_of, np.where(events.held, events.news.value, np.nan), events.news.known_at)
