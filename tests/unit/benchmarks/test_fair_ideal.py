import pytest

from benchmarks.fair_ideal import Service, ideal_waits, jain, received_while_all_waited


def asked(member, cost, at=0.0, done=0.0):
    return Service(member, at, done, cost)


def test_alone_a_job_waits_for_its_own_cost_and_those_before_it():
    assert ideal_waits([asked("a", 2), asked("a", 3)]) == pytest.approx([2, 5])


def test_two_members_have_half_the_device_each():
    # b is done after 2 of the 4 seconds that both share, and a has the rest for itself.
    assert ideal_waits([asked("a", 3), asked("b", 1)]) == pytest.approx([4, 2])


def test_who_comes_later_shares_from_then_on():
    waits = ideal_waits([asked("a", 4), asked("b", 1, at=2)])
    assert waits == pytest.approx([5, 2])


def test_after_a_pause_nobody_waits_for_what_was_before():
    assert ideal_waits([asked("a", 1), asked("b", 1, at=10)]) == pytest.approx([1, 1])


def test_the_number_of_jobs_of_one_member_is_nothing_to_the_others():
    crowd = [asked("a", 1) for _ in range(50)]
    assert ideal_waits([*crowd, asked("b", 1)])[-1] == pytest.approx(2)


def test_jains_index_is_1_for_equal_shares_and_1_nth_for_one_who_has_all():
    assert jain({"a": 3, "b": 3}) == pytest.approx(1)
    assert jain({"a": 3, "b": 0, "c": 0}) == pytest.approx(1 / 3)


def test_what_is_received_counts_only_while_all_wait():
    services = [
        asked("a", 1, done=1),
        asked("b", 1, done=2),
        asked("a", 1, done=3),
        asked("a", 1, done=4),
    ]
    assert received_while_all_waited(services) == {"a": 1, "b": 1}


def test_what_one_had_before_the_others_asked_does_not_count():
    services = [
        asked("a", 1, done=1),
        asked("a", 1, done=2),  # half of it before b asked
        asked("a", 1, done=3),
        asked("b", 1, at=1.5, done=4),
        asked("a", 1, done=5),
    ]
    assert received_while_all_waited(services) == {"a": 1.5, "b": 1}
