"""How a sheet is laid out in rough. Imports no Pillow: the bot's side asks it, too."""

#: The longer side of a picture (pixels) by how many stand in a row; smaller ones stay as they are.
SIDES = {1: 768, 2: 640, 3: 512, 4: 512}


def side(columns: int) -> int:
    """How large (pixels) a picture may be in so many columns."""
    return SIDES[min(columns, max(SIDES))]


def columns_of(count: int, *, is_row: bool) -> int:
    """In how many columns so many pictures stand; a few of them in one row where that is a row."""
    if count <= 3 or (is_row and count <= max(SIDES)):
        return count
    return (count + 1) // 2
