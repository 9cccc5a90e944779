"""Small pictures are painted on one core, and what the libraries warn of is let through."""

from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(scope="package", autouse=True)
def _one_core() -> Iterator[None]:
    """On a busy machine, threads that wait for each other cost a hundred times the work itself."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
