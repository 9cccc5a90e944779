"""The parts of one playground, made once and handed to all who work with them."""

from dataclasses import dataclass, field

from playground import seed
from playground.cdn import Cdn
from playground.clock import Clock
from playground.commands.registry import Commands
from playground.faults import Faults
from playground.gateway import Gateway
from playground.guilds import Guilds
from playground.interactions.answers import Answers
from playground.interactions.registry import Interactions
from playground.messages.board import Board
from playground.messages.reactions import Reactions
from playground.ratelimits.buckets import RateLimits
from playground.ratelimits.invalid_requests import InvalidRequests
from playground.snowflake import Snowflakes
from playground.traffic import Feed
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
    guilds: Guilds
    reactions: Reactions
    interactions: Interactions
    answers: Answers
    commands: Commands
    ratelimits: RateLimits
    invalid_requests: InvalidRequests
    faults: Faults
    traffic: Feed
    base_url: str = field(default="")  # set once the port is known


def build(heartbeat_s: float) -> Services:
    """A fresh playground's services."""
    clock = Clock()
    ids = Snowflakes(clock)
    world = seed.build(clock)
    cdn = Cdn(clock)
    gateway = Gateway(world, clock, heartbeat_s)
    board = Board(world, clock, ids, cdn, gateway)
    guilds = Guilds(world, clock, ids, gateway, board)
    interactions = Interactions(world, clock, ids, gateway, board)
    invalid_requests = InvalidRequests(clock)
    return Services(
        clock=clock,
        ids=ids,
        world=world,
        cdn=cdn,
        gateway=gateway,
        board=board,
        guilds=guilds,
        reactions=Reactions(world, gateway),
        interactions=interactions,
        answers=Answers(world, interactions, board, guilds),
        commands=Commands(world, clock, ids, gateway),
        ratelimits=RateLimits(clock, invalid_requests),
        invalid_requests=invalid_requests,
        faults=Faults(),
        traffic=Feed(),
    )
