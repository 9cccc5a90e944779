"""Who may edit in between: few at once, few in one channel, what is under way first."""

import pytest

from bot.delivery._turns import AT_ONCE, CHANNEL_INTERVAL_S, Turns


class Hall:
    """Turns whose clock the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.turns = Turns(lambda: self.now)

    def edit(self, channel_id: int | None = None, *, urgent: bool = False) -> bool:
        """One whole edit, if it has a turn."""
        if not self.turns.take(channel_id, urgent=urgent):
            return False
        self.turns.give_back()
        return True


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_by_their_tokens_so_many_are_edited_at_once(hall: Hall):
    assert all(hall.turns.take(None, urgent=False) for _ in range(AT_ONCE))
    assert not hall.turns.take(None, urgent=False)
    hall.turns.give_back()
    assert hall.turns.take(None, urgent=False)


def test_what_is_under_way_does_not_wait_for_those(hall: Hall):
    for _ in range(AT_ONCE):
        hall.turns.take(None, urgent=False)
    assert hall.turns.take(None, urgent=True)


def test_in_one_channel_they_keep_a_distance_and_others_do_not_mind(hall: Hall):
    assert hall.edit(1)
    assert not hall.edit(1)
    assert hall.edit(2)
    assert hall.edit(None)
    hall.now = CHANNEL_INTERVAL_S - 0.01
    assert not hall.edit(1)
    hall.now = CHANNEL_INTERVAL_S
    assert hall.edit(1)


def test_what_is_under_way_and_was_turned_away_is_next_in_its_channel(hall: Hall):
    assert hall.edit(1)
    assert not hall.edit(1, urgent=True)
    hall.now = CHANNEL_INTERVAL_S
    assert not hall.edit(1)
    assert hall.edit(2)
    assert hall.edit(1, urgent=True)
    hall.now += CHANNEL_INTERVAL_S
    assert hall.edit(1)


def test_after_a_result_its_channel_is_left_alone_for_as_long(hall: Hall):
    hall.turns.note_result(1)
    hall.turns.note_result(None)
    assert not hall.edit(1, urgent=True)
    assert hall.edit(None)
    hall.now = CHANNEL_INTERVAL_S
    assert hall.edit(1, urgent=True)


def test_what_does_not_come_back_keeps_nobody_out(hall: Hall):
    assert hall.edit(1)
    assert not hall.edit(1, urgent=True)  # it ended
    hall.now = 60.0
    assert hall.edit(1)


def test_channels_of_long_ago_are_forgotten(hall: Hall):
    for channel_id in range(2000):
        hall.now += CHANNEL_INTERVAL_S
        assert hall.edit(channel_id)
    assert len(hall.turns._free_at) < 300
