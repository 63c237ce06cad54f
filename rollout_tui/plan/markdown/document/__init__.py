"""The document tree: Markdown text as sections, blocks and marked text, and text escaped for it."""
