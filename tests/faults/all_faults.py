"""Every figure, in the order in which the table shows them."""

from __future__ import annotations

import faults_bytes
import faults_calls
import faults_clock
import faults_disk
import faults_files
import faults_killed
import faults_signals
import faults_users
import faults_writers
from fault import Fault

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
)
