from django.urls import path

from console import simulator

app_name = "simulator"

urlpatterns = [
    path("", simulator.page, name="page"),
    path("customers", simulator.customers, name="customers"),
    path("clock", simulator.clock_jump, name="clock"),
    path("phone/<slug:user>/messages", simulator.messages, name="messages"),
    path("phone/<slug:user>/send", simulator.send, name="send"),
    path("phone/<slug:user>/act/<slug:name>", simulator.act, name="act"),
    path("media/<slug:media_id>", simulator.media, name="media"),
    path("phone/<slug:user>/open", simulator.open_phone, name="open"),
]
