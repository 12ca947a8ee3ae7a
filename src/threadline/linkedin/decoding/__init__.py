"""From LinkedIn's bytes to the model's types.

The fast road decodes the plain nested form straight into typed structs (`wire`). An answer that came in the
normalized form, or with a malformed part, takes the slow road: it is brought into plain nested form
(`normalized`), stripped of what cannot be understood (`salvage`), and decoded by the same decoders.
"""
