"""The simulated LinkedIn: a server of its own that speaks the wire protocol of contracts/linkedin-wire.md.

It imports nothing else of Threadline, so that a mistake in the connector is not mirrored in it.
"""
