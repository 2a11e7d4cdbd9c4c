"""How to talk to a kind of system: files, REST, JSON-RPC. Each gives a `Reader`."""
