"""What a line looks like, and that no token comes through, wherever it stood."""

import base64
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import log as logs

BOT_TOKEN = "MTA1NzY1NDMyMTA5ODc2NTQzMg.GaBcDe.x9yVUtSrQpOnMlKjIhGfEdCbA0123456789abc"
INTERACTION_TOKEN = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTpBYkNkRWY"
HF_TOKEN = "hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh"


@pytest.fixture(autouse=True)
def unchanged_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    names = (*logs._LEAST_LEVELS, "library")
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    logging.captureWarnings(False)


@pytest.fixture
def stream():
    return io.StringIO()


@pytest.fixture
def text(stream):
    logs.configure("text", "DEBUG", stream=stream)
    return stream


@pytest.fixture
def lines(stream):
    logs.configure("json", "DEBUG", stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


log = logging.getLogger("bot.test")


class TestText:
    def test_a_line_has_time_level_logger_message_and_extras(self, text):
        log.info("Painted %d pictures", 2, extra={"job": 7, "model": "sd turbo"})
        time, rest = text.getvalue().split(" ", 1)
        assert rest == 'INFO    bot.test: Painted 2 pictures job=7 model="sd turbo"\n'
        assert time.endswith("+00:00")

    def test_a_traceback_follows(self, text):
        try:
            raise ZeroDivisionError("by zero")
        except ZeroDivisionError:
            log.exception("Failed")
        first, *trace = text.getvalue().splitlines()
        assert first.endswith("Failed")
        assert (trace[0], trace[-1]) == (
            "Traceback (most recent call last):",
            "ZeroDivisionError: by zero",
        )

    def test_words_of_members_make_no_lines_of_their_own(self, text):
        log.info("Prompt: %s", "red\n2026 ERROR forged\x1b[2J\u2028", extra={"who": "a\nb"})
        assert text.getvalue().count("\n") == 1
        assert "\x1b" not in text.getvalue()
        assert r"red\n2026 ERROR forged\x1b[2J\u2028" in text.getvalue()


class TestJson:
    def test_a_line_is_an_object(self, lines):
        log.warning(
            "Slow: %s", "x\ny", extra={"job": 7, "share": 0.5, "odd": float("nan"), "none": None}
        )
        (line,) = lines()
        assert line.pop("ts").endswith("+00:00")
        assert line == {
            "level": "WARNING",
            "logger": "bot.test",
            "message": "Slow: x\ny",
            "job": 7,
            "share": 0.5,
            "odd": "nan",
            "none": None,
        }

    def test_a_traceback_is_a_field(self, lines):
        try:
            raise ValueError(f"no such token: {BOT_TOKEN}")
        except ValueError:
            log.exception("Failed")
        (line,) = lines()
        assert line["exc"].endswith("ValueError: no such token: ***")

    def test_whatever_is_said_stays_one_line_of_ascii(self, lines, stream):
        said = "ein \N{SNOWMAN} und \ud800 und \x00"
        record = log.makeRecord(
            log.name, logging.INFO, "", 0, said, (), None, extra={"object": object()}
        )
        # Not through the root logger: what pytest catches there it may have to send as UTF-8.
        root = logging.getLogger()
        (handler,) = [each for each in root.handlers if getattr(each, "stream", None) is stream]
        handler.handle(record)
        assert stream.getvalue().isascii()
        assert len(lines()) == 1


class TestConfigure:
    def test_twice_writes_once_and_the_last_one_counts(self, text):
        logs.configure("text", "WARNING", stream=text)
        log.warning("once")
        log.info("too little")
        assert text.getvalue().count("\n") == 1

    def test_discord_py_has_no_handler_of_its_own(self, text):
        logging.getLogger("discord.gateway").info("Connected")
        assert text.getvalue().count("Connected") == 1
        handlers = logging.getLogger("discord").handlers
        assert all(isinstance(handler, logging.NullHandler) for handler in handlers)

    def test_it_writes_to_stderr(self, capsys):
        logs.configure("text", "INFO")
        log.info("here")
        captured = capsys.readouterr()
        assert (captured.out, "here" in captured.err) == ("", True)

    def test_warnings_are_lines_too(self, stream):
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logs.configure("text", "INFO", stream=stream)
            warnings.warn("old way", UserWarning, stacklevel=1)
            logging.captureWarnings(False)
        assert "WARNING py.warnings: " in stream.getvalue()
        assert "UserWarning: old way" in stream.getvalue()

    def test_libraries_that_say_too_much_are_kept_down(self, text):
        logging.getLogger("aiosqlite").debug("INSERT a prompt")
        logging.getLogger("asyncio").debug("Using selector: EpollSelector")
        logging.getLogger("asyncio").warning("Executing <Task> took 0.2 seconds")
        assert text.getvalue().count("\n") == 1

    def test_a_library_that_writes_itself_can_be_adopted(self, text):
        library = logging.getLogger("library")
        own = io.StringIO()
        library.addHandler(logging.StreamHandler(own))
        library.propagate = False
        logs.adopt("library")
        library.warning("with %s", HF_TOKEN)
        assert own.getvalue() == ""
        assert text.getvalue().endswith("library: with ***\n")

    def test_a_line_that_can_not_be_made_is_told_without_its_arguments(self, text, capsys):
        # pytest's own handlers would raise the error.
        root = logging.getLogger()
        root.handlers[:] = [h for h in root.handlers if isinstance(h, logs._Handler)]
        log.info("%d and %d", BOT_TOKEN)
        assert "was lost (TypeError)" in text.getvalue()
        assert BOT_TOKEN not in text.getvalue() + capsys.readouterr().err

    def test_known_secrets_are_hidden_whatever_their_shape(self, stream):
        logs.configure("text", "INFO", secrets=["correct horse", "abc"], stream=stream)
        log.info("abc says: correct horse battery")
        assert stream.getvalue().endswith("abc says: *** battery\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"token {BOT_TOKEN}.", "token ***."),
        (f"POST https://discord.com/api/v10/webhooks/12/{INTERACTION_TOKEN}/messages/@original",
         "POST https://discord.com/api/v10/webhooks/12/***/messages/@original"),
        ("https://discord.com/api/webhooks/12/odd~token?wait=1",
         "https://discord.com/api/webhooks/12/***?wait=1"),
        ("/interactions/99/anything-at-all/callback?with_response=1",
         "/interactions/99/***/callback?with_response=1"),
        ("/webhooks/{webhook_id}/{webhook_token}", "/webhooks/{webhook_id}/{webhook_token}"),
        (f"using {HF_TOKEN}", "using ***"),
        ("Authorization: Bot abc", "Authorization: Bot ***"),
        ("authorization: Bearer abc\r\nHost: x", "authorization: Bearer ***\r\nHost: x"),
        ("{'Authorization': 'Bot abc', 'X': 1}", "{'Authorization': 'Bot ***', 'X': 1}"),
        ("(b'Authorization', b'Bot abc')", "(b'Authorization', b'Bot ***')"),
        ('{"authorization": "abc"}', '{"authorization": "***"}'),
        (r'"{\"authorization\": \"Basic abc\"}"', r'"{\"authorization\": \"Basic ***\"}"'),
        ("{'token': 'abc', 'id': '1'}", "{'token': '***', 'id': '1'}"),
        ("?access_token=abc&x=1", "?access_token=***&x=1"),
        ("https://me:pw@example.com/", "https://***@example.com/"),
        ("Bearer abcdefghijklmnopqrstuvwxyz", "Bearer ***"),
        ("mfa.abcdefghijklmnopqrstuvwxyz", "***"),
        # And what is no secret stays.
        ("hf_hub_download of stabilityai/sd-turbo", "hf_hub_download of stabilityai/sd-turbo"),
        ("Bot is in generation.executors.local", "Bot is in generation.executors.local"),
        ("77 tokens: 'a', 'b'", "77 tokens: 'a', 'b'"),
        ("https://example.com:8080/a@b", "https://example.com:8080/a@b"),
        ("sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
         "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ],
)  # fmt: skip
def test_redact(text, expected):
    assert logs.redact(text) == expected


def test_a_long_line_takes_no_time():
    for filler in ("a", "a.", "token", "://a:", "bot ", "Authorization: "):
        text = filler * (200_000 // len(filler))
        logs.redact(text)


BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ALPHANUMERIC = BASE64[:-2]


@st.composite
def bot_tokens(draw):
    user_id = draw(st.integers(10**16, 2**63))
    first = base64.urlsafe_b64encode(str(user_id).encode()).decode().rstrip("=")
    time = draw(st.text(BASE64, min_size=6, max_size=7))
    return f"{first}.{time}.{draw(st.text(BASE64, min_size=27, max_size=40))}"


TOKENS = st.one_of(
    bot_tokens(),
    st.builds("hf_{}".format, st.text(ALPHANUMERIC, min_size=30, max_size=40)),
    st.builds(
        lambda data: "aW50ZXJhY3Rpb246" + base64.urlsafe_b64encode(data).decode(),
        st.binary(min_size=40, max_size=160),
    ),
)
SURROUNDINGS = st.text(max_size=30)
PLACES = st.sampled_from(
    (
        "https://discord.com/api/v10/webhooks/123456789012345678/{}/messages/@original",
        "https://discord.com/api/v10/interactions/123456789012345678/{}/callback",
        "Authorization: Bot {}",
        "{{'headers': {{'Authorization': 'Bearer {}'}}}}",
        "(b'authorization', b'{}')",
        "{{'token': '{}'}}",
        "token={}",
    )
)


def written(style: Literal["text", "json"], emit: Callable[[], None]) -> str:
    stream = io.StringIO()
    logs.configure(style, "DEBUG", stream=stream)
    emit()
    return stream.getvalue()


@given(TOKENS, SURROUNDINGS, SURROUNDINGS)
def test_no_token_survives_by_its_shape(token, before, after):
    assume(token[-20:] not in before + after)
    assert token[-20:] not in logs.redact(before + token + after)


@given(st.text(BASE64, min_size=8, max_size=200), PLACES, SURROUNDINGS)
def test_no_token_survives_at_its_place_whatever_its_shape(token, place, before):
    assume(token not in before + place)
    assert token not in logs.redact(before + place.format(token))


@pytest.mark.parametrize("style", ["text", "json"])
@given(TOKENS)
def test_no_token_survives_anywhere_in_a_record(style, token):
    def emit() -> None:
        library = logging.getLogger("discord.http")
        library.debug(f"message {token}")
        library.debug("argument %s and %r", token, {"token": token})
        library.debug("extra", extra={"token": token, "detail": f"({token})", "list": [token]})
        try:
            try:
                raise KeyError(token)
            except KeyError as error:
                raise RuntimeError(f"https://discord.com/webhooks/1/{token}") from error
        except RuntimeError:
            library.error("exception", exc_info=True)
            library.error("%s", sys.exception())
        library.info("stack", stack_info=True)

    assert token[-20:] not in written(style, emit)


def test_the_record_is_kept_clean_for_other_handlers(text):
    kept = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record.exc_text)

    keeper = Keeper()
    logging.getLogger().addHandler(keeper)
    try:
        raise ValueError(BOT_TOKEN)
    except ValueError:
        log.exception("Failed")
    finally:
        logging.getLogger().removeHandler(keeper)
    assert "***" in kept[0]
    assert BOT_TOKEN not in kept[0]
