"""Everything the house says of event days: effects by announcement, outcome and window, with the verdict on each.

Belongs here: the windows that are answered, the result object, its sentences and table. Does not belong here: inputs
(inputs.py), estimation (effects.py), the verdict (identification.py), drawing (pictures/).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from macro_assets.causal.engine.inputs import size_in_words
from macro_assets.causal.events.effects import EventEffect, EventShock, event_effects
from macro_assets.causal.events.identification import EventIdentification, breakdown, identify_events
from macro_assets.causal.events.path import EventPath, event_path
from macro_assets.causal.events.windows import DAY, DRIFT, PRE_EVENT, Closes, Window
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.axes import Axes

__all__ = ["WINDOWS", "EventAnswers", "answer_events"]

AFTER = (DAY, Window(0, 1), Window(0, 5), Window(0, 20))
WINDOWS = (*AFTER, PRE_EVENT, DRIFT)
"""The day, two days, a week, a month; before it, the placebo and the day of leakage."""


@dataclass(frozen=True)
class EventAnswers(Displayed):
    """Answers for event days.

    Attributes
    ----------
    as_of : last day of any close used. effects : one per announcement, outcome, window and sample.
    identification : verdict by announcement. titles : announcements in words. paths : slopes by trading
        day around the event, by announcement and outcome.
    """

    as_of: dt.date
    effects: tuple[EventEffect, ...]
    identification: Mapping[str, EventIdentification]
    paths: Mapping[tuple[str, str], EventPath]
    titles: Mapping[str, str] = field(default_factory=dict)

    html_columns: ClassVar[tuple[str, ...]] = (
        "shock", "outcome", "window", "sample", "point", "lower", "upper", "n", "effective_n", "identification", "finding"
    )  # fmt: skip

    def find(self, shock: str, outcome: str, *, window: Window = DAY, sample: str = "all") -> EventEffect:
        """One effect.

        Raises
        ------
        InvalidInputError : there is none; names what there is.
        """
        for one in self.effects:
            if (one.shock, one.outcome, one.window, one.sample) == (shock, outcome, window, sample):
                return one
        raise InvalidInputError(
            f"No event effect of {shock!r} on {outcome!r} in window {window}, {sample} events.",
            remedy="Available: " + "; ".join(sorted({f"{one.shock} on {one.outcome}" for one in self.effects})) + ".",
        )

    def on_the_day(self, shock: str) -> list[EventEffect]:
        """Effects of all events of an announcement on their day, by outcome."""
        return [one for one in self.effects if one.shock == shock and one.window == DAY and one.sample == "all"]

    def sentence(self, effect: EventEffect) -> str:
        """One effect in words."""
        verdict = self.identification[effect.shock].verdict
        size, low, high = (size_in_words(value, effect.unit) for value in (effect.point, effect.lower, effect.upper))
        per = effect.unit.partition(" per ")[2]
        events = f"{effect.n} events that carry as much as {effect.effective_n:.0f} equally large ones"
        if effect.finding != "effect found":
            least = size_in_words(effect.detectable, effect.unit).lstrip("+")
            tail = f"too few to say; {events}" if effect.finding == "too few events" else (
                f"nothing found; {least} or more would have been, with 80 % power ({events})")  # fmt: skip
            return f"{effect.outcome}, {per}: {size} [{low}, {high}], {tail}."
        word = "causal effect of the announcement" if verdict == "identified" else verdict
        return f"{effect.outcome}, {per}: {size} [{low}, {high}], {word} ({events})."

    def summary(self) -> str:
        """Per announcement the verdict, then each outcome on the day, all events and those announced beforehand."""
        head = f"Event days: {len(self.identification)} kinds of announcement, as of {self.as_of}."
        return "\n".join([head, *(self.in_words(name) for name in self.identification)])

    def in_words(self, shock: str) -> str:
        """The verdict on one announcement, then each outcome on its day."""
        found = self.identification[shock]
        lines = [f"{self.title(shock)}: {found.verdict}. {found.reason}"]
        return "\n".join([*lines, *(f"  {self.sentence(effect)}" for effect in self.on_the_day(shock))])

    def title(self, shock: str) -> str:
        """The announcement in words."""
        return self.titles.get(shock, shock)

    def clearest(self) -> dict[str, str]:
        """Announcement -> the outcome whose day is clearest, of those whose path is covered."""
        best: dict[str, str] = {}
        for name in self.identification:
            drawn = [one for one in self.on_the_day(name) if (name, one.outcome) in self.paths]
            if drawn:
                best[name] = max(drawn, key=lambda one: abs(one.point / one.stderr) if one.stderr else 0.0).outcome
        return best

    def to_frame(self) -> pd.DataFrame:
        """One row an effect, in the columns of `models/event_effects`."""
        return pd.DataFrame([self._row(one) for one in self.effects])

    def to_table(self) -> pa.Table:
        """Rows of `models/event_effects`."""
        return table_of(self.to_frame(), "models/event_effects")

    def plot(self, ax: Axes | None = None) -> Axes:
        """The first announcement: t statistics of its outcomes on the day, all and scheduled events side by side."""
        return self.plot_shock(next(iter(self.identification)), ax)

    def plot_shock(self, shock: str, ax: Axes | None = None) -> Axes:
        """Effects of one announcement on its day in standard errors of all events, all and scheduled side by side."""
        from macro_assets.pictures import events

        drawn = [
            one for one in self.effects if one.shock == shock and one.window == DAY and one.sample != "unscheduled"
        ]
        by_sample = {
            sample: {one.outcome: (one.point / one.stderr, _text(one)) for one in drawn if one.sample == sample}
            for sample in ("all", "scheduled")
        }
        found = self.identification[shock]
        return events.side_by_side(by_sample, f"{self.title(shock)}: {found.verdict}", found.reason, ax=ax)

    def plot_path(self, shock: str, outcome: str, ax: Axes | None = None) -> Axes:
        """Five trading days before to twenty after the event, with the interval of each day."""
        from macro_assets.pictures import events

        path = self.paths[shock, outcome]
        return events.path(
            path.days, path.point, path.lower, path.upper, unit=path.unit, title=f"{outcome} around {self.title(shock)}",
            method=f"{path.n} events, base: close of the day before", ax=ax,
        )  # fmt: skip

    def _row(self, one: EventEffect) -> dict[str, object]:
        found = self.identification[one.shock]
        bound = breakdown(one, found.test) if one.window in AFTER else None
        leak = found.test.leakage.get(one.outcome) if found.test else None
        return {
            "as_of": self.as_of, "trained_through": self.as_of, "shock": one.shock, "outcome": one.outcome, "window": str(one.window),
            "first_day": one.window.first, "last_day": one.window.last, "sample": one.sample,
            "role": "effect" if one.window in AFTER else "placebo", "point": one.point, "stderr": one.stderr,
            "degrees_of_freedom": one.degrees, "lower": one.lower, "upper": one.upper, "p_value": one.p_value,
            "p_holm": one.p_adjusted, "p_moved_calendar": one.shift_p_value, "n": one.n, "effective_n": one.effective_n,
            "identification": found.verdict, "identification_reason": found.reason, "finding": one.finding,
            "minimum_detectable": one.detectable, "breakdown": bound, "leakage_t": leak, "in_words": self.sentence(one),
            "unit": one.unit, "sign_convention": one.sign, "tier": one.tier,
            "first_event": one.first, "last_event": one.last,
        }  # fmt: skip


def answer_events(
    shocks: Sequence[EventShock],
    closes: Mapping[str, Closes],
    *,
    titles: Mapping[str, str] | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> EventAnswers:
    """Every announcement on every outcome in every window.

    Parameters
    ----------
    shocks, closes : see `inputs.py`. titles : announcements in words. alpha : one minus the level of the
        intervals. seed : of signs in the placebo.

    Raises
    ------
    InvalidInputError : no announcement, or no closes.
    """
    if not shocks or not closes:
        raise InvalidInputError(
            f"There are {len(shocks)} kinds of announcement and {len(closes)} outcomes with daily closes.",
            remedy="Load bronze/policy_surprises and silver/prices first.",
        )
    outcomes = list(closes.values())
    effects = [one for shock in shocks for one in event_effects(shock, outcomes, windows=WINDOWS, alpha=alpha)]
    return EventAnswers(
        as_of=max(one.days[-1] for one in outcomes).astype("datetime64[D]").item(),
        effects=tuple(effects),
        identification={shock.name: identify_events(shock, outcomes, seed=seed) for shock in shocks},
        paths={
            (shock.name, one.name): path
            for shock in shocks
            for one in outcomes
            if (path := event_path(shock, one, alpha))
        },
        titles=titles or {},
    )


def _text(effect: EventEffect) -> str:
    return size_in_words(effect.point, effect.unit) + ("" if effect.finding == "effect found" else "?")
