"""Measures how mail is read. `Benchmarks/mail` calls it.

Everything happens in a temporary folder, on loopback.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from cloud import graph, inbox
from imap import download, envelopes, many, newest
from mime import mime
from table import line

MEASUREMENTS = {
    "newest": newest, "envelopes": envelopes, "download": download, "many": many, "mime": mime, "graph": graph,
    "inbox": inbox,
}


def main() -> None:
    names = sys.argv[1:] or list(MEASUREMENTS)
    if unknown := set(names) - set(MEASUREMENTS):
        sys.exit(f"Benchmarks/mail: unknown: {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    line("mail", "ours", "other", "ratio", "target", "")
    # In /var/tmp, since Dovecot's processes are nobody's, who may not pass through everybody's home.
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="sallyport-bench-") as folder:
        Path(folder).chmod(0o755)
        for name in names:
            place = Path(folder) / name
            place.mkdir()
            MEASUREMENTS[name](place)
            shutil.rmtree(place, ignore_errors=True)


main()
