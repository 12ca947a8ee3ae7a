"""The legacy REST routes and stream shapes, for old clients (contracts/linkedin-wire.md §9)."""
