"""Frozen types and pure rules of LinkedIn messaging.

Nothing here reads a clock, a socket or a database: time, randomness and ids are passed in.
Every other package stands on this one; it imports none of them.
"""
