"""What an asset says of itself in the Dagster UI: column schema, row count, date range, preview, pictures.

Belongs here: turning a table or a figure into metadata. Does not belong here: computing either.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.tables.registry import TABLES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PICTURE_LIMIT_BYTES = 50_000
PICTURE_DPI = 110
PICTURE_COLOURS = 128
PREVIEW_ROWS = 5


def column_schema(name: str) -> dg.TableSchema:
    """The declared columns of a lake table, with their units and descriptions."""
    spec = TABLES[name]
    columns = []
    for field in spec.schema:
        about = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        unit = f" [{about['unit']}]" if about.get("unit") else ""
        columns.append(
            dg.TableColumn(
                field.name,
                str(field.type),
                description=f"{about.get('description', '')}{unit}",
                constraints=dg.TableColumnConstraints(nullable=field.nullable, unique=spec.key == (field.name,)),
            )
        )
    return dg.TableSchema(columns=columns)


def describe(table: pa.Table) -> dict[str, Any]:
    """Row count, span of the first date column and a preview of head and tail."""
    facts: dict[str, Any] = {"dagster/row_count": table.num_rows}
    dates = [field.name for field in table.schema if pa.types.is_date(field.type)]
    if dates and table.num_rows:
        span = pc.min_max(table[dates[0]]).as_py()
        facts["first_date"], facts["last_date"] = str(span["min"]), str(span["max"])
    facts["preview"] = preview(table)
    return facts


def preview(table: pa.Table) -> dg.MarkdownMetadataValue:
    """First and last rows of a table."""
    if table.num_rows <= 2 * PREVIEW_ROWS:
        shown = table.to_pandas()
    else:
        ends = pa.concat_tables([table.slice(0, PREVIEW_ROWS), table.slice(table.num_rows - PREVIEW_ROWS)])
        shown = ends.to_pandas()
    return markdown(shown)


def markdown(frame: "pd.DataFrame", *, index: bool = False) -> dg.MarkdownMetadataValue:
    """A frame as a Markdown table."""
    return dg.MetadataValue.md(frame.to_markdown(index=index, floatfmt=".5g"))


def picture(drawing: "Figure | Axes") -> dg.MarkdownMetadataValue:
    """A figure, or the figure of some axes, as an inline picture, made smaller until it fits an event row.

    Drawn once: laying out text and dates takes longer than all else, so the drawing is shrunk, not drawn again.
    """
    from PIL import Image

    from macro_assets.pictures.style import figure_of

    drawn = io.BytesIO()
    figure_of(drawing).savefig(drawn, format="png", dpi=PICTURE_DPI, bbox_inches="tight")
    image = Image.open(drawn).convert("RGB")
    for scale in (1.0, 0.8, 0.65, 0.5, 0.4):
        buffer = io.BytesIO()
        smaller = image if scale == 1.0 else image.resize([round(side * scale) for side in image.size])
        smaller.quantize(PICTURE_COLOURS).save(buffer, format="png", optimize=True)
        if buffer.tell() <= PICTURE_LIMIT_BYTES:
            break
    encoded = base64.b64encode(buffer.getvalue()).decode()
    return dg.MetadataValue.md(f"![picture](data:image/png;base64,{encoded})")


def words(text: str) -> dg.MetadataValue:
    """A text; one of several lines as a list, since the UI would run its lines together."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (
        dg.MetadataValue.md("\n".join(f"- {line}" for line in lines)) if len(lines) > 1 else dg.MetadataValue.text(text)
    )


def counts(values: Mapping[str, float | int]) -> dict[str, Any]:
    """Numbers a person would plot over time, as numeric metadata."""
    return {
        name: (dg.MetadataValue.float(float(v)) if isinstance(v, float) else dg.MetadataValue.int(int(v)))
        for name, v in values.items()
    }


def listing(items: Sequence[str], *, limit: int = 20) -> str:
    """Names in one line, the first `limit` of them."""
    shown = ", ".join(items[:limit])
    return f"{shown} and {len(items) - limit} more" if len(items) > limit else (shown or "none")
