"""Start-time fair queueing: who is served, and what each has had of the server."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.fairness import Entry, FairQueue

Job = int


def entry(
    flow: str, job: Job = 0, *, group: str = "guild", cost: float = 1.0, weight: float = 1.0
) -> Entry[Job]:
    return Entry(group, flow, job, cost, weight)


def filled(*entries: Entry[Job]) -> FairQueue[Job]:
    queue: FairQueue[Job] = FairQueue()
    for each in entries:
        queue.put(each)
    return queue


def serve(queue: FairQueue[Job]) -> Entry[Job]:
    served = next(queue.heads())
    queue.take(served)
    return served


def served(queue: FairQueue[Job], count: int | None = None) -> list[Entry[Job]]:
    return [serve(queue) for _ in range(len(queue) if count is None else count)]


def test_a_flow_is_served_in_its_order():
    queue = filled(*(entry("mel", number) for number in range(5)))
    assert [each.item for each in served(queue)] == [0, 1, 2, 3, 4]


def test_one_who_asks_for_fifty_delays_another_by_one_service():
    queue = filled(*(entry("mel", number) for number in range(50)))
    serve(queue)
    queue.put(entry("robin"))
    assert [each.flow for each in served(queue, 1)] == ["robin"]


def test_groups_share_alike_however_many_flows_they_have():
    crowd = [entry(f"member {number}", group="crowd") for number in range(20)]
    alone = [entry("hermit", group="small") for _ in range(20)]
    had = Counter(each.group for each in served(filled(*crowd, *alone), 20))
    assert had == {"crowd": 10, "small": 10}


def test_cheap_requests_are_served_more_often():
    dear = [entry("dear", cost=4.0) for _ in range(20)]
    cheap = [entry("cheap") for _ in range(20)]
    had = Counter(each.flow for each in served(filled(*dear, *cheap), 20))
    assert had == {"dear": 4, "cheap": 16}


def test_a_weight_of_two_gives_twice_as_much():
    heavy = [entry("heavy", weight=2.0) for _ in range(20)]
    plain = [entry("plain") for _ in range(20)]
    had = Counter(each.flow for each in served(filled(*heavy, *plain), 15))
    assert had == {"heavy": 10, "plain": 5}


def test_a_weight_takes_nothing_from_other_groups():
    heavy = [entry("heavy", group="crowd", weight=10.0) for _ in range(20)]
    plain = [entry("plain", group="crowd") for _ in range(20)]
    alone = [entry("hermit", group="small") for _ in range(20)]
    queue = filled(*heavy, *plain, *alone)
    foretold = queue.order()
    turns = served(queue)
    assert Counter(each.group for each in turns[:20]) == {"crowd": 10, "small": 10}
    assert turns == foretold


def test_who_comes_back_does_not_catch_up_on_what_they_did_not_ask_for():
    queue = filled(*(entry("mel", number) for number in range(20)))
    served(queue, 10)
    for _ in range(10):
        queue.put(entry("robin"))
    had = Counter(each.flow for each in served(queue, 10))
    assert had == {"mel": 5, "robin": 5}


def test_what_was_had_while_nobody_else_waited_is_forgotten_with_the_busy_period():
    queue = filled(entry("mel", cost=100.0))
    serve(queue)
    queue.end_busy_period()
    queue.put(entry("mel"))
    queue.put(entry("robin"))
    assert serve(queue).flow == "mel"


def test_a_busy_period_does_not_end_while_something_waits():
    with pytest.raises(ValueError, match="nothing waits"):
        filled(entry("mel")).end_busy_period()


def test_what_comes_back_unserved_is_first_in_its_flow():
    queue = filled(entry("mel", 1), entry("mel", 2))
    back = serve(queue)
    queue.put(back, before=lambda _: True)
    assert [each.item for each in served(queue)] == [1, 2]


def test_what_was_removed_comes_back_between_those_it_was_between():
    queue = filled(*(entry("mel", number) for number in range(5)), entry("robin", 9))
    back = queue.remove(lambda job: job == 2)
    assert back is not None
    queue.put(back, before=lambda job: job > 2)
    assert [each.item for each in served(queue) if each.flow == "mel"] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("job", [1, 9])
def test_what_was_removed_comes_back_with_the_turn_it_had(job: Job):
    """Also where nothing else of its flow, or of its group, waits meanwhile."""
    queue = filled(entry("mel", 1, group="A"), entry("robin", 9), entry("kim", 5))
    before = queue.order()
    back = queue.remove(lambda each: each == job)
    assert back is not None
    queue.put(back, before=lambda each: each > job)
    assert queue.order() == before


def test_a_service_that_cost_more_than_was_thought_is_charged():
    queue = filled(*(entry("mel", number) for number in range(5)), *(entry("robin") for _ in "123"))
    first = serve(queue)
    queue.charge(first, 2.0)
    assert [each.flow for each in served(queue, 3)] == ["robin", "robin", "robin"]


def test_only_a_flows_first_can_be_taken():
    queue = filled(entry("mel", 1), entry("mel", 2))
    second = next(each for each in queue if each.item == 2)
    with pytest.raises(LookupError):
        queue.take(second)


def test_one_that_is_passed_over_keeps_its_turn():
    queue = filled(entry("mel"), *(entry("robin", number) for number in range(5)))
    robin = next(each for each in queue.heads() if each.flow == "robin")
    queue.take(robin)
    queue.put(entry("new"))
    assert serve(queue).flow == "mel"


def test_what_is_removed_is_gone():
    queue = filled(entry("mel", 1), entry("mel", 2))
    assert queue.remove(lambda job: job == 1) is not None
    assert queue.remove(lambda job: job == 1) is None
    assert [each.item for each in served(queue)] == [2]
    assert len(queue) == 0


entries = st.builds(
    Entry,
    group=st.sampled_from("AB"),
    flow=st.sampled_from("xyz"),
    item=st.integers(),
    cost=st.floats(0.1, 50),
    weight=st.sampled_from([0.5, 1.0, 2.0]),
)
steps = st.lists(st.one_of(entries, st.just("serve"), st.just("idle")), max_size=60)


@given(steps)
def test_in_any_order_nothing_is_lost_and_each_flow_keeps_its_order(steps: list[Entry[Job] | str]):
    queue: FairQueue[Job] = FairQueue()
    put: list[Entry[Job]] = []
    out: list[Entry[Job]] = []
    for step in steps:
        if isinstance(step, Entry):
            queue.put(step)
            put.append(step)
        elif len(queue):
            out.append(serve(queue))
        else:
            queue.end_busy_period()
    foretold = queue.order()
    rest = served(queue)
    assert foretold == rest
    for key in {(each.group, each.flow) for each in put}:
        assert [e for e in out + rest if (e.group, e.flow) == key] == [
            e for e in put if (e.group, e.flow) == key
        ]


@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.floats(0.1, 10)), min_size=1, max_size=40),
    st.integers(0, 39),
)
def test_flows_that_all_wait_have_had_alike_but_for_one_request(
    asked: list[tuple[str, float]], count: int
):
    queue = filled(*(entry(flow, cost=cost) for flow, cost in asked))
    dearest = max(cost for _, cost in asked)
    had = dict.fromkeys({flow for flow, _ in asked}, 0.0)
    for _ in range(min(count, len(asked))):
        if len({each.flow for each in queue}) < len(had):
            return  # one of them has nothing left to wait for
        done = serve(queue)
        had[str(done.flow)] += done.cost
    assert max(had.values()) - min(had.values()) <= dearest + 1e-6
