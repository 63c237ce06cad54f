"""Whether a journal lies on a network file system, whose locks and syncs promise less than a disk's."""

from __future__ import annotations

from pathlib import Path

TABLE = Path("/proc/mounts")
"""The kernel's list of what is mounted where; there is none on macOS, and then nothing is said."""

# Plain words: a pattern of them would be compiled for every sign-off.
_NETWORK = frozenset(
    {"nfs", "nfs3", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "coda", "gfs", "gfs2", "glusterfs"}
    | {"lustre", "ocfs2", "davfs", "beegfs", "virtiofs", "vboxsf", "vmhgfs"}
    | {"fuse.sshfs", "fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse"}
    | {"fuse.goofys", "fuse.smbnetfs", "fuse.vmhgfs-fuse"}
)
# What the kernel writes for a character that would split its lines; the backslash comes last.
_ESCAPES = {"\\040": " ", "\\011": "\t", "\\012": "\n", "\\043": "#", "\\134": "\\"}


def warning(path: Path) -> str:
    """Say what the operator should know of the file system that a journal lies on; nothing where it is a local one."""
    kind = file_system(path)
    if not _is_network(kind):
        return ""
    return (
        f"{path} lies on a network file system ({kind}): its locks may not hold between machines, and what it calls "
        "written may be lost. Keep runs on a local disk (--runs DIR), or let one machine write."
    )


def _is_network(kind: str) -> bool:
    return kind in _NETWORK or kind.startswith("fuse.ceph") or (kind.startswith("fuse.") and "drive" in kind)


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
        at = Path(_unescaped(place))
        if len(at.parts) >= length and real.is_relative_to(at):
            found, length = kind, len(at.parts)
    return found


def _unescaped(place: str) -> str:
    if "\\" in place:
        for escape, char in _ESCAPES.items():
            place = place.replace(escape, char)
    return place
