"""A Discord server on loopback: a gateway, REST, a CDN and a chat page, in memory.

It speaks Discord's own protocols to a bot, and the routes of Discord's own client to people. It
knows no bot.

`python -m playground` runs it; `playground.server.Playground` is the server,
`playground.client.Member` a person who uses it.
"""
