"""The REST API, a module a resource; `api.routes` puts them together."""
