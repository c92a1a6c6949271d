from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    name = "avdet.records.parcels"
    label = "parcels"
