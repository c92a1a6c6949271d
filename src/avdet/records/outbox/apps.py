from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "avdet.records.outbox"
    label = "outbox"
