from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from console.api import (
    acting,
    bot,
    channels,
    customers,
    handoffs,
    media,
    people,
    reading,
    sending,
    tickets,
    together,
    traces,
)
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
    path(f"{_one}transfer/", together.Transfer.as_view(), name="transfer"),
    path(f"{_one}escalate/", together.Escalate.as_view(), name="escalate"),
    path(f"{_one}invite/", together.Invite.as_view(), name="invite"),
    path(f"{_one}pass/", together.Pass.as_view(), name="pass"),
    path(f"{_one}typing/", together.Typing.as_view(), name="typing"),
    path(f"{_one}media/", media.SendMedia.as_view(), name="media"),
    path(f"{_one}template/", sending.SendTemplate.as_view(), name="template"),
    path(f"{_one}interactive/", sending.SendInteractive.as_view(), name="interactive"),
    path(f"{_one}react/", sending.React.as_view(), name="react"),
    path(f"{_one}note/", acting.Note.as_view(), name="note"),
    path("messages/<uuid:message_id>/media/", media.MessageMedia.as_view(), name="message_media"),
    path("channels/", channels.ChannelList.as_view(), name="channels"),
    path("customers/<str:customer_id>/", customers.CustomerDetail.as_view(), name="customer"),
    path("handoffs/", handoffs.HandoffList.as_view(), name="handoffs"),
    path("handoffs/<str:handoff_id>/", handoffs.HandoffDetail.as_view(), name="handoff_detail"),
    path("offers/", handoffs.OfferList.as_view(), name="offers"),
    path("teams/", people.TeamList.as_view(), name="teams"),
    path("agents/", people.AgentList.as_view(), name="agents"),
    path("agents/me/presence/", people.MyPresence.as_view(), name="presence"),
    path("bot/", bot.Bot.as_view(), name="bot"),
    path("tickets/", tickets.TicketList.as_view(), name="tickets"),
    path("tickets/<str:number>/", tickets.TicketDetail.as_view(), name="ticket"),
    path("tickets/<str:number>/reply/", tickets.ReplyToTicket.as_view(), name="ticket_reply"),
    path("tickets/<str:number>/close/", tickets.CloseTicket.as_view(), name="ticket_close"),
    path("traces/", traces.Traces.as_view(), name="traces"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^.*/$", Nowhere.as_view(), name="nowhere"),
]
