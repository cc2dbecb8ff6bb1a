"""Why the embedded servers cannot run, in words for the person who started them."""


class ServersUnavailable(RuntimeError):
    """The embedded PostgreSQL or Valkey cannot start; the message names cause and remedy."""
