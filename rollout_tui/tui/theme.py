"""The colours: calm on dark; red is for what needs a person now."""

from textual.theme import Theme

THEME = Theme(
    name="rollout",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#ffaf5f",
    success="#87d787",
    warning="#ffd75f",
    error="#ff6b6b",
    background="#10151a",
    surface="#161c22",
    panel="#1e262e",
    foreground="#d7dde3",
)
