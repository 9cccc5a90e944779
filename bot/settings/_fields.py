"""Every setting: its variable, its default, what it does and what it may be."""

from pathlib import Path
from typing import Any

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ._described import ENCODING, contents
from ._described import seconds as _seconds
from ._described import variable as _variable
from ._errors import SettingsError, TokenFileProblem
from ._types import (
    AnyCaseLogFormat,
    AnyCaseLogLevel,
    AnyCaseOnOff,
    AnyCaseOpenVerdict,
    AnyCaseVerdict,
    Folder,
    LogFormat,
    LogLevel,
    Token,
    Url,
)

__all__ = ["ENCODING", "LogFormat", "LogLevel", "Settings"]

_HOW_TO_GET_ONE = (
    "DISCORD_TOKEN is not given. Put the bot's token into .env; docs/hosting.md says where to get "
    "one. To look at Easel without a token, run `make run`."
)
_ALONE = "the token alone"
_HOLDS_ONE = "the path of a readable file that holds the token alone"
_URL = "an https:// address (http:// only for this machine itself)"

#: Where Discord itself is.
DISCORD_API_URL = "https://discord.com/api/v10"


class Settings(BaseSettings):
    """What the host decided, read once at start and never changed."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        case_sensitive=True,
        populate_by_name=True,
        env_ignore_empty=True,
        env_file_encoding=ENCODING,
        hide_input_in_errors=True,
    )

    discord_token: Token | None = _variable(
        "DISCORD_TOKEN", None, "The bot's token, from Discord's developer portal.", _ALONE
    )
    discord_token_file: Folder | None = _variable(
        "DISCORD_TOKEN_FILE",
        None,
        "A file with the bot's token, in place of `DISCORD_TOKEN`.",
        _HOLDS_ONE,
    )
    discord_api_url: Url = _variable(
        "DISCORD_API_URL",
        DISCORD_API_URL,
        "Where Discord's REST API is; the gateway's address is asked of it.",
        _URL,
    )
    hf_token: Token | None = _variable(
        "HF_TOKEN", None, "A Hugging Face token, for the hosted API and for gated models.", _ALONE
    )
    hf_token_file: Folder | None = _variable(
        "HF_TOKEN_FILE",
        None,
        "A file with the Hugging Face token, in place of `HF_TOKEN`.",
        _HOLDS_ONE,
    )
    data_dir: Folder = _variable(
        "EASEL_DATA_DIR",
        Path("data"),
        "The folder of the database, of the pictures and of your own `models.toml`.",
        "a folder's path",
    )
    models_dir: Folder | None = _variable(
        "EASEL_MODELS_DIR",
        None,
        "The folder of downloaded weights; without it, the one Hugging Face's tools use.",
        "a folder's path",
    )
    default_model: str | None = _variable(
        "EASEL_DEFAULT_MODEL",
        None,
        "The model that paints where nobody chose one.",
        "a model's name in the catalog",
    )
    accept_licenses: str = _variable(
        "EASEL_ACCEPT_LICENSES",
        "",
        "The licences you accept, of models that are off until you do.",
        "names of licences from docs/models.md, with commas between",
    )
    device: str = _variable(
        "EASEL_DEVICE",
        "auto",
        "What paints on this host; `auto` takes all its GPUs, or the processor where it has none.",
        "auto, cpu, cuda (the first GPU), or GPUs by number, with commas: cuda:0,cuda:1",
        pattern=r"^(auto|cpu|cuda|cuda:\d{1,3}(,cuda:\d{1,3})*)$",
    )
    hosted_endpoint: Url | None = _variable(
        "EASEL_HOSTED_ENDPOINT",
        None,
        "Your own inference endpoint, in place of Hugging Face's providers.",
        _URL,
    )
    hosted_provider: str = _variable(
        "EASEL_HOSTED_PROVIDER",
        "auto",
        "Which provider of Hugging Face's hosted API paints; `auto` lets Hugging Face choose.",
        "auto or a provider's name, such as fal-ai",
        pattern=r"^[a-z0-9][a-z0-9-]*$",
    )
    hosted_timeout_s: int = _seconds(
        "EASEL_HOSTED_TIMEOUT_S", 120, "How long the hosted API may take for a picture.", 5, 600
    )
    hosted_retries: int = _variable(
        "EASEL_HOSTED_RETRIES",
        3,
        "How often the hosted API is asked again where it can't paint just now.",
        "a whole number from 0 to 10",
        ge=0,
        le=10,
    )
    job_timeout_s: int = _seconds(
        "EASEL_JOB_TIMEOUT_S", 600, "How long one attempt of a job may take.", 10, 7200
    )
    max_waiting_per_member: int = _variable(
        "EASEL_MAX_WAITING_PER_MEMBER",
        50,
        "How many requests of one member may wait at a time.",
        "a whole number, 1 or more",
        ge=1,
    )
    max_waiting: int = _variable(
        "EASEL_MAX_WAITING",
        1000,
        "How many requests of all members together may wait at a time.",
        "a whole number, 1 or more",
        ge=1,
    )
    jobs_per_minute: int | None = _variable(
        "EASEL_JOBS_PER_MINUTE",
        None,
        "How many requests one member may make in a minute; without it, no limit.",
        "a whole number, 1 or more",
        ge=1,
    )
    pictures_per_day: int | None = _variable(
        "EASEL_PICTURES_PER_DAY",
        None,
        "How many pictures one member may ask for in 24 hours; each part of `/compare` and `/sweep`"
        " is one. Without it, no limit.",
        "a whole number, 1 or more",
        ge=1,
    )
    max_megapixel_steps: float | None = _variable(
        "EASEL_MAX_MEGAPIXEL_STEPS",
        None,
        "How much work one request may be: width × height × steps, in millions; of several"
        " pictures side by side, all together. Without it, no limit.",
        "a number above 0",
        gt=0,
        allow_inf_nan=False,
    )
    previews: AnyCaseOnOff = _variable(
        "EASEL_PREVIEWS",
        "on",
        "Whether members see small pictures of how theirs stands while this host paints it.",
        "on or off",
    )
    keep_pictures_days: int | None = _variable(
        "EASEL_KEEP_PICTURES_DAYS",
        None,
        "After how many days a picture is deleted; without it, never. Its recipe stays.",
        "a whole number, 1 or more",
        ge=1,
    )
    keep_pictures_gib: float | None = _variable(
        "EASEL_KEEP_PICTURES_GIB",
        None,
        "How many GiB all pictures may take; the oldest are deleted first. Without it, no limit.",
        "a number above 0, at most 1,000,000",
        gt=0,
        le=1_000_000,
        allow_inf_nan=False,
    )
    min_free_mib: int = _variable(
        "EASEL_MIN_FREE_MIB",
        512,
        "With less free space than this where the data is, no requests are taken.",
        "a whole number, 0 or more",
        ge=0,
    )
    blocked_words: Folder | None = _variable(
        "EASEL_BLOCKED_WORDS",
        None,
        "A file with words that are refused in prompts, one a line; without it, you refuse none.",
        "a readable text file's path",
    )
    screening_threshold: float | None = _variable(
        "EASEL_SCREENING_THRESHOLD",
        None,
        "Pictures that the classifier scores above this count as unsafe; without it, what the"
        " classifier's entry in the catalog says.",
        "a number between 0 and 1",
        gt=0,
        lt=1,
        allow_inf_nan=False,
    )
    screening_open: AnyCaseOpenVerdict = _variable(
        "EASEL_SCREENING_OPEN",
        "refuse",
        "What becomes of unsafe pictures in direct messages and in channels that are not"
        " age-restricted.",
        "blur or refuse",
    )
    screening_age_restricted: AnyCaseVerdict = _variable(
        "EASEL_SCREENING_AGE_RESTRICTED",
        "allow",
        "What becomes of unsafe pictures in age-restricted channels.",
        "allow, blur or refuse",
    )
    report_channel_id: int | None = _variable(
        "EASEL_REPORT_CHANNEL_ID",
        None,
        "The channel that members' reports go to; without it, they go to the log.",
        "a channel's id, digits only",
        ge=1,
        lt=2**64,
    )
    shutdown_grace_s: int = _seconds(
        "EASEL_SHUTDOWN_GRACE_S", 25, "How long a stop waits for what is being painted.", 0, 600
    )
    sync_commands_to: int | None = _variable(
        "EASEL_SYNC_COMMANDS_TO",
        None,
        "One guild's id: the commands appear there, and only there, at once.",
        "a guild's id, digits only",
        ge=1,
        lt=2**64,
    )
    log_format: AnyCaseLogFormat = _variable(
        "EASEL_LOG_FORMAT", "text", "Lines for people, or one JSON object a line.", "text or json"
    )
    log_level: AnyCaseLogLevel = _variable(
        "EASEL_LOG_LEVEL",
        "INFO",
        "The least grave lines that are logged.",
        "DEBUG, INFO, WARNING or ERROR",
    )

    @model_validator(mode="before")
    @classmethod
    def _read_token_files(cls, given: Any) -> Any:
        values = dict(given)
        for field in ("discord_token", "hf_token"):
            name = field.upper()
            file = values.get(f"{name}_FILE") or values.get(f"{field}_file")
            if not file:
                continue
            if values.get(name) or values.get(field):
                problem = f"{name} and {name}_FILE are both given: give one of them."
                values[name] = TokenFileProblem(problem)
                continue
            try:
                values[name] = contents(f"{name}_FILE", Path(file).expanduser())
            except TokenFileProblem as error:
                values[name] = error  # the field raises it: here it would hide all other mistakes
        return values

    @property
    def accepted_licenses(self) -> frozenset[str]:
        """The names in `accept_licenses`."""
        return frozenset(name.strip() for name in self.accept_licenses.split(",") if name.strip())

    def require_token(self) -> str:
        """Return the bot's token, or raise a SettingsError that says where to get one."""
        if self.discord_token is None:
            raise SettingsError([_HOW_TO_GET_ONE])
        return self.discord_token.get_secret_value()
