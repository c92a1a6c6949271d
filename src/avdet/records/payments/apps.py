from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "avdet.records.payments"
    label = "payments"
