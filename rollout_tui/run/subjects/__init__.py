"""The subjects of a run: one file tells what happened (events, fold, words), `…_acts` what can be done about it.

Two, as whoever only reads a log would wait for what it never asks (a twentieth of `status`).
"""
