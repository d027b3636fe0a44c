"""Read by every Python process that a test starts, so that the poison works there too."""

from tests.ambient_input import poison

poison()
