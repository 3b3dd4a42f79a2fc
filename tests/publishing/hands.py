"""A worker's hands in tests: rehearsed networks with a script, and everything they took."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coalition.networks.effects import Effect
from coalition.networks.network import NetworkName
from coalition.networks.outcome import Sighting
from coalition.networks.rehearsal import Rehearsal, SignIn, Step
from coalition.publishing.arming import Hands
from coalition.publishing.models import Post


@dataclass
class Rehearsed:
    """Both networks, rehearsed; scripts are keyed by post."""

    script: Mapping[Post, Iterable[Step]] = field(default_factory=dict)
    sign_ins: Mapping[Post, Iterable[SignIn]] = field(default_factory=dict)
    sightings: Mapping[Post, Iterable[Sighting]] = field(default_factory=dict)
    latency: float = 0.0

    def __post_init__(self) -> None:
        self.networks = {
            name: Rehearsal(
                name,
                latency=self.latency,
                script={str(post.pk): steps for post, steps in self.script.items()},
                sign_ins={str(post.pk): steps for post, steps in self.sign_ins.items()},
                sightings={str(post.pk): steps for post, steps in self.sightings.items()},
            )
            for name in NetworkName
        }
        self.hands = Hands(
            networks={
                NetworkName.X: lambda: self.networks[NetworkName.X],
                NetworkName.BLUESKY: lambda: self.networks[NetworkName.BLUESKY],
            },
            open_secret=lambda _account: {},
            keep_secret=lambda _account, _secret: None,
            worker="test",
        )

    @property
    def effects(self) -> list[Effect]:
        """All that would be public now."""
        return [effect for network in self.networks.values() for effect in network.effects]

    def effects_of(self, post: Post) -> list[Effect]:
        """What would be public of one post."""
        return [effect for effect in self.effects if effect.post == str(post.pk)]
