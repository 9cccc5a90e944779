"""The local hub answers huggingface_hub as the real one does, and fails as it is told to."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from huggingface_hub import HfApi, constants, hf_hub_download, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from tests.small_models.hub import COMMIT, At, Fault, Hub, serve_hub

REPO = "someone/something"
WEIGHTS = "unet/weights.safetensors"
TOKEN = "hf_someone"
SIZE = 20_000

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    folder = tmp_path / "repo"
    (folder / "unet").mkdir(parents=True)
    (folder / "config.json").write_text('{"a": 1}')
    (folder / WEIGHTS).write_bytes(bytes(number % 251 for number in range(SIZE)))
    async with serve_hub({REPO: folder}) as hub:
        hub.tokens["hf_stranger"] = set()
        hub.tokens[TOKEN] = {REPO}
        yield hub


@pytest.fixture
def download(hub: Hub, tmp_path: Path) -> Callable[..., Any]:
    """Download the weights, or another file, as huggingface_hub does."""
    options = {"cache_dir": tmp_path / "cache", "endpoint": hub.url, "token": False}

    async def download(name: str = WEIGHTS, repo: str = REPO, **changes: Any) -> Path:
        call = partial(hf_hub_download, repo, name, **{**options, **changes})
        return Path(await asyncio.to_thread(call))

    return download


@pytest.fixture
def api(hub: Hub) -> HfApi:
    return HfApi(endpoint=hub.url, token=False)


def content(hub: Hub, name: str = WEIGHTS) -> bytes:
    return (hub.repos[REPO] / name).read_bytes()


async def test_a_snapshot_holds_what_the_folder_holds(hub: Hub, tmp_path: Path) -> None:
    options = {"cache_dir": tmp_path / "cache", "endpoint": hub.url}
    snapshot = Path(await asyncio.to_thread(partial(snapshot_download, REPO, **options)))
    assert snapshot.name == COMMIT
    for name in ("config.json", WEIGHTS):
        assert (snapshot / name).read_bytes() == content(hub, name)


async def test_what_is_here_is_asked_for_but_not_fetched_again(hub: Hub, download: Any) -> None:
    await download()
    first = len(hub.asked)
    await download()
    assert [asked.at for asked in hub.asked[first:]] == [At.HEADERS]
    assert len(hub.bodies(REPO)) == 1


async def test_another_commit_with_the_same_file_costs_no_bytes(hub: Hub, download: Any) -> None:
    await download()
    hub.commits[REPO] = "f" * 40
    assert "f" * 40 in str(await download())
    assert len(hub.bodies(REPO)) == 1


async def test_a_cut_download_goes_on_where_it_ended(
    hub: Hub, download: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is less than a chunk is lost, and chunks are 10 MB.
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)
    hub.faults.append(Fault(f"{REPO}/{WEIGHTS}", cut_after=5000, times=1))
    assert (await download()).read_bytes() == content(hub)
    assert [asked.range for asked in hub.bodies(REPO)] == [None, "bytes=5000-"]


async def test_a_torn_down_connection_ends_the_download(hub: Hub, download: Any) -> None:
    hub.faults.append(Fault(f"{REPO}/*", cut_after=5000, reset=True))
    with pytest.raises(httpx2.ReadError):
        await download()


async def test_a_slow_file_takes_its_time(hub: Hub, download: Any) -> None:
    hub.faults.append(Fault(f"{REPO}/*", bytes_per_second=2 * SIZE))
    start = time.monotonic()
    await download()
    assert time.monotonic() - start > 0.4


async def test_a_corrupt_file_is_as_long_as_the_right_one_and_found_by_its_hash(
    hub: Hub, download: Any, api: HfApi, tmp_path: Path
) -> None:
    hub.faults.append(Fault(f"{REPO}/{WEIGHTS}", corrupt=True))
    await download("config.json")
    wrong = (await download()).read_bytes()
    assert len(wrong) == SIZE
    assert wrong != content(hub)
    verify = partial(api.verify_repo_checksums, REPO, cache_dir=tmp_path / "cache")
    mismatches = (await asyncio.to_thread(verify)).mismatches
    assert [mismatch["path"] for mismatch in mismatches] == [WEIGHTS]


@pytest.mark.parametrize(("token", "status"), [(False, 401), ("hf_stranger", 403)])
async def test_a_gated_repo_shows_itself_but_not_its_files(
    hub: Hub, download: Any, api: HfApi, token: Any, status: int
) -> None:
    hub.gated.add(REPO)
    info = await asyncio.to_thread(partial(api.model_info, REPO, token=token))
    assert info.gated == "auto"
    with pytest.raises(GatedRepoError) as error:
        await download(token=token)
    assert error.value.response.status_code == status
    with pytest.raises(GatedRepoError):
        await asyncio.to_thread(partial(api.auth_check, REPO, token=token))


@pytest.mark.parametrize(("token", "status"), [(False, 401), ("hf_stranger", 404)])
@pytest.mark.parametrize("repo", [REPO, "nobody/nothing"])
async def test_a_private_repo_looks_like_one_that_does_not_exist(
    hub: Hub, download: Any, repo: str, token: Any, status: int
) -> None:
    hub.private.add(REPO)
    with pytest.raises(RepositoryNotFoundError) as error:
        await download(repo=repo, token=token)
    assert not isinstance(error.value, GatedRepoError)
    assert error.value.response.status_code == status


async def test_the_right_token_opens_a_repo_and_stays_with_the_hub(hub: Hub, download: Any) -> None:
    hub.gated.add(REPO)
    hub.private.add(REPO)
    assert (await download(token=TOKEN)).read_bytes() == content(hub)
    assert {asked.token for asked in hub.asked if asked.at is At.HEADERS} == {TOKEN}
    assert [asked.token for asked in hub.bodies(REPO)] == [None]


async def test_an_unknown_token_is_refused_also_for_what_all_may_read(download: Any) -> None:
    with pytest.raises(HfHubHTTPError, match="Invalid credentials"):
        await download(token="hf_nobody")


async def test_unknown_revisions_and_files_are_told_apart(download: Any) -> None:
    with pytest.raises(RevisionNotFoundError):
        await download(revision="0" * 40)
    with pytest.raises(RemoteEntryNotFoundError):
        await download("nothing.json")


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_the_api_fails_with_the_status_that_is_wished_for(
    hub: Hub, api: HfApi, status: int
) -> None:
    hub.faults.append(Fault(REPO, status=status, retry_after=7, times=1))
    with pytest.raises(HfHubHTTPError) as error:
        await asyncio.to_thread(api.model_info, REPO)
    assert error.value.response.status_code == status
    assert error.value.response.headers["Retry-After"] == "7"
    assert (await asyncio.to_thread(api.model_info, REPO)).sha == COMMIT


async def test_a_download_waits_as_long_as_the_hub_says(hub: Hub, download: Any) -> None:
    hub.faults.append(
        Fault(f"{REPO}/*", at=frozenset({At.BODY}), status=429, retry_after=1, times=1)
    )
    start = time.monotonic()
    assert (await download()).read_bytes() == content(hub)
    assert time.monotonic() - start > 1
    assert [asked.status for asked in hub.bodies(REPO)] == [429, 200]


async def test_what_else_is_known_of_a_repo_is_told_where_it_is_asked_for(
    hub: Hub, api: HfApi
) -> None:
    provider = {"status": "live", "providerId": "x", "task": "text-to-image"}
    hub.about[REPO] = {"inferenceProviderMapping": {"some-provider": provider}}
    ask = partial(api.model_info, REPO, expand=["inferenceProviderMapping"])
    info = await asyncio.to_thread(ask)
    assert [mapping.provider for mapping in info.inference_provider_mapping or []] == [
        "some-provider"
    ]
    assert info.siblings is None


async def test_the_api_tells_sizes_and_hashes(hub: Hub, api: HfApi) -> None:
    info = await asyncio.to_thread(partial(api.model_info, REPO, files_metadata=True))
    tree = await asyncio.to_thread(lambda: list(api.list_repo_tree(REPO, recursive=True)))
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or []}
    rows: dict[str, Any] = {row.path: row for row in tree}
    assert siblings.keys() == rows.keys() == {"config.json", WEIGHTS}
    assert siblings[WEIGHTS].size == rows[WEIGHTS].size == SIZE
    lfs = siblings[WEIGHTS].lfs
    assert lfs is not None
    assert lfs.sha256 == rows[WEIGHTS].lfs.sha256
    assert siblings["config.json"].lfs is None


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=19990-", 206, slice(19_990, None)),
        ("bytes=20000-", 416, None),
    ],
)
async def test_parts_of_a_file_are_given(
    hub: Hub, asked: str, status: int, span: slice | None
) -> None:
    url = f"{hub.url}/{REPO}/resolve/main/{WEIGHTS}"
    async with httpx2.AsyncClient(follow_redirects=True) as client:
        answer = await client.get(url, headers={"Range": asked})
    assert answer.status_code == status
    if span is not None:
        assert answer.content == content(hub)[span]


async def test_a_hub_that_is_down_answers_nothing(hub: Hub, api: HfApi) -> None:
    hub.down = True
    with pytest.raises(HfHubHTTPError) as error:
        await asyncio.to_thread(api.model_info, REPO)
    assert error.value.response.status_code == 503
