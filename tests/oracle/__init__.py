"""A second implementation of the contract, written from its text alone.

Nothing here imports the product. Every verdict is worked out anew from the raw steps before it: slow, plain, and so
easy to hold against the contract sentence by sentence. README.md names each sentence that could be read two ways.
"""

from tests.oracle.play import NoEditionYet, NotModelled, Player, play

__all__ = ["NoEditionYet", "NotModelled", "Player", "play"]
