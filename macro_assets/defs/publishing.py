"""How assets of the groups models, evaluation and registry publish: provenance in, figures, tables and links out.

Belongs here: outputs of one computation that gives a model and its table, the stamp of a run, the metadata of an answer,
the result of a check that an asset evaluates itself. Does not belong here: MLflow (registry/), drawing (pictures/), the
metadata of a stored table, which the IO manager adds.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa

from macro_assets.defs.metadata import counts, markdown, picture
from macro_assets.defs.metadata import words as as_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from macro_assets.lake import Lake
    from macro_assets.registry import LoggedModel, Provenance

    Result = dg.MaterializeResult[Any]
else:
    Result = dg.MaterializeResult  # Dagster takes the bare class for "no value is expected", and nothing else


def stamp(lake: "Lake", as_of: date, tables: Sequence[str]) -> "Provenance":
    """Provenance of a model: its as-of date and the content of the tables it was fitted on, whoever wrote them when."""
    from macro_assets.lake.content import content_hash
    from macro_assets.registry import Provenance, data_version

    return Provenance(as_of=as_of, data_version=data_version(content_hash(lake.read(name)) for name in tables))


def model_out(key: str, description: str, *, kinds: set[str], code: str) -> dg.AssetOut:
    """Output of an asset that registers models and stores no table.

    Parameters
    ----------
    key : e.g. `models/recession_classifier`. description : for the UI's reader. code : `code_version` of the asset.
    """
    return _out(key, description, kinds, code, dagster_type=dg.Nothing)


def table_out(key: str, description: str, *, kinds: set[str], code: str) -> dg.AssetOut:
    """Output of an asset whose table of the same name the IO manager stores; see `model_out`."""
    return _out(key, description, kinds, code, dagster_type=pa.Table)


def _out(key: str, description: str, kinds: set[str], code: str, **more: Any) -> dg.AssetOut:
    path = key.split("/")
    return dg.AssetOut(key=path, description=description, group_name=path[0], kinds=kinds, code_version=code, **more)


def published(
    *,
    numbers: Mapping[str, float] | None = None,
    words: Mapping[str, str] | None = None,
    tables: "Mapping[str, pd.DataFrame] | None" = None,
    figures: "Mapping[str, Figure | Axes] | None" = None,
    models: "Sequence[LoggedModel]" = (),
) -> dict[str, Any]:
    """Metadata of one materialisation.

    Parameters
    ----------
    numbers : plotted over time by the UI. words : one sentence or a few. tables : shown as Markdown.
    figures : shown inline, made small enough for an event row.
    models : registered versions; each becomes a link, with the run that logged them.
    """
    metadata: dict[str, Any] = counts(numbers or {})
    metadata |= {name: as_words(text) for name, text in (words or {}).items()}
    metadata |= {name: markdown(table) for name, table in (tables or {}).items()}
    metadata |= {name: picture(figure) for name, figure in (figures or {}).items()}
    metadata |= {f"model_uri_{model.name}": dg.MetadataValue.text(model.uri) for model in models}
    return metadata | ({"mlflow_run_id": dg.MetadataValue.text(models[0].run_id)} if models else {})


def self_check(
    name: str,
    text: str,
    *,
    passed: bool,
    warn: bool = False,
    numbers: Mapping[str, float] | None = None,
    asset: str | None = None,
) -> dg.AssetCheckResult:
    """Result of a check that an asset evaluates while it runs.

    Parameters
    ----------
    name : of the check. text : the finding in one sentence. numbers : what it rests on.
    warn : a failure is a warning, not an error.
    asset : key such as `models/recession_classifier`; needed only where one computation makes several assets.
    """
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=None if asset is None else dg.AssetKey(asset.split("/")),
        passed=passed,
        description=text,
        severity=dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR,
        metadata=counts(numbers or {}),
    )
