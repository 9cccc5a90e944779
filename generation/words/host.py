"""The host's own list, in a file: a word a line, `!` before what is spared, `#` before a remark."""

from pathlib import Path

from generation.errors import WordsFileError
from generation.words.matching import StarWithin, WordList, check


def read_list(file: Path) -> WordList:
    """Read it. Raises WordsFileError, which names file and line."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise WordsFileError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise WordsFileError(f"{file} is not a text file in UTF-8.") from None
    refused: list[str] = []
    spared: list[str] = []
    for number, line in enumerate(lines, 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        is_spared = entry.startswith("!")
        word = entry.removeprefix("!").strip()
        try:
            check(word)
        # The line itself is not shown: it may be anything.
        except StarWithin:
            raise WordsFileError(
                f"{file}, line {number}, has a * within: write the word in full; * stands for any"
                " ending or beginning only."
            ) from None
        except ValueError:
            raise WordsFileError(
                f"{file}, line {number}, has no word: two letters or more."
            ) from None
        (spared if is_spared else refused).append(word)
    return WordList(refused, spared)
