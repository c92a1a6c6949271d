from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    name = "avdet.records.deliveries"
    label = "deliveries"
