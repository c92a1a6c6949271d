"""The clients' tests talk to the simulators."""

from tests.simulators.conftest import *  # noqa: F403 - fixtures
