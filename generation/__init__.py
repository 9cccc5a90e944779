"""From a request to a picture.

Catalog, intake, queue, dispatcher, executors. Knows nothing of Discord.
"""
