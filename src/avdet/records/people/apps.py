from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "avdet.records.people"
    label = "people"
