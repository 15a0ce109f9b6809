"""What the checks in this folder share: Swift sources read without their comments and string literals."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_TOKEN = re.compile(
    r"""
      (?P<line>//[^\n]*)
    | (?P<block>/\*)
    | (?P<multi>(?P<multihash>\#*)\"\"\")
    | (?P<single>(?P<singlehash>\#*)")
    """,
    re.VERBOSE,
)


def swift_files(folder: Path) -> list[Path]:
    """Every Swift file below a folder, in a steady order."""
    return sorted(folder.rglob("*.swift"))


def code_only(text: str) -> str:
    """The text with comments and string literals blanked out; lines and columns stay where they were.

    Code inside an interpolation stays: `"\\(Date())"` reads the clock.
    """
    output: list[str] = []
    _copy_code(text, 0, output, until_closing_parenthesis=False)
    return "".join(output)


def _blank(text: str) -> str:
    return "".join(character if character == "\n" else " " for character in text)


def _copy_code(text: str, position: int, output: list[str], until_closing_parenthesis: bool) -> int:
    """Copies code until the text ends, or until the parenthesis that closes an interpolation."""
    depth = 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            character = text[position]
            if until_closing_parenthesis:
                depth += {"(": 1, ")": -1}.get(character, 0)
                if depth == 0:
                    return position
            output.append(character)
            position += 1
        elif match["line"] is not None:
            output.append(_blank(match["line"]))
            position = match.end()
        elif match["block"] is not None:
            position = _skip_block_comment(text, position, output)
        else:
            hashes = match["multihash"] if match["multi"] is not None else match["singlehash"]
            quotes = '"""' if match["multi"] is not None else '"'
            output.append(_blank(match[0]))
            position = _skip_string(text, match.end(), quotes, hashes, output)
    return position


def _skip_block_comment(text: str, position: int, output: list[str]) -> int:
    """Swift's block comments nest."""
    start, depth = position, 0
    while position < len(text):
        if text.startswith("/*", position):
            depth, position = depth + 1, position + 2
        elif text.startswith("*/", position):
            depth, position = depth - 1, position + 2
            if depth == 0:
                break
        else:
            position += 1
    output.append(_blank(text[start:position]))
    return position


def _skip_string(text: str, position: int, quotes: str, hashes: str, output: list[str]) -> int:
    closing, escape, interpolation = quotes + hashes, "\\" + hashes, "\\" + hashes + "("
    while position < len(text):
        if text.startswith(closing, position):
            output.append(_blank(closing))
            return position + len(closing)
        if text.startswith(interpolation, position):
            output.append(_blank(interpolation))
            position = _copy_code(text, position + len(interpolation), output, until_closing_parenthesis=True)
        elif text.startswith(escape, position):
            skipped = text[position : position + len(escape) + 1]
            output.append(_blank(skipped))
            position += len(skipped)
        else:
            output.append(_blank(text[position]))
            position += 1
    return position
