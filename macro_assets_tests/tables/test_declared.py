"""A frame becomes the declared table, or is refused with the column that does not fit."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import SchemaError, TableNotFoundError
from macro_assets.tables.declared import declared
from macro_assets.tables.registry import TABLES

NAME = "models/recession_probabilities"


def rows(**changes: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "probability": [0.25],
            "as_of": pd.to_datetime(["2020-01-31"]),
            "trained_through": [date(2018, 7, 31)],
            "model": "logit_path",
            "target": "recession_within_6m",
            "scratch": 1,
        }
        | changes
    )


def test_columns_order_and_types_are_as_declared() -> None:
    table = declared(NAME, rows())
    assert table.schema.equals(TABLES[NAME].schema, check_metadata=True)
    assert table.to_pylist() == [
        {
            "as_of": date(2020, 1, 31),
            "target": "recession_within_6m",
            "model": "logit_path",
            "probability": 0.25,
            "trained_through": date(2018, 7, 31),
        }
    ]


def test_a_filtered_frame_keeps_its_rows_and_loses_its_index() -> None:
    many = pd.concat([rows(), rows(probability=[0.5]), rows(probability=[0.75])]).set_index("scratch")
    assert declared(NAME, many[many["probability"] > 0.3])["probability"].to_pylist() == [0.5, 0.75]


def test_what_may_be_missing_is_null() -> None:
    spec = TABLES["models/causal_effects"]
    filler = {"string": "x", "double": 1.0, "int16": 1, "int32": 1, "bool": True, "date32[day]": date(2020, 1, 31)}
    required = {f.name: [filler[str(f.type)]] * 2 for f in spec.schema if not f.nullable}
    frame = pd.DataFrame(required).assign(band_lower=[np.nan, 1.0])
    table = declared(spec.name, frame)
    assert table["band_lower"].to_pylist() == [None, 1.0]
    assert table["band_upper"].to_pylist() == [None, None]


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(SchemaError, match="lack the columns model"):
        declared(NAME, rows().drop(columns="model"))
    with pytest.raises(SchemaError, match="Column probability of models/recession_probabilities is not double"):
        declared(NAME, rows(probability=["high"]))
    with pytest.raises(TableNotFoundError, match="Did you mean"):
        declared("models/recession_probabilitys", rows())
