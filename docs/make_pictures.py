"""`make pictures`: the README's pictures, from the real pages in headless Chromium and from the tables of the lake.

Belongs here: which pages are taken of a home that the demo made. Does not belong here: the browser (chromium.py), the
figures (figures.py). The home is copied first and stays as it is.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import figures
from chromium import Page, chromium

PICTURES = Path(__file__).parent / "pictures"
MONTHS = 6
NO_WELCOME = """
    localStorage.setItem('_mlflow_model_registry_promo_modal_dismissed_v1', 'true');
    localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1', 'true');
    localStorage.setItem('mlflow.assistant.panelOpen_v1', 'false');
"""
WITHOUT_CONTROLS = """(() => {
    let place = document.querySelector('[aria-label=zoom_in]');
    while (getComputedStyle(place).position !== 'absolute') place = place.parentElement;
    place.style.display = 'none';
})()"""

SHOW_GRID = """(() => {
    const row = [...document.querySelectorAll('tr')].find(r => r.innerText.trim().startsWith('grid'));
    [...row.querySelectorAll('*')].filter(e => e.innerText === '[Show Markdown]').pop().click();
})()"""


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("macro_home"), help="a home that `macro-assets demo` made")
    parser.add_argument("--only", choices=("pages", "figures"), help="default: both")
    chosen = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(shutil.copytree(chosen.home, Path(folder) / "macro_home"))
        if chosen.only != "pages":
            figures.draw(home, PICTURES)
        if chosen.only != "figures":
            move_on(home)
            with servers(home) as (dagster, mlflow), chromium() as page:
                take(page, dagster, mlflow)
    for path in sorted(PICTURES.glob("*.png")):
        print(f"{path.name:28} {path.stat().st_size:>9,} bytes")


def move_on(home: Path) -> None:
    """Let half a year pass in the simulated economy, one daily refresh a month: a metadata plot needs several runs."""
    from rich.progress import Progress

    from macro_assets.commands.home import instance, read_origin
    from macro_assets.commands.living import sandbox_home
    from macro_assets.commands.runs import Work, run

    origin = read_origin(home)
    if origin is None or origin.archive or origin.today is None:
        raise SystemExit("the pictures are taken of a home that `macro-assets demo` made of the simulated economy")
    day, months = date.fromisoformat(origin.today) + timedelta(days=1), []
    for _ in range(MONTHS):
        end = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        months.append((day.isoformat(), end.isoformat()))
        day = end + timedelta(days=1)
    with (
        sandbox_home(home, None, origin.seed, day - timedelta(days=1)),
        instance() as opened,
        Progress(disable=True) as bar,
    ):
        for month in months:
            run(Work("daily_refresh_job", "", month), opened, bar)


@contextmanager
def servers(home: Path) -> Iterator[tuple[str, str]]:
    """`macro-assets ui` on free ports; addresses of Dagster and MLflow once both answer."""
    ports = [free_port(), free_port()]
    command = [sys.executable, "-m", "macro_assets.cli", "ui", "--home", str(home)]
    command += ["--dagster-port", str(ports[0]), "--mlflow-port", str(ports[1])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            if not any("Stop with" in line for line in process.stdout):
                raise RuntimeError("macro-assets ui ended before it was ready")
            yield f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"
        finally:
            process.send_signal(signal.SIGTERM)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def take(page: Page, dagster: str, mlflow: str) -> None:
    """Every page, one picture each."""
    page.call("Page.addScriptToEvaluateOnNewDocument", source=NO_WELCOME)
    asset_graph(page, dagster)
    lineage(page, dagster)
    partitions_and_plots(page, dagster)
    effects(page, dagster)
    checks(page, dagster)
    models(page, mlflow)


def asset_graph(page: Page, dagster: str) -> None:
    """The groups of assets and what flows between them."""
    page.open(f"{dagster}/asset-groups/", 1500, 820)
    page.wait_for_text("treatments", 5)
    page.evaluate(WITHOUT_CONTROLS)
    page.picture(PICTURES / "asset_graph.png", clip=(565, 285, 925, 290), scale=1.5)


def lineage(page: Page, dagster: str) -> None:
    """Everything that stands behind an effect."""
    page.open(f"{dagster}/assets/models/causal_effects?view=lineage&lineageScope=upstream&lineageDepth=8", 1500, 1600)
    page.wait_for_text("Graph depth", 6)
    page.evaluate(WITHOUT_CONTROLS)
    page.picture(PICTURES / "lineage.png", clip=(400, 270, 960, 1330))


def partitions_and_plots(page: Page, dagster: str) -> None:
    """Loaded days, and figures through time."""
    page.open(f"{dagster}/assets/bronze/fred_vintages?view=partitions", 1400, 800)
    page.wait_for_text("Materialized (", 3)
    page.picture(PICTURES / "partitions.png")
    page.open(f"{dagster}/assets/silver/observations?view=overview", 1400, 900)
    page.wait_for_text("Latest materialization", 3)
    page.click_text("Plots")
    page.wait_for("document.querySelectorAll('canvas').length > 0", 3)
    page.evaluate("document.querySelector('canvas').scrollIntoView({block: 'center'})")
    page.picture(PICTURES / "metadata_plots.png")


def effects(page: Page, dagster: str) -> None:
    """The grid of effects on its asset's page."""
    page.open(f"{dagster}/assets/models/causal_effects?view=overview", 1500, 1000)
    page.wait_for_text("[Show Markdown]", 2)
    page.evaluate(SHOW_GRID)
    page.wait_for("document.querySelectorAll('img').length > 0", 2)
    dialog = page.box("document.querySelector('[class*=Dialog_dialog], .bp5-dialog, .bp4-dialog')")
    page.picture(PICTURES / "effects_in_dagster.png", clip=dialog, scale=1.5)


def checks(page: Page, dagster: str) -> None:
    """The checks of the effects."""
    page.open(f"{dagster}/assets/models/causal_effects?view=checks&checkDetail=lead_placebo", 1400, 800)
    page.wait_for_text("Latest execution", 3)
    page.picture(PICTURES / "checks.png")


def models(page: Page, mlflow: str) -> None:
    """Registered models."""
    page.open(f"{mlflow}/#/models", 1300, 780)
    page.wait_for_text("regime_classifier", 2)
    page.click_text("Model training")
    page.picture(PICTURES / "models_in_mlflow.png")


if __name__ == "__main__":
    main()
