"""The pictures in screenshots/ are what the screens draw: `make screenshots` takes them anew, to be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from screenshots.scenes import SCENES, Scene, draw


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_the_screen_looks_as_in_its_picture(scene: Scene, tmp_path: Path) -> None:
    kept = Path(__file__).parents[2] / "screenshots" / f"{scene.name}.svg"
    drawn = await draw(scene, tmp_path)
    changed = [
        f"- {before}\n+ {after}"
        for before, after in zip(kept.read_text().splitlines(), drawn.splitlines(), strict=False)
        if before != after
    ]
    assert drawn == kept.read_text(), f"not as {kept.name}: take it anew with make screenshots, and look at it\n" + (
        "\n".join(changed[:6])
    )
