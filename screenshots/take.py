"""Takes the screenshots: every scene as SVG, and as PNG to look at."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

os.environ["TEXTUAL_ANIMATIONS"] = "none"

import resvg_py

from screenshots.scenes import SCENES, draw

HERE = Path(__file__).parent


async def take() -> None:
    for scene in SCENES:
        with tempfile.TemporaryDirectory() as folder:
            svg = await draw(scene, Path(folder))
        (HERE / f"{scene.name}.svg").write_text(svg)
        png = resvg_py.svg_to_bytes(svg_string=svg, font_dirs=["/usr/share/fonts"], monospace_family="DejaVu Sans Mono")
        (HERE / f"{scene.name}.png").write_bytes(bytes(png))
        print(f"{scene.name}: {scene.size[0]}×{scene.size[1]}")


if __name__ == "__main__":
    asyncio.run(take())
