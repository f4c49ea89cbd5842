"""Signing in."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView


class SignInForm(AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "That name and password do not belong together. Capitals matter in both.",
    }


class SignInView(LoginView):
    """Django's own sign-in in Baton's dress; somebody signed in already goes on to the desk."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
