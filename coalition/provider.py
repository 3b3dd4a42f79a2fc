"""allauth looks for providers in here. X is one to connect accounts with, never one to sign in with."""

from coalition.web.accounts.x.provider import X

provider_classes = [X]
