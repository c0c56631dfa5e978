"""Kirsch beside other WSGI frameworks and beside plain WSGI: `python3 manage.py bench`.

One application (:mod:`bench.peers.contract`) is written once per framework in that framework's own idiom, every answer
is checked before it is timed, and each peer runs in a process of its own. Rounds are short and go round the peers in
turn, so that a slow phase of the machine meets all of them; figures are CPU time, ratios are taken round by round.
The bytes never touch a network: what is compared are the frameworks, not the servers.

A further peer is a module in ``peers/`` (see :mod:`bench.peers`) and its name in ``PEERS``; a further request that is
timed is an entry of :data:`bench.scenarios.SCENARIOS`; a further promise is one of :data:`bench.targets.TARGETS`.
"""
