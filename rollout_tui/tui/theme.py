"""The colours, on dark and on light: calm; red is for what needs a person now.

Every text can be read on every ground that it stands on, the row under the cursor too: a test computes the contrast.
"""

from textual.theme import Theme

DARK = Theme(
    name="rollout",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#ffaf5f",
    success="#87d787",
    warning="#ffd75f",
    error="#ff8787",
    background="#10151a",
    surface="#161c22",
    panel="#1e262e",
    foreground="#d7dde3",
    variables={"foreground-muted": "#a6b0b9"},
)

LIGHT = Theme(
    name="rollout-light",
    dark=False,
    primary="#1f6b99",
    secondary="#38676b",
    accent="#823a00",
    success="#155c23",
    warning="#6e4a00",
    error="#a01712",
    background="#faf8f4",
    surface="#f1eee8",
    panel="#e6e2d9",
    foreground="#1c252c",
    variables={"foreground-muted": "#47525b"},
)

THEMES = (DARK, LIGHT)
