"""Runs the blocks of a page as printed, in order and in one folder.

These are the shell blocks marked `sh run`, and the shell and Python blocks marked as run by
scripts/test-readers or scripts/check-onnx. All Python runs in one session.

    blocks.py PAGE
"""

import re
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO

OURS = re.compile("<!-- run by scripts/(test-readers|check-onnx): ")


def blocks(lines):
    """Yields the blocks to run: the line of the opening fence, the language and the text."""
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
            is_run = language == "sh run" or reason is not None and OURS.match(reason)
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
                subprocess.run(["bash", "-euc", text], check=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        except Exception as error:
            sys.exit(f"scripts/test-readers: {page}:{begin}: the block fails: {error!r}")
        # A block that computes a difference prints it at the end of a line.
        for line in printed.getvalue().splitlines():
            match = re.fullmatch(r"(.*) (\d\S*e-\d+|0\.\d+|0\.0)", line)
            if "difference" in text and match and float(match[2]) > 1e-5:
                sys.exit(f"scripts/test-readers: {page}:{begin}: too large a difference: {line}")
        count += 1
    print(f"{page}: {count} blocks run as printed")


main(sys.argv[1])
