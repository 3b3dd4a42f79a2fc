"""allauth looks for providers here. X is one to connect accounts with, never to sign in with."""

from coalition.web.accounts.x.provider import X

provider_classes = [X]
