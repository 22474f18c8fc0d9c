"""Features by declaration: each has a name, a unit, a description and the series it reads.

Belongs here: the declaration and the frame built from a list of them. Does not belong here: any particular feature
(causal_features.py, recession_features/).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.vintage import frames
from macro_assets.vintage.latest import Floats

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Feature", "Slices", "Values", "dictionary", "table"]


@dataclass(frozen=True)
class Slices:
    """What features may read: the cube (spliced) and the outcomes, both [as_of, lag, series]."""

    cube: xr.DataArray
    outcomes: xr.DataArray


@dataclass(frozen=True)
class Values:
    """One number per as-of date and the day from which all of its inputs were known."""

    value: Floats
    known_at: np.ndarray


@dataclass(frozen=True)
class Feature:
    """Declaration of one feature.

    Parameters
    ----------
    name : column name; also the key in the long table.
    unit : of the values.
    description : what it is, with the periods it reads.
    inputs : series ids, names of splices or outcomes.
    compute : pure function of the slices.
    """

    name: str
    unit: str
    description: str
    inputs: tuple[str, ...]
    compute: Callable[[Slices], Values]


def table(features: Sequence[Feature], slices: Slices) -> pa.Table:
    """The long table `as_of, feature, value, known_at` of all features; a value that is not known leaves no row.

    Raises
    ------
    InvalidInputError : two features of one name.
    """
    import pandas as pd

    names = [feature.name for feature in features]
    if len(set(names)) != len(names):
        raise InvalidInputError("two features have one name.", remedy="Rename one of them.")
    columns = [feature.compute(slices) for feature in features]
    index = pd.DatetimeIndex(slices.cube.coords["as_of"].values, name="as_of")
    values = pd.DataFrame(np.column_stack([column.value for column in columns]), index=index, columns=names)
    known = np.column_stack([column.known_at.astype("datetime64[s]") for column in columns])
    return frames.long(values, pd.DataFrame(known, index=index, columns=names))


def dictionary(features: Sequence[Feature]) -> pd.DataFrame:
    """Name, unit, description and inputs of each feature: the text of metadata and documentation."""
    import pandas as pd

    rows = [(one.name, one.unit, one.description, ", ".join(one.inputs)) for one in features]
    return pd.DataFrame(rows, columns=["feature", "unit", "description", "inputs"])
