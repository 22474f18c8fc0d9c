"""What a declared table is: Arrow schema with units, primary key, partition columns, mode.

Belongs here: the declaration types. Does not belong here: the declarations themselves
(one module a layer, collected in `registry.py`) or any input and output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from macro_assets.tables.buckets import BUCKET

Mode = Literal["facts", "replaced"]

STRING = pa.string()
DATE = pa.date32()
F64 = pa.float64()
I16 = pa.int16()
I32 = pa.int32()
I64 = pa.int64()
BOOL = pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")
LOADED_AT = "loaded_at"
TRAINED_THROUGH = "trained_through"
"""Column of every table with `as_of`: the last month that the model behind a row was fitted on; never after `as_of`."""
_BETWEEN = "|"  # units hold commas


def column(
    name: str,
    kind: pa.DataType,
    description: str,
    *,
    unit: str = "",
    nullable: bool = False,
    allowed: tuple[str, ...] = (),
    listed_in: str = "",
) -> pa.Field:
    """One column; all that is said of it travels in the field metadata.

    Parameters
    ----------
    unit : of a number.
    allowed : the closed list of strings it may hold.
    listed_in : where the list stands when the catalogue or a provider decides on it, e.g. ``shocks.yaml``.
    """
    metadata = {"description": description}
    if unit:
        metadata["unit"] = unit
    if allowed:
        metadata["allowed"] = _BETWEEN.join(allowed)
    if listed_in:
        metadata["listed_in"] = listed_in
    return pa.field(name, kind, nullable=nullable, metadata=metadata)


def in_unit(name: str, description: str, *, nullable: bool = False) -> pa.Field:
    """A number in the unit that the column `unit` of its row states."""
    return column(name, F64, description, unit="see column unit", nullable=nullable)


@dataclass(frozen=True)
class TableSpec:
    """Declaration of one table; its name is also its Dagster asset key.

    Parameters
    ----------
    name : layer/table, e.g. ``bronze/fred_vintages``.
    schema : Arrow schema; field metadata hold ``description``, ``unit`` and, for closed lists, ``allowed``.
    key : columns that identify a row; never null, unique. One that ends with ``loaded_at`` has a row for each time that
        a fact was received with another value: the one received last counts (`lake/counting.py`).
    description : one sentence for the data dictionary and the user interface.
    mode : ``facts`` are immutable and only appended (`Lake.load`); ``replaced`` are rebuilt whole (`Lake.replace`).
    date_column : the column whose range a user wants to see.
    bucket_by : the column of ids whose hash says in which partition a row lies; the lake fills that in. Empty = not
        partitioned.
    buckets : number of these partitions.
    dated_by : of a bronze table that feeds silver, the rule of vintage/knowledge.py that dates its facts, or `bars`.

    Raises
    ------
    ValueError : a named column is not in the schema, or a key column is nullable.
    """

    name: str
    schema: pa.Schema
    key: tuple[str, ...]
    description: str
    mode: Mode
    date_column: str
    bucket_by: str = ""
    buckets: int = 0
    dated_by: str = ""

    def __post_init__(self) -> None:
        named = (*self.key, self.date_column, *((self.bucket_by,) if self.bucket_by else ()))
        unknown = sorted(set(named) - set(self.schema.names))
        if unknown:
            raise ValueError(f"{self.name}: {unknown} are not columns of its schema. Add them, or correct the name.")
        loose = [name for name in self.key if self.schema.field(name).nullable]
        if loose:
            raise ValueError(f"{self.name}: key columns {loose} must not be nullable. Declare them without null.")
        if bool(self.bucket_by) != (self.buckets > 0):
            raise ValueError(f"{self.name}: bucket_by and buckets go together. Declare both or neither.")
        if LOADED_AT in self.key[:-1]:
            raise ValueError(f"{self.name}: {LOADED_AT} must be the last column of the key. Move it there.")

    @property
    def layer(self) -> str:
        return self.name.split("/", 1)[0]

    @property
    def partition_by(self) -> tuple[str, ...]:
        """Physical partition columns; no reader sees them."""
        return (BUCKET,) if self.buckets else ()

    @property
    def has_load_time(self) -> bool:
        """Whether a fact may be received again with another value, as one more row."""
        return LOADED_AT in self.key

    @property
    def identity(self) -> tuple[str, ...]:
        """What a fact is about: the key without the instant at which the lake took it in."""
        return tuple(name for name in self.key if name != LOADED_AT)

    @property
    def value_columns(self) -> tuple[str, ...]:
        """Columns outside the key: what a fact says."""
        return tuple(name for name in self.schema.names if name not in self.key)

    @property
    def source_schema(self) -> pa.Schema:
        """What a source hands over: the declared columns without `loaded_at`, which the lake fills in."""
        return self.schema.remove(self.schema.get_field_index(LOADED_AT)) if self.has_load_time else self.schema

    @property
    def stored_schema(self) -> pa.Schema:
        """The declared columns and the partition, as they lie on disk."""
        return self.schema.append(pa.field(BUCKET, pa.int16(), nullable=False)) if self.buckets else self.schema

    def empty(self) -> pa.Table:
        """A table without rows in the declared schema."""
        return self.schema.empty_table()


def _metadata(field: pa.Field, key: bytes) -> str:
    return str((field.metadata or {}).get(key, b"").decode())


def unit_of(field: pa.Field) -> str:
    """Unit of a declared column; empty where it has none (identifiers, dates)."""
    return _metadata(field, b"unit")


def description_of(field: pa.Field) -> str:
    """Description of a declared column."""
    return _metadata(field, b"description")


def allowed_of(field: pa.Field) -> tuple[str, ...]:
    """The closed list of strings a column may hold; empty where any is legal."""
    text = _metadata(field, b"allowed")
    return tuple(text.split(_BETWEEN)) if text else ()


def listed_in(field: pa.Field) -> str:
    """Where the list of a column's strings stands; empty where the declaration closes it or any is legal."""
    return _metadata(field, b"listed_in")


def replaced(
    name: str, description: str, *, key: tuple[str, ...], columns: Sequence[pa.Field], date: str = "as_of"
) -> TableSpec:
    """A table that is rebuilt whole, not partitioned; see `TableSpec`. date : the column whose range a user sees."""
    return TableSpec(name, pa.schema(list(columns)), key, description, "replaced", date)
