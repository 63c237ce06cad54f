"""Readers: one for each part of a document, which fill the draft of a plan."""
