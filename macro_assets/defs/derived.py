"""The assets between bronze and the models: tables made of other tables by a pure function.

Belongs here: what all of them share: key and group from the table's name, typed failures. Does not belong here: any
asset, bronze (bronze/), models and what they publish (publishing.py).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import dagster as dg

from macro_assets.defs.failures import in_words


def derived(
    name: str,
    description: str,
    *,
    code: str,
    ins: Mapping[str, dg.AssetIn] | None = None,
    deps: Iterable[dg.AssetKey] = (),
    engine: str = "numpy",
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Decorator of the function that makes a table: its asset, in the group of the table's layer.

    Parameters
    ----------
    name : of the table, e.g. `gold/asset_returns`; the last part is the asset's name in its module.
    description : for the person at the screen.
    code : `code_version` of the asset.
    ins : tables that are passed in, by parameter (`io_manager.reads`).
    deps : keys of assets whose tables it reads from the lake itself.
    engine : tag of what computes it.
    """
    layer, _, own = name.rpartition("/")

    def decorate(compute: Callable[..., Any]) -> dg.AssetsDefinition:
        return dg.asset(
            name=own,
            key_prefix=layer,
            group_name=layer,
            kinds={"deltalake", engine},
            description=description,
            code_version=code,
            ins=ins,
            deps=deps,
        )(in_words(compute))

    return decorate
