"""Runs the blocks of a page as printed, in its order and in one folder: shell blocks that are marked `sh run`, and those
and the Python that `scripts/test-readers` is said to run, the Python in one session.

    blocks.py PAGE
"""

import re
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO

OURS = "<!-- run by scripts/test-readers: "


def blocks(lines):
    """The page's blocks that are run: their first line's number, their language and their text."""
    reason = language = None
    for number, line in enumerate(lines, 1):
        if language is not None:
            if line == "```":
                if is_run:
                    yield begin, language, "\n".join(text) + "\n"
                language = reason = None
            else:
                text.append(line)
        elif line.startswith("```"):
            language, begin, text = line[3:], number, []
            is_run = language == "sh run" or reason is not None and reason.startswith(OURS)
        elif re.fullmatch("<!-- .* -->", line):
            reason = line
        elif line:
            reason = None


def main(page):
    session, count = {}, 0
    with open(page, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for begin, language, text in blocks(lines):
        printed = StringIO()
        try:
            if language == "python":
                with redirect_stdout(printed):
                    exec(compile("\n" * begin + text, page, "exec"), session)
            else:
                subprocess.run(["bash", "-euc", text], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except Exception as error:
            sys.exit(f"scripts/test-readers: {page}:{begin}: the block fails: {error!r}")
        # What two implementations are held against each other by.
        for line in printed.getvalue().splitlines():
            match = re.fullmatch(r"(.*) (\d\S*e-\d+|0\.\d+|0\.0)", line)
            if "difference" in text and match and float(match[2]) > 1e-5:
                sys.exit(f"scripts/test-readers: {page}:{begin}: they differ: {line}")
        count += 1
    print(f"{page}: {count} blocks run as printed")


main(sys.argv[1])
