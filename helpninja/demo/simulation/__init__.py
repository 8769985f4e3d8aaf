"""Life in the demo: customers who write through the HTTP API, and colleagues who answer some of them.

Each of them is a generator that yields the seconds until it wants to go on; ``World`` lets them take turns
in one thread. Whoever meets an error leaves, and who comes next takes up what was left open.
"""
