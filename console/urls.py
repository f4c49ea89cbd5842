"""The console's pages, the fragments they fetch, and the verbs of the desk."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from console.views import actions, channels, fragments, media, pages, sending, signin

app_name = "console"

urlpatterns = [
    path("login/", signin.SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", pages.home, name="home"),
    path("list/", fragments.conversation_list, name="list"),
    path("c/<uuid:pk>/", pages.conversation, name="conversation"),
    path("c/<uuid:pk>/record/", pages.full_record, name="record"),
    path("c/<uuid:pk>/lines/", fragments.lines, name="lines"),
    path("c/<uuid:pk>/state/", fragments.state, name="state"),
    path("c/<uuid:pk>/write/", actions.write, name="write"),
    path("c/<uuid:pk>/accept/", actions.accept, name="accept"),
    path("c/<uuid:pk>/take-over/", actions.take_over, name="take_over"),
    path("c/<uuid:pk>/call/", actions.call_person, name="call_person"),
    path("c/<uuid:pk>/return/", actions.give_back, name="give_back"),
    path("c/<uuid:pk>/close/", actions.close, name="close"),
    path("c/<uuid:pk>/templates/", sending.templates, name="templates"),
    path("c/<uuid:pk>/template/", sending.template, name="template"),
    path("c/<uuid:pk>/template/preview/", sending.template_preview, name="template_preview"),
    path("c/<uuid:pk>/file/", sending.file, name="file"),
    path("c/<uuid:pk>/interactive/", sending.interactive, name="interactive"),
    path("c/<uuid:pk>/react/", sending.react, name="react"),
    path("c/<uuid:pk>/again/<uuid:message_id>/", sending.send_again, name="send_again"),
    path("c/<uuid:pk>/settle/<uuid:message_id>/", sending.settle, name="settle"),
    path("c/<uuid:pk>/consent/", sending.consent, name="consent"),
    path("c/<uuid:pk>/typing/", sending.typing, name="typing"),
    path("channels/", channels.channels, name="channels"),
    path("media/<int:pk>/", media.media, name="media"),
    path("media/<int:pk>/again/", media.media_again, name="media_again"),
    path("media/out/<str:token>/", media.media_out, name="media_out"),
]
