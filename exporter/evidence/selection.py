"""Which links a pack is about: all of them, or those of some agencies, providers or contracts.

Lives here: the predicate, and how it is written. Must not live here: flags of the command line, whether an id exists.
"""

from __future__ import annotations

from dataclasses import dataclass

from exporter.evidence.measured import Identity

__all__ = ["Selection"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids that a link's identity must be among; no id: it does not matter. Without any it is the whole inventory."""

    opd: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    contract: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it is about less than everything."""
        return bool(self.opd or self.provider or self.contract)

    def includes(self, identity: Identity) -> bool:
        """Whether the pack is about this link under this identity."""
        return (
            (not self.opd or identity.opd in self.opd)
            and (not self.provider or identity.provider in self.provider)
            and (not self.contract or identity.contract in self.contract)
        )

    @property
    def words(self) -> str:
        """``opd dinkes``, ``opd dinkes disdik, provider penyedia-a``; empty: the whole inventory."""
        return ", ".join(f"{kind} {' '.join(ids)}" for kind, ids in self._kinds())

    @property
    def slug(self) -> str:
        """The same as part of a file name: ``opd-dinkes``, ``opd-dinkes-disdik-provider-penyedia-a``."""
        return "-".join(f"{kind}-{'-'.join(ids)}" for kind, ids in self._kinds())

    def _kinds(self) -> list[tuple[str, list[str]]]:
        kinds = (("opd", self.opd), ("provider", self.provider), ("contract", self.contract))
        return [(kind, sorted(set(ids))) for kind, ids in kinds if ids]
