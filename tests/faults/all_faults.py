"""Every figure, in the order in which the table shows them."""

from __future__ import annotations

import faults_bytes
import faults_calls
import faults_disk
import faults_killed
from fault import Fault

ALL: tuple[Fault, ...] = (*faults_bytes.FAULTS, *faults_killed.FAULTS, *faults_disk.FAULTS, *faults_calls.FAULTS)
