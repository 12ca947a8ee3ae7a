"""LinkedIn's syntax: Rest.li strings, URNs, cursors and the three forms of an answer."""
