"""Recorded answers of real systems, played back over loopback HTTP.

    python -m tests.replay serve FOLDER --port 8069       a host for one recording
    python -m tests.replay measure FOLDER                 `pop sync` twice against each recording under FOLDER

The recordings are not part of the project; FOLDER says where they are.
"""
