"""What the host may write, what it is told about a mistake, and what a worker gets to see."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import (
    Settings,
    SettingsError,
    apply_hub_environment,
    child_environment,
    load_settings,
    read_settings,
    variables,
)

ROOT = Path(__file__).parents[3]
TOKEN = "MTA1NzY1NDMyMTA5ODc2NTQzMg.GaBcDe.x9yVUtSrQpOnMlKjIhGfEdCbA0123456789abc"


@pytest.fixture(autouse=True)
def environment(tmp_path, monkeypatch):
    """Nothing of the developer's own settings, and an empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    with patch.dict(os.environ):
        for name in list(os.environ):
            if name in variables() or name.startswith("EASEL_"):
                del os.environ[name]
        yield


def load(env: str = "", **environ: str) -> Settings:
    Path(".env").write_text(env, encoding="utf-8")
    os.environ.update(environ)
    return load_settings()


def problems(env: str = "", **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(env, **environ)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


class TestSources:
    def test_nothing_need_be_given(self):
        settings = load_settings()
        assert settings.data_dir == Path("data")
        assert settings.discord_api_url == "https://discord.com/api/v10"
        assert settings.discord_token is None

    def test_the_environment_wins_over_the_file(self):
        settings = load(
            "EASEL_MAX_WAITING=7\nEASEL_DEVICE=cpu\n", EASEL_DEVICE="cuda:1", EASEL_LOG_FORMAT=""
        )
        assert (settings.max_waiting, settings.device) == (7, "cuda:1")

    def test_an_empty_one_counts_as_not_given(self):
        settings = load("EASEL_DATA_DIR=\nEASEL_MAX_WAITING=5\n", EASEL_MAX_WAITING="")
        assert (settings.data_dir, settings.max_waiting) == (Path("data"), 5)

    def test_a_file_by_a_windows_editor_is_read(self):
        Path(".env").write_bytes(b"\xef\xbb\xbfEASEL_DEVICE=cpu\r\nEASEL_MAX_WAITING=7\r\n")
        settings = load_settings()
        assert (settings.device, settings.max_waiting) == ("cpu", 7)

    def test_what_is_given_in_code_wins_over_all(self):
        os.environ["EASEL_DEVICE"] = "cpu"
        assert Settings(device="cuda").device == "cuda"

    def test_it_can_not_be_changed(self):
        with pytest.raises(ValidationError):
            load().device = "cpu"

    def test_a_home_folder_is_understood(self):
        settings = load("EASEL_DATA_DIR=~/easel", HOME="/home/ada")
        assert settings.data_dir == Path("/home/ada/easel")

    def test_case_does_not_matter_for_the_log(self):
        settings = load("EASEL_LOG_LEVEL=debug\nEASEL_LOG_FORMAT=JSON")
        assert (settings.log_level, settings.log_format) == ("DEBUG", "json")

    def test_an_address_loses_its_last_slash(self):
        assert load("DISCORD_API_URL=https://proxy.example/api/v10/").discord_api_url == (
            "https://proxy.example/api/v10"
        )

    @pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:1", "127.9.9.9", "[::1]:80"])
    def test_this_machine_may_be_spoken_to_in_clear(self, host):
        url = f"http://{host}/api/v10"
        assert load(f"DISCORD_API_URL={url}").discord_api_url == url


class TestTokens:
    def test_the_token_is_asked_for_only_when_it_is_needed(self):
        settings = load()
        with pytest.raises(SettingsError, match=r"DISCORD_TOKEN is not given.*docs/hosting.md"):
            settings.require_token()

    def test_the_token_is_given_and_never_shown(self):
        settings = load(f"DISCORD_TOKEN={TOKEN}")
        assert settings.require_token() == TOKEN
        assert TOKEN not in repr(settings) + str(settings) + settings.model_dump_json()

    def test_a_file_holds_it_instead(self):
        Path("token").write_text(f"  {TOKEN}\n")
        Path("hf").write_text("hf_abc\n")
        settings = load("DISCORD_TOKEN_FILE=token", HF_TOKEN_FILE="hf")
        assert settings.require_token() == TOKEN
        assert settings.hf_token == SecretStr("hf_abc")

    @pytest.mark.parametrize("name", ["DISCORD_TOKEN", "HF_TOKEN"])
    def test_both_are_refused(self, name):
        Path("token").write_text(TOKEN)
        assert problems(f"{name}={TOKEN}", **{f"{name}_FILE": "token"}) == (
            f"{name} and {name}_FILE are both given: give one of them.",
        )

    def test_a_file_that_is_not_there_is_told(self):
        (line,) = problems("DISCORD_TOKEN_FILE=/nowhere/token")
        assert line == (
            "DISCORD_TOKEN_FILE=/nowhere/token cannot be read: No such file or directory."
        )

    @pytest.mark.parametrize(
        ("contents", "expected"),
        [(b" \n", "is an empty file"), (b"\xff\xfe\x00", "is not a text file")],
    )
    def test_a_file_that_holds_no_token_is_told(self, contents, expected):
        Path("token").write_bytes(contents)
        (line,) = problems("HF_TOKEN_FILE=token")
        assert line == f"HF_TOKEN_FILE=token {expected}."

    @pytest.mark.parametrize("name", ["DISCORD_TOKEN", "HF_TOKEN"])
    @pytest.mark.parametrize(
        ("given", "word"),
        [
            (f"Bot {TOKEN}", "a word before the token"),
            (f"Bearer {TOKEN}", "a word before the token"),
            (f'"{TOKEN}"', "quotation marks"),
            (f"'{TOKEN}", "quotation marks"),
            (f"{TOKEN}\n", "white space"),
            (f"{TOKEN[:20]} {TOKEN[20:]}", "white space"),
            (f"{TOKEN}\N{ZERO WIDTH SPACE}", "white space or foreign letters"),
        ],
    )
    def test_what_was_pasted_with_it_is_told_without_the_token(self, name, given, word):
        (line,) = problems(**{name: given})
        assert line.startswith(f"{name} ")
        assert word in line
        assert TOKEN[:20] not in line


class TestMistakes:
    @pytest.mark.parametrize(
        ("name", "given", "allowed"),
        [
            ("DISCORD_API_URL", "http://discord.com/api", "https://"),
            ("DISCORD_API_URL", "discord.com", "https://"),
            ("DISCORD_API_URL", "ftp://localhost", "https://"),
            ("DISCORD_API_URL", "https://host:port/", "https://"),
            ("DISCORD_API_URL", "https://host/?v=10", "https://"),
            ("DISCORD_API_URL", "https://a b/", "https://"),
            ("EASEL_HOSTED_ENDPOINT", "http://10.0.0.1:8000", "https://"),
            ("EASEL_HOSTED_ENDPOINT", "http://localhost.example.com", "https://"),
            ("EASEL_HOSTED_PROVIDER", "Fal AI", "a provider's name"),
            ("EASEL_LOG_FORMAT", "xml", "text or json"),
            ("EASEL_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
            ("EASEL_DEVICE", "tpu", "cuda:0"),
            ("EASEL_DEVICE", "cuda:", "cuda:0"),
            ("EASEL_DEVICE", "cpu2", "cuda:0"),
            ("EASEL_HOSTED_TIMEOUT_S", "4", "from 5 to 600"),
            ("EASEL_HOSTED_TIMEOUT_S", "601", "from 5 to 600"),
            ("EASEL_HOSTED_TIMEOUT_S", "2 minutes", "from 5 to 600"),
            ("EASEL_JOB_TIMEOUT_S", "9", "from 10 to 7200"),
            ("EASEL_JOB_TIMEOUT_S", "7201", "from 10 to 7200"),
            ("EASEL_SHUTDOWN_GRACE_S", "-1", "from 0 to 600"),
            ("EASEL_MAX_WAITING", "0", "1 or more"),
            ("EASEL_MAX_WAITING_PER_MEMBER", "many", "1 or more"),
            ("EASEL_JOBS_PER_MINUTE", "0", "1 or more"),
            ("EASEL_PICTURES_PER_DAY", "2.5", "1 or more"),
            ("EASEL_MAX_MEGAPIXEL_STEPS", "0", "above 0"),
            ("EASEL_MAX_MEGAPIXEL_STEPS", "nan", "above 0"),
            ("EASEL_MAX_MEGAPIXEL_STEPS", "inf", "above 0"),
            ("EASEL_KEEP_PICTURES_GIB", "inf", "above 0"),
            ("EASEL_KEEP_PICTURES_GIB", "1e300", "at most 1,000,000"),
            ("EASEL_KEEP_PICTURES_GIB", "nan", "above 0"),
            ("EASEL_SYNC_COMMANDS_TO", "my guild", "digits only"),
        ],
    )
    def test_a_wrong_value_is_told_with_what_is_allowed(self, name, given, allowed):
        (line,) = problems(**{name: given})
        assert line.startswith(f"{name}={given} is not allowed: it must be ")
        assert allowed in line

    def test_all_are_told_at_once(self):
        lines = problems("EASEL_DEVICE=tpu\nEASEL_MAX_WAITING=0\n", EASEL_LOG_LEVEL="LOUD")
        assert [line.partition("=")[0] for line in lines] == [
            "EASEL_DEVICE",
            "EASEL_MAX_WAITING",
            "EASEL_LOG_LEVEL",
        ]

    def test_mistakes_of_every_kind_are_told_together(self):
        lines = problems(
            "EASEL_DEVICE=tpu\nnonsense\nDISCORD_TOKEN_FILE=/nowhere\nHF_TOKEN_FILE=/nowhere\n",
            HF_TOKEN="hf_abc",
            EASEL_MAX_WAITTING="5",
        )
        assert sorted(lines) == [
            ".env, line 2, is not of the form NAME=value.",
            "DISCORD_TOKEN_FILE=/nowhere cannot be read: No such file or directory.",
            f"EASEL_DEVICE=tpu is not allowed: it must be {variables()['EASEL_DEVICE'].allowed}.",
            "EASEL_MAX_WAITTING is no setting of Easel. Did you mean EASEL_MAX_WAITING?",
            "HF_TOKEN and HF_TOKEN_FILE are both given: give one of them.",
        ]

    @pytest.mark.parametrize("line", ["EASEL_DEVICE", "DISCORD_TOKEN", "=x", "EASEL_DEVICE='cpu"])
    def test_a_line_that_is_none_is_all_that_is_told_of_it(self, line, caplog):
        assert problems(f"{line}\n") == (".env, line 1, is not of the form NAME=value.",)
        assert caplog.messages == []

    def test_a_misspelled_name_is_told_with_the_nearest(self):
        assert problems("EASEL_MAX_WAITTING=5") == (
            "EASEL_MAX_WAITTING is no setting of Easel. Did you mean EASEL_MAX_WAITING?",
        )
        (line,) = problems("", easel_device="cpu", EASEL_MAX_WAITTING="5")[1:]
        assert line == "easel_device is no setting of Easel. Did you mean EASEL_DEVICE?"

    def test_an_unlike_name_is_told_where_the_names_are(self):
        (line,) = problems("EASEL_XYZZY=1")
        assert "docs/configuration.md" in line

    def test_the_playgrounds_own_names_and_other_programs_are_let_be(self):
        load("EASEL_PLAYGROUND_PORT=8000\nOTHER=1\n", EASEL_PLAYGROUND_X="1", FOO="bar")

    def test_a_line_that_is_none_is_told_by_its_number_only(self):
        (line,) = problems(f"EASEL_DEVICE=cpu\n{TOKEN}\n")
        assert line == ".env, line 2, is not of the form NAME=value."

    def test_a_file_in_another_encoding_is_told(self):
        Path(".env").write_bytes("EASEL_DEVICE=cpu # für mich".encode("latin-1"))
        with pytest.raises(SettingsError, match="not a text file in UTF-8"):
            load_settings()

    def test_a_secret_in_the_wrong_place_is_not_repeated(self):
        (line,) = problems(EASEL_DEFAULT_MODEL="demo", EASEL_DEVICE=TOKEN)
        assert line.startswith("EASEL_DEVICE=***")
        (line,) = problems(EASEL_DEVICE="", DISCORD_API_URL="https://me:hunter22@discord.com")
        assert "hunter22" not in line


class TestOtherProgramsEnvironment:
    def test_a_worker_sees_what_it_needs_and_no_token(self):
        given = {
            "PATH": "/bin",
            "LC_ALL": "C",
            "CUDA_VISIBLE_DEVICES": "1",
            "NVIDIA_VISIBLE_DEVICES": "all",
            "OMP_NUM_THREADS": "2",
            "HF_HUB_CACHE": "/cache",
            "HTTPS_PROXY": "http://proxy:3128",
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_TOKEN_FILE": "/run/secrets/token",
            "HF_TOKEN": "hf_of_another_setting",
            "AWS_SECRET_ACCESS_KEY": "x",
            "LD_PRELOAD": "/x.so",
            "EASEL_DATA_DIR": "/data",
        }
        assert child_environment(Settings(discord_token=SecretStr(TOKEN)), given) == {
            "PATH": "/bin",
            "LC_ALL": "C",
            "CUDA_VISIBLE_DEVICES": "1",
            "NVIDIA_VISIBLE_DEVICES": "all",
            "OMP_NUM_THREADS": "2",
            "HF_HUB_CACHE": "/cache",
            "HTTPS_PROXY": "http://proxy:3128",
            "DIFFUSERS_DISABLE_REMOTE_CODE": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
        }

    def test_the_hosts_models_folder_and_token_are_handed_on(self):
        settings = Settings(models_dir=Path("models"), hf_token=SecretStr("hf_x"))
        child = child_environment(settings, {"HF_HOME": "/old", "HF_HUB_CACHE": "/cache"})
        assert child["HF_HOME"] == str(Path("models").absolute())
        assert child["HF_TOKEN"] == "hf_x"
        assert "HF_HUB_CACHE" not in child

    def test_huggingface_hub_reads_the_same_folder_and_token(self):
        script = (
            "from pathlib import Path\n"
            "from pydantic import SecretStr\n"
            "from bot.settings import Settings, apply_hub_environment\n"
            "apply_hub_environment(Settings(models_dir=Path('/m'), hf_token=SecretStr('hf_x')))\n"
            "from huggingface_hub import constants, get_token\n"
            "print(constants.HF_HUB_CACHE, get_token(), constants.HF_HUB_DISABLE_TELEMETRY)\n"
        )
        environ = os.environ | {"HF_HUB_CACHE": "/elsewhere"}
        command = [sys.executable, "-c", script]
        child = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=True
        )
        assert child.stdout.split() == ["/m/hub", "hf_x", "True"]

    def test_coming_too_late_is_said(self, caplog):
        with patch.dict(sys.modules, {"huggingface_hub.constants": os}):
            apply_hub_environment(Settings(models_dir=Path("/models")))
            assert "imported too early to see" in caplog.text
            assert "HF_HOME" in caplog.text
            caplog.clear()
            apply_hub_environment(Settings(models_dir=Path("/models")))
            assert caplog.record_tuples == []
        assert logging.getLogger("bot.settings").level == logging.NOTSET


class TestInSpiteOfMistakes:
    def test_what_is_wrong_has_its_default_and_the_rest_is_as_given(self):
        Path(".env").write_text("EASEL_DEVICE=tpu\nno form at all\nEASEL_MAX_WAITING=7\n")
        os.environ.update({"EASEL_JOB_TIMEOUT_S": "5", "EASEL_FOO": "1"})
        settings, found = read_settings()
        assert (settings.device, settings.job_timeout_s, settings.max_waiting) == ("auto", 600, 7)
        assert [problem.split()[0].split("=")[0] for problem in found] == [
            ".env,",
            "EASEL_DEVICE",
            "EASEL_JOB_TIMEOUT_S",
            "EASEL_FOO",
        ]
        with pytest.raises(SettingsError) as caught:
            load_settings()
        assert caught.value.problems == found

    def test_a_token_whose_file_is_wrong_counts_as_not_given(self):
        os.environ["DISCORD_TOKEN_FILE"] = "/no/such/file"
        settings, (problem,) = read_settings()
        assert settings.discord_token is None
        assert "cannot be read" in problem

    def test_a_file_that_can_not_be_read_leaves_the_environment(self):
        Path(".env").write_bytes(b"\xff\xfe\xfa")
        os.environ["EASEL_MAX_WAITING"] = "7"
        settings, problems = read_settings()
        assert settings.max_waiting == 7
        assert problems == (".env is not a text file in UTF-8.",)

    def test_without_mistakes_it_is_what_the_start_reads(self):
        os.environ["EASEL_MAX_WAITING"] = "7"
        assert read_settings() == (load_settings(), ())
