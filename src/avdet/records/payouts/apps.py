from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "avdet.records.payouts"
    label = "payouts"
