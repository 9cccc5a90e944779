"""Pictures as files of messages."""

from bot.files import File


def test_a_picture_is_out_of_memory_once_it_was_sent():
    sent = File(b"a picture", "easel-1.png").attachment()
    sent.close()  # by discord.py, after each attempt
    assert sent.fp.closed


def test_each_attempt_has_a_file_of_its_own():
    file = File(b"a picture", "easel-1.png", covered=True)
    file.attachment().close()
    again = file.attachment()
    assert again.fp.read() == b"a picture"
    assert again.filename == "SPOILER_easel-1.png"
