"""Every figure, in the order in which the table shows them."""

from __future__ import annotations

from tests.faults import (
    faults_bytes,
    faults_calls,
    faults_clock,
    faults_disk,
    faults_files,
    faults_killed,
    faults_probes,
    faults_signals,
    faults_users,
    faults_writers,
)
from tests.faults.fault import Fault

ALL: tuple[Fault, ...] = (
    *faults_bytes.FAULTS,
    *faults_killed.FAULTS,
    *faults_disk.FAULTS,
    *faults_calls.FAULTS,
    *faults_writers.FAULTS,
    *faults_files.FAULTS,
    *faults_clock.FAULTS,
    *faults_users.FAULTS,
    *faults_signals.FAULTS,
    *faults_probes.FAULTS,
)
