"""A pickle that does something when it is opened."""

import pickle
from pathlib import Path


def pickle_that_makes(marker: Path) -> bytes:
    """Whoever opens it makes that file, as `torch.load` would; that it would is tried first."""

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return (open, (str(marker), "w"))

    data = pickle.dumps(Trap())
    pickle.loads(data).close()
    assert marker.exists()
    marker.unlink()
    return data
