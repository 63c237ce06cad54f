"""Whether a journal lies on a network file system, whose locks and syncs promise less than a disk's."""

from __future__ import annotations

import re
from pathlib import Path

TABLE = Path("/proc/mounts")
"""The kernel's list of what is mounted where; there is none on macOS, and then nothing is said."""

_NETWORK = re.compile(
    r"(?:nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|coda|gfs2?|glusterfs|lustre|ocfs2|davfs|beegfs|virtiofs|vboxsf|vmhgfs"
    r"|fuse\.(?:sshfs|davfs2?|glusterfs|ceph.*|rclone|s3fs|gcsfuse|goofys|smbnetfs|vmhgfs-fuse|.*drive.*))"
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def warning(path: Path) -> str:
    """Say what the operator should know of the file system that a journal lies on; nothing where it is a local one."""
    kind = file_system(path)
    if not _NETWORK.fullmatch(kind):
        return ""
    return (
        f"{path} lies on a network file system ({kind}): its locks may not hold between machines, and what it calls "
        "written may be lost. Keep runs on a local disk (--runs DIR), or let one machine write."
    )


def file_system(path: Path) -> str:
    """Give the kind of the file system that a path lies on, as the kernel names it; empty where that is unknown."""
    try:
        lines = TABLE.read_text(errors="replace").splitlines()
        real = path.resolve()
    except OSError:
        return ""
    mounted = [line.split(" ")[1:3] for line in lines if line.count(" ") >= 2]
    # Of two that are mounted at one place the later one is seen.
    found, length = "", -1
    for place, kind in mounted:
        at = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), place))
        if len(at.parts) >= length and real.is_relative_to(at):
            found, length = kind, len(at.parts)
    return found
