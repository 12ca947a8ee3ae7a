"""The connector: LinkedIn's web messaging protocol, spoken as one linked account.

Above it stand the services; below it only the model and aiohttp. `connector.LinkedIn` is the entrance; tests
run it against `threadline.sandbox`, which knows nothing of this package. Source of every path, field and
figure: contracts/linkedin-wire.md.
"""
