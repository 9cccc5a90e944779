"""Small models with random weights, in the layout of the real repos, and a hub that serves them.

`cache.small_repos()` is the folder of all, `repos.serve_small_repos()` a hub that holds them, to be
reached by `HF_ENDPOINT`; `hub.Fault` is what goes wrong on the way.
"""
