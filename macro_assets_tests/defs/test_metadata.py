"""Pictures in the UI are as large as an event row holds, and no larger."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from macro_assets.defs.metadata import PICTURE_DPI, PICTURE_LIMIT_BYTES, picture


def shown(figure: Figure) -> tuple[Image.Image, int]:
    text: Any = picture(figure).value
    content = base64.b64decode(text.partition("base64,")[2].rstrip(")"))
    return Image.open(io.BytesIO(content)), len(content)


def drawn(noise: float) -> Figure:
    """A picture that compresses well without noise and badly with it."""
    figure = Figure(figsize=(6, 3))
    axes = figure.subplots()
    axes.imshow(np.random.default_rng(0).uniform(0.0, noise, (120, 240)), vmin=0.0, vmax=1.0)
    return figure


def test_a_small_picture_keeps_its_size() -> None:
    image, size = shown(drawn(0.0))
    assert image.width > 5 * PICTURE_DPI
    assert size < PICTURE_LIMIT_BYTES


def test_a_large_picture_is_shrunk_until_it_fits() -> None:
    full, _ = shown(drawn(0.0))
    image, size = shown(drawn(1.0))
    assert image.width < full.width
    assert size <= PICTURE_LIMIT_BYTES
    assert image.width / image.height == pytest.approx(full.width / full.height, rel=0.02)
