"""Why a drawn fault that no test notices is let stand: by file and change. The table of docs/testing.md states them."""

REASONS: dict[tuple[str, str], str] = {
    (
        "catalog/makers.py",
        "`2` became `3`",
    ): "A window of two growth rates is refused one later; every recipe has 80 or more.",
    (
        "causal/belief/protocol.py",
        "`0` became `1`",
    ): "Any month names the sample as well as the first does: a key of a cache.",
    (
        "causal/engine/cross_fitting.py",
        "`2` became `3`",
    ): "A floor of the variance left: squares and cubes differ only near zero.",
    ("causal/validation/cross_section.py", "argument `cv` left out"): "Five folds are scikit-learn's default too.",
    ("causal/variation/contrast.py", "`3` became `4`"): "Rows of an example, for the reader.",
    (
        "commands/causal_evaluation.py",
        "`is not` became `is`",
    ): "Only a study of minutes runs this line; the plan's own tests are in validation.",
    (
        "commands/report.py",
        "`True` became `False`",
    ): "The three columns come from one frame: their lengths cannot differ.",
    ("defs/models/recession.py", "`4900` became `4901`"): "A limit below MLflow's 5,000 characters.",
    (
        "defs/publishing.py",
        "argument `dagster_type` left out",
    ): "The output carries no value either way; the type is shown to the reader.",
    ("export/recession.py", "argument `key` left out"): "The order in which parities are listed.",
    ("inference/conformal.py", "`0` became `1`"): "The title of a picture.",
    ("recession/estimators.py", "`100` became `101`"): "One tree more or less.",
    ("regimes/hmm.py", "`1` became `2`"): "One more start of a search that keeps the best fit.",
    ("regimes/training.py", "`-` became `+`"): "Patience of early stopping: a ten-thousandth of the loss.",
    ("sandbox/economy/fred.py", "argument `side` left out"): "A weekly rate of the simulated economy, a day earlier.",
    (
        "sandbox/economy/structure.py",
        "`1` became `2`",
    ): "Unemployment's adjustment in the simulated economy, a month slower.",
    (
        "sources/yahoo/session.py",
        "`in` became `not in`",
    ): "The stand-in sends status 404 with this text, never the text alone.",
}
