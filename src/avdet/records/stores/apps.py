from django.apps import AppConfig


class StoresConfig(AppConfig):
    name = "avdet.records.stores"
    label = "stores"
