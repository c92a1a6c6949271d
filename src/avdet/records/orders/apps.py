from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "avdet.records.orders"
    label = "orders"
