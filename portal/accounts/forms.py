from django import forms


class JoinForm(forms.Form):
    def signup(self, request, user):
        pass
