"""The demo's report: what a person wants to see once everything has run.

Belongs here: reading answers from the lake and printing them. Does not belong here: running or estimating anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from macro_assets.commands.runs import Outcome, definitions
from macro_assets.lake import Lake
from macro_assets.settings import Settings, get_settings
from macro_assets.tables.effects import IDENTIFICATIONS
from macro_assets.tables.regimes import REGIMES

SHOWN_SHOCKS = ("fed_surprise", "fed_rate_change", "cpi_innovation", "payrolls_innovation", "oil_supply_news")
SHOWN_OUTCOMES = ("sp500", "tlt", "gld", "us10y")
FILE_WIDTH = 180
COMPARISON = "comparison"
_, ASSOCIATION, NOT_IDENTIFIED = IDENTIFICATIONS


def gather(outcomes: Sequence[Outcome], today: date, truth: dict[str, Any] | None, home: Path) -> dict[str, Any]:
    """Figures of the report, as plain values."""
    settings = get_settings()
    lake = Lake.from_settings(settings)
    effects = _effects(lake, truth)
    materialised = sorted({key for outcome in outcomes for key in outcome.assets})
    checks = list({(c["asset"], c["check"]): c for outcome in outcomes for c in outcome.checks}.values())
    return {
        "today": today.isoformat(),
        "home": str(home),
        "tables": [{"table": t.name, "rows": t.rows, "first": t.first, "last": t.last} for t in lake.tables()],
        "assets_materialised": materialised,
        "assets_not_materialised": _missing(materialised),
        "checks": {"passed": sum(c["passed"] for c in checks), "failed": [c for c in checks if not c["passed"]]},
        "event_days": _event_days(lake),
        "effects": effects.to_dict("records"),
        "shocks_not_identified": sorted(
            set(effects.loc[effects["identification"] == NOT_IDENTIFIED, "identification_reason"])
        ),
        "regime": _regime(lake),
        "recession": _recession(lake, settings),
    }


def _missing(materialised: list[str]) -> list[str]:
    graph = definitions().resolve_asset_graph()
    return sorted(
        {node.key.to_user_string() for node in graph.asset_nodes if node.is_materializable} - set(materialised)
    )


def _effects(lake: Lake, truth: dict[str, Any] | None) -> pd.DataFrame:
    frame = lake.read("models/causal_effects", where={"learner": "linear"}).to_pandas()
    averages = {}
    if truth is not None:
        averages = {
            (row["shock"], row["outcome"], row["horizon"]): row["weighted_average"] for row in truth["averages"]
        }
        for alias, shock in truth["aliases"].items():
            averages |= {(alias, o, h): value for (s, o, h), value in averages.items() if s == shock}
    cells = zip(frame["shock"], frame["outcome"], frame["horizon"], strict=True)
    frame["truth"] = [averages.get(cell) for cell in cells]
    return frame.astype({"truth": object})


def _event_days(lake: Lake) -> list[dict[str, Any]]:
    """Reactions on the day of each announcement, all events together; identified ones first."""
    table = lake.read("models/event_effects", where={"sample": "all"}, missing_ok=True)
    days: list[dict[str, Any]] = [row for row in table.to_pylist() if (row["first_day"], row["last_day"]) == (0, 0)]
    return sorted(days, key=lambda row: IDENTIFICATIONS.index(row["identification"]))


def _regime(lake: Lake) -> dict[str, Any]:
    table = lake.read("models/regime_probabilities", where={"model": "two_factors"}).to_pandas()
    newest = table[table["as_of"] == table["as_of"].max()]
    return {
        "as_of": newest["as_of"].iloc[0],
        "label": newest["label"].iloc[0],
        "probabilities": dict(zip(newest["regime"], newest["probability"], strict=True)),
        "quality": _regime_quality(lake),
    }


def _regime_quality(lake: Lake) -> str:
    """How far the label may be trusted, in words."""
    rows = lake.read("evaluation/regime_validation", where={"model": "two_factors"}, missing_ok=True).to_pylist()
    if not rows or rows[0]["balanced_accuracy"] is None:
        return "were not scored here"
    row = rows[0]
    return (
        f"{row['first_month']:%Y-%m} to {row['last_month']:%Y-%m}: balanced accuracy {row['balanced_accuracy']:.2f} against "
        f"NBER, {row['mean_duration_months']:.1f} months a regime, {row['revision_rate']:.1%} of labels revised"
    )


def _recession(lake: Lake, settings: Settings) -> list[dict[str, Any]]:
    """Newest probability of every model; `standing` says who speaks and who stands beside it for comparison."""
    from macro_assets.recession import presets
    from macro_assets.registry import Registry, recession_champion

    champion = recession_champion(Registry.from_settings(settings))
    standing = dict.fromkeys(presets.COMPARED, COMPARISON) | {champion.candidate: champion.standing}
    table = lake.read("models/recession_probabilities").to_pandas()
    newest = table.sort_values("as_of").groupby(["target", "model"]).tail(1)
    rows: list[dict[str, Any]] = newest.assign(standing=newest["model"].map(standing).fillna("")).to_dict("records")
    return rows


def console() -> Console:
    """A terminal as wide as it is; a file wide enough for the tables."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=FILE_WIDTH)


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the report: tables, event days, effects of months, verdicts on shocks, regime, recession odds, checks, what to do next."""
    console.rule(f"As of {figures['today']}")
    console.print(_table("Rows per table", figures["tables"]))
    console.print(_table("On the day of the announcement, with 95 % intervals", _event_rows(figures["event_days"])))
    title = f"Effects in the month of the shock, with 95 % intervals; findings are adjusted for all {len(figures['effects'])} cells"
    console.print(_table(title, _effect_rows(figures["effects"])))
    _print_verdicts(figures["effects"], console)
    regime = figures["regime"]
    odds = ", ".join(f"{name.replace('_', ' ')} {regime['probabilities'][name]:.0%}" for name in REGIMES)
    console.print(
        f"\n[bold]Regime[/] as of {regime['as_of']}: {regime['label'].replace('_', ' ')} ({odds}; the first is the "
        f"probability of a recession now)\n  labels {regime['quality']}"
    )
    console.print(_table("Recession probability", _odds_rows(figures["recession"])))
    _print_checks(figures, console)
    console.print(
        f"\n[bold]Next[/]  macro-assets ui --home {figures['home']}       Dagster and MLflow on all of this\n"
        f"      macro-assets as-of 2008-10-31 --home {figures['home']}   what was known that day\n"
        f"      done in {figures['seconds']} s"
    )


def _odds_rows(recession: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "target": row["target"],
            "model": row["model"],
            "as of": row["as_of"],
            "probability": f"{row['probability']:.1%}",
            "standing": row["standing"],
            "trained on labels to": row["trained_through"],
        }
        for row in sorted(recession, key=lambda row: (row["target"], row["standing"] == COMPARISON, row["model"]))
        if row["standing"]
    ]


def _event_rows(days: list[dict[str, Any]]) -> list[dict[str, str]]:
    from macro_assets.causal.engine.inputs import size_in_words

    return [
        {
            "announcement": row["shock"],
            "outcome": row["outcome"],
            "effect": size_in_words(row["point"], row["unit"]),
            "95 % interval": f"{size_in_words(row['lower'], row['unit'])} to {size_in_words(row['upper'], row['unit'])}",
            "per": row["unit"].partition(" per ")[2],
            "events (worth)": f"{row['n']} ({row['effective_n']:.0f})",
            "identification": row["identification"],
            "finding": row["finding"],
        }
        for row in days
        if row["outcome"] in SHOWN_OUTCOMES
    ]


def _effect_rows(effects: list[dict[str, Any]]) -> list[dict[str, str]]:
    rows = []
    for e in effects:
        if e["horizon"] == 0 and e["shock"] in SHOWN_SHOCKS and e["outcome"] in SHOWN_OUTCOMES:
            row = {
                "shock": e["shock"],
                "outcome": e["outcome"],
                "effect": f"{e['point']:+.4g}",
                "95 % interval": f"{e['lower']:+.4g} to {e['upper']:+.4g}",
                "unit": e["unit"],
                "sample": f"{e['sample_start']} to {e['sample_end']}, n={e['n']}",
                "identification": e["identification"],
                "finding": e["finding"],
            }
            rows.append(row | ({"truth": f"{e['truth']:+.4g}"} if e["truth"] is not None else {}))
    return rows


def _print_verdicts(effects: list[dict[str, Any]], console: Console) -> None:
    """Every shock that is no mere association, with its verdict and the reason."""
    reasons = {e["shock"]: (e["identification"], e["identification_reason"]) for e in effects}
    console.print("\n[bold]Shocks[/]: identified means news to the past, and to the days before its events.")
    for verdict, reason in reasons.values():
        if verdict != ASSOCIATION:
            console.print(f"  {verdict}: {reason}")


def _print_checks(figures: dict[str, Any], console: Console) -> None:
    failed = figures["checks"]["failed"]
    console.print(f"\n[bold]Checks[/]: {figures['checks']['passed']} passed, {len(failed)} failed")
    for check in failed:
        console.print(f"  {check['severity']}: {check['asset']} {check['check']}: {check['description']}")
    if figures["assets_not_materialised"]:
        console.print(f"Not materialised: {', '.join(figures['assets_not_materialised'])}")


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(
            *(
                f"{v:,}" if isinstance(v, int) else str("" if v is None else v)
                for v in (row.get(name) for name in columns)
            )
        )
    return table
