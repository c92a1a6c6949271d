from django.apps import AppConfig


class AvdetConfig(AppConfig):
    """The application itself: wires adapters to ports once everything is loaded."""

    name = "avdet.config"
    label = "avdet"

    def ready(self) -> None:
        from avdet.config.wiring import wire

        wire()
