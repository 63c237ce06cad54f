"""The Markdown document that people already have: into a plan, and back."""
