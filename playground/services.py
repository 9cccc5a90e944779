"""The parts of one playground, made once and handed to all who work with them."""

from dataclasses import dataclass, field

from playground import seed
from playground.answers import Answers
from playground.cdn import Cdn
from playground.clock import Clock
from playground.commands import Commands
from playground.gateway import Gateway
from playground.interactions import Interactions
from playground.messages import Board
from playground.ratelimits import RateLimits
from playground.snowflake import Snowflakes
from playground.world import World


@dataclass(slots=True)
class Services:
    """What the resources need; `build` wires it."""

    clock: Clock
    ids: Snowflakes
    world: World
    cdn: Cdn
    gateway: Gateway
    board: Board
    interactions: Interactions
    answers: Answers
    commands: Commands
    ratelimits: RateLimits
    base_url: str = field(default="")  # set once the port is known


def build(heartbeat_s: float) -> Services:
    """A fresh playground's services."""
    clock = Clock()
    ids = Snowflakes(clock)
    world = seed.build(clock)
    cdn = Cdn(clock)
    gateway = Gateway(world, clock, heartbeat_s)
    board = Board(world, clock, ids, cdn, gateway)
    interactions = Interactions(world, clock, ids, gateway, board)
    return Services(
        clock=clock,
        ids=ids,
        world=world,
        cdn=cdn,
        gateway=gateway,
        board=board,
        interactions=interactions,
        answers=Answers(world, interactions, board),
        commands=Commands(world, clock, ids, gateway),
        ratelimits=RateLimits(clock),
    )
