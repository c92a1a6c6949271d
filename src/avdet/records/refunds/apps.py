from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "avdet.records.refunds"
    label = "refunds"
