"""Row conditions written as a mapping, for readers and for partial replacement.

Belongs here: the translation to Arrow expressions (reads) and SQL predicates (Delta's replaceWhere).
Does not belong here: anything that touches a table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import InvalidInputError, SchemaError
from macro_assets.tables.buckets import BUCKET, bucket_of
from macro_assets.tables.spec import TableSpec

# Column to one value, to a list or set of values, or to a tuple (first, end): from first, up to but without end.
Where = Mapping[str, Any]


def as_expression(spec: TableSpec, where: Where | pc.Expression) -> pc.Expression:
    """Arrow expression of a condition.

    Raises
    ------
    InvalidInputError : an unknown column, an empty mapping, or a value of another type than the column.
    """
    if isinstance(where, pc.Expression):
        return where
    condition = pc.scalar(value=True)
    for name, wanted in _checked(spec, where).items():
        kind, column = spec.stored_schema.field(name).type, pc.field(name)
        if isinstance(wanted, tuple):
            first, end = (_scalar(spec, name, kind, value) for value in wanted)
            condition &= (column >= first) & (column < end)
        elif isinstance(wanted, list):
            condition &= column.isin(pa.array([_scalar(spec, name, kind, value).as_py() for value in wanted], kind))
        else:
            condition &= column == _scalar(spec, name, kind, wanted)
    return condition


def as_predicate(spec: TableSpec, where: Where) -> str:
    """SQL predicate of a condition, with every value quoted by its type.

    Raises
    ------
    InvalidInputError : as in `as_expression`.
    """
    parts = []
    for name, wanted in _checked(spec, where).items():
        kind, column = spec.stored_schema.field(name).type, f'"{name}"'

        def literal(value: Any, name: str = name, kind: pa.DataType = kind) -> str:
            return _literal(_scalar(spec, name, kind, value).as_py())

        if isinstance(wanted, tuple):
            first, end = wanted
            parts.append(f"{column} >= {literal(first)} AND {column} < {literal(end)}")
        elif isinstance(wanted, list):
            parts.append(f"{column} IN ({', '.join(literal(value) for value in wanted)})")
        else:
            parts.append(f"{column} = {literal(wanted)}")
    return " AND ".join(parts)


def with_buckets(spec: TableSpec, where: Where) -> Where:
    """The same condition; where it names ids, also the buckets they lie in, so that no other file is opened."""
    wanted = where.get(spec.bucket_by) if spec.buckets and BUCKET not in where else None
    if wanted is None or isinstance(wanted, tuple):
        return where
    ids = [wanted] if isinstance(wanted, str) else wanted
    if not ids or not all(isinstance(each, str) for each in ids):
        return where
    return {**where, BUCKET: sorted({bucket_of(each, spec.buckets) for each in ids})}


def stored_and_counting(
    spec: TableSpec, where: Where | pc.Expression | None
) -> tuple[pc.Expression | None, pc.Expression | None]:
    """A condition in two: what is asked of stored rows, and what only of the rows that count.

    A superseded row may have another value than the one that replaced it, so a condition on values must wait.
    """
    if where is None or isinstance(where, pc.Expression):
        return (None, where) if spec.has_load_time else (where, None)
    as_expression(spec, where)  # refuses the whole before any part of it is used
    where = with_buckets(spec, where)
    early = {*spec.identity, BUCKET} if spec.has_load_time else set(spec.stored_schema.names)
    parts = [{name: where[name] for name in where if (name in early) is wanted} for wanted in (True, False)]
    first, second = (as_expression(spec, part) if part else None for part in parts)
    return first, second


def also_needed(spec: TableSpec, where: Where | pc.Expression | None) -> list[str]:
    """Columns read to decide which rows count, and for the conditions on those that do."""
    if not spec.has_load_time:
        return []
    if isinstance(where, pc.Expression):
        return list(spec.schema.names)
    named = [name for name in where or () if name in spec.schema.names]
    return [*named, *(["status"] if "status" in spec.schema.names else [])]


def wanted_columns(spec: TableSpec, columns: Sequence[str] | None) -> list[str]:
    """Names of the columns to read; all when omitted.

    Raises
    ------
    SchemaError : a column that is not declared.
    """
    wanted = list(spec.schema.names if columns is None else columns)
    unknown = sorted(set(wanted) - set(spec.schema.names))
    if unknown:
        raise SchemaError(f"Table {spec.name} has no column {unknown}.", remedy=f"Available: {spec.schema.names}.")
    return wanted


def _checked(spec: TableSpec, where: Where) -> dict[str, Any]:
    unknown = sorted(set(where) - set(spec.stored_schema.names))
    if unknown or not where:
        raise InvalidInputError(
            f"Condition on {spec.name} names unknown columns {unknown}."
            if unknown
            else f"Empty condition on {spec.name}.",
            remedy=f"Available: {spec.stored_schema.names}.",
        )
    checked = {name: list(value) if isinstance(value, (set, frozenset)) else value for name, value in where.items()}
    for name, value in checked.items():
        if isinstance(value, list) and not value:
            raise InvalidInputError(
                f"Condition on {spec.name}: the list of values of '{name}' is empty.", remedy="Name at least one value."
            )
        if isinstance(value, tuple) and len(value) != 2:
            raise InvalidInputError(
                f"Condition on {spec.name}: {value!r} is not a span of '{name}'.",
                remedy="A span is a tuple (first, end); for values use a list.",
            )
    return checked


def _scalar(spec: TableSpec, name: str, kind: pa.DataType, value: Any) -> pa.Scalar:
    try:
        if value is None:
            raise pa.ArrowInvalid("null")
        return pa.scalar(value, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InvalidInputError(
            f"Condition on {spec.name}: {value!r} is not a {kind}.", remedy=f"Give column '{name}' a {kind}."
        ) from error


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, dt.date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
