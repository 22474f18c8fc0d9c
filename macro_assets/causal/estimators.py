"""Every estimator of an effect: what it answers, and how to ask it.

Belongs here: the protocol, the list, and the thin adapters around the public functions of engine/, events/ and variation/.
Does not belong here: estimation. To add an estimator, write its function and result in its room, an adapter here, and put
an instance into `ESTIMATORS`: the contract test runs over the list, and one that searches for variation is asked by
models/effect_heterogeneity.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol

import pandas as pd

from macro_assets.causal.engine.effects import estimate_effect
from macro_assets.causal.engine.learners import ML_LEARNERS
from macro_assets.causal.engine.results import EffectEstimate
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.causal.events.event_study import event_study
from macro_assets.causal.variation.by_regime import RegimeEffects, regime_effects
from macro_assets.causal.variation.contrast import ARMS, ContrastEffects, x_learner_contrast
from macro_assets.causal.variation.contrast_models import DRAWS
from macro_assets.causal.variation.forest import ForestEffects, forest_effects
from macro_assets.causal.variation.forest_models import NULL_DRAWS
from macro_assets.causal.variation.searched import VariedEffects
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Result

__all__ = [
    "ESTIMATORS",
    "ByRegime",
    "CausalForest",
    "DoubleML",
    "Estimator",
    "EventStudy",
    "LocalProjection",
    "Question",
    "Variation",
    "XLearner",
    "variation_estimators",
]


@dataclass(frozen=True)
class Question:
    """One outcome, one shock and their controls at one horizon.

    regimes : filtered probabilities on the same index, row t as known at the end of t-1; only estimators that ask for
        the regime need them.
    """

    outcome: Observed[Outcome]
    shock: Observed[Shock]
    controls: pd.DataFrame
    horizon: int = 0
    regimes: pd.DataFrame = field(default_factory=pd.DataFrame)

    def on(self, dates: pd.Index) -> Question:
        """The same on some of its dates."""
        regimes = self.regimes.loc[dates] if len(self.regimes) else self.regimes
        return Question(self.outcome.on(dates), self.shock.on(dates), self.controls.loc[dates], self.horizon, regimes)


class Estimator(Protocol):
    """Answers a question with a result that names shock, outcome, unit and sign, and shows itself."""

    @property
    def name(self) -> str:
        """Short name, unique in the list."""

    @property
    def words(self) -> str:
        """What it estimates, in one sentence."""

    def estimate(self, question: Question, settings: EffectSettings = DEFAULT) -> Result:
        """The answer, or an InvalidInputError that says what the question lacks."""


class Variation(Estimator, Protocol):
    """An estimator that searches for effects that vary.

    costly : it refits a model hundreds of times, so only the headline outcome is searched.
    """

    @property
    def costly(self) -> bool: ...

    def estimate(self, question: Question, settings: EffectSettings = DEFAULT) -> VariedEffects: ...


@dataclass(frozen=True)
class LocalProjection:
    """The default engine."""

    name: ClassVar[str] = "local_projection"
    words: ClassVar[str] = "The average effect by a lag-augmented linear local projection."

    def estimate(self, question: Question, settings: EffectSettings = DEFAULT) -> EffectEstimate:
        """See Estimator."""
        q = question
        return estimate_effect(q.outcome, q.shock, q.controls, horizon=q.horizon, settings=settings)


@dataclass(frozen=True)
class DoubleML:
    """Double machine learning with one of the nuisance learners."""

    learner: str

    @property
    def name(self) -> str:
        """`double_ml_` and the learner."""
        return f"double_ml_{self.learner}"

    @property
    def words(self) -> str:
        """See Estimator."""
        return f"The average effect by double machine learning with {self.learner} nuisances."

    def estimate(self, question: Question, settings: EffectSettings = DEFAULT) -> EffectEstimate:
        """See Estimator."""
        return LocalProjection().estimate(question, replace(settings, learner=self.learner))


@dataclass(frozen=True)
class EventStudy:
    """Events instead of months; controls and horizon play no part."""

    name: ClassVar[str] = "event_study"
    words: ClassVar[str] = "The reaction in the window of an announcement per unit of the surprise in it."

    def estimate(self, question: Question, settings: EffectSettings = DEFAULT) -> EffectEstimate:
        """See Estimator."""
        if question.horizon:
            raise InvalidInputError("An event study has no horizon.", remedy="Ask at horizon 0.")
        return event_study(question.outcome, question.shock, alpha=settings.alpha, seed=settings.seed)


@dataclass(frozen=True)
class ByRegime:
    """Effects by regime of the month before."""

    name: ClassVar[str] = "by_regime"
    words: ClassVar[str] = "Effects by filtered market regime of the month before."
    costly: ClassVar[bool] = False

    def estimate(self, question: Question, settings: EffectSettings = DEFAULT) -> RegimeEffects:
        """See Estimator; on the months for which the regime before is known."""
        q = question.on(question.outcome.index.intersection(question.regimes.index))
        return regime_effects(q.outcome, q.shock, q.controls, q.regimes, horizon=q.horizon, settings=settings)


@dataclass(frozen=True)
class CausalForest:
    """Effects by the state of the economy. preset, null_draws : as in `forest_effects`."""

    name: ClassVar[str] = "causal_forest"
    words: ClassVar[str] = "Effects by the state of the economy, reported only where they beat one common effect."
    costly: ClassVar[bool] = True
    preset: str = "regularised"
    null_draws: int = NULL_DRAWS

    def estimate(self, question: Question, settings: EffectSettings = DEFAULT) -> ForestEffects:
        """See Estimator."""
        q = question
        return forest_effects(
            q.outcome, q.shock, q.controls, horizon=q.horizon, preset=self.preset, null_draws=self.null_draws,
            settings=settings,
        )  # fmt: skip


@dataclass(frozen=True)
class XLearner:
    """Large shocks of one sign against neutral months. arm, draws : as in `x_learner_contrast`."""

    arm: str
    draws: int = DRAWS
    costly: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """`x_learner_` and the arm."""
        return f"x_learner_{self.arm}"

    @property
    def words(self) -> str:
        """See Estimator."""
        return f"What happened in months of strong {self.arm} against neutral months, by an X-learner."

    def estimate(self, question: Question, settings: EffectSettings = DEFAULT) -> ContrastEffects:
        """See Estimator."""
        q = question
        return x_learner_contrast(
            q.outcome, q.shock, q.controls, arm=self.arm, horizon=q.horizon, draws=self.draws, settings=settings
        )


def variation_estimators(
    *, preset: str = "regularised", null_draws: int = NULL_DRAWS, bootstrap_draws: int = DRAWS
) -> tuple[Variation, ...]:
    """The estimators that search for variation, with the effort asked for."""
    return (ByRegime(), CausalForest(preset, null_draws), *(XLearner(arm, bootstrap_draws) for arm in ARMS))


ESTIMATORS: tuple[Estimator, ...] = (
    LocalProjection(), *(DoubleML(learner) for learner in ML_LEARNERS), EventStudy(), *variation_estimators(),
)  # fmt: skip
