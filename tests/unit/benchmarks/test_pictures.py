from benchmarks.pictures import _figures

# Seconds of two rounds.
TIMES = {
    "Easel": [8.0, 8.0],
    "Easel, each alone": [11.0, 11.0],
    "plain loop": [10.0, 10.0],
    "Gradio": [12.0, 12.0],
}


def test_batched_and_alone_each_have_a_goal_against_both_peers():
    goals = {figure.name: figure.met for figure in _figures(TIMES, 20) if figure.goal is not None}
    assert goals == {
        "Easel, over the plain loop, p50": True,
        "Easel, over Gradio, p50": True,
        "Easel, each alone, over the plain loop, p50": False,
        "Easel, each alone, over Gradio, p50": True,
    }
