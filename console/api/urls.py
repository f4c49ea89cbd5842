from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from console.api import acting, channels, customers, media, reading, sending, traces
from console.api.base import Nowhere

app_name = "api"

_one = "conversations/<str:conversation_id>/"

urlpatterns = [
    path("conversations/", reading.ConversationList.as_view(), name="conversations"),
    path(_one, reading.ConversationDetail.as_view(), name="conversation"),
    path(f"{_one}messages/", reading.MessageList.as_view(), name="messages"),
    path(f"{_one}events/", reading.EventList.as_view(), name="events"),
    path(f"{_one}reply/", acting.Reply.as_view(), name="reply"),
    path(f"{_one}accept/", acting.Accept.as_view(), name="accept"),
    path(f"{_one}takeover/", acting.TakeOver.as_view(), name="takeover"),
    path(f"{_one}release/", acting.Release.as_view(), name="release"),
    path(f"{_one}handoff/", acting.CallPerson.as_view(), name="handoff"),
    path(f"{_one}close/", acting.Close.as_view(), name="close"),
    path(f"{_one}media/", media.SendMedia.as_view(), name="media"),
    path(f"{_one}template/", sending.SendTemplate.as_view(), name="template"),
    path(f"{_one}interactive/", sending.SendInteractive.as_view(), name="interactive"),
    path(f"{_one}react/", sending.React.as_view(), name="react"),
    path(f"{_one}note/", acting.Note.as_view(), name="note"),
    path("messages/<uuid:message_id>/media/", media.MessageMedia.as_view(), name="message_media"),
    path("channels/", channels.ChannelList.as_view(), name="channels"),
    path("customers/<str:customer_id>/", customers.CustomerDetail.as_view(), name="customer"),
    path("traces/", traces.Traces.as_view(), name="traces"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^.*/$", Nowhere.as_view(), name="nowhere"),
]
