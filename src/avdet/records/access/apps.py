from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "avdet.records.access"
    label = "access"
