"""The variables of dashboards: which office, area, provider, link is looked at.

Lives here: the variables, each once. Must not live here: panels, where a variable stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as models

from grafana.panels import SOURCE

__all__ = ["KABKOTA", "LINK", "OPD", "PROVIDER", "SITE", "Variable", "data_source"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice among the values of a label: ``series`` has it, by the variables named in its matchers."""

    name: str
    label: str
    series: str
    several: bool = True  #: any number of values, and all; a query matches with ``=~``

    def builder(self) -> Builder[models.VariableModel]:
        """The variable as the library builds it."""
        text = f"label_values({self.series}, {self.name})"
        built = (
            builders.QueryVariable(self.name)
            .label(self.label)
            .datasource(SOURCE)
            .query({"qryType": 1, "query": text, "refId": "PrometheusVariableQueryEditor-VariableQuery"})
            .definition(text)
            .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .sort(models.VariableSort.ALPHABETICAL_ASC)
            .multi(self.several)
            .include_all(self.several)
        )
        if not self.several:
            return built
        return built.all_value(".*").current(models.VariableOption(text="Semua", value="$__all", selected=True))


#: The description of links that is there also while their exporter cannot be read.
_LINKS = "link:opd_link_info:held"

KABKOTA = Variable("kabkota", "Kabupaten/kota", _LINKS)
PROVIDER = Variable("provider", "Penyedia", _LINKS)
OPD = Variable("opd", "OPD", f'{_LINKS}{{kabkota=~"$kabkota", provider=~"$provider"}}')
SITE = Variable("site", "Lokasi", f'{_LINKS}{{kabkota=~"$kabkota", provider=~"$provider", opd=~"$opd"}}')
LINK = Variable(
    "link",
    "Tautan",
    f'{_LINKS}{{kabkota=~"$kabkota", provider=~"$provider", opd=~"$opd", site=~"$site"}}',
    several=False,
)


def data_source() -> Builder[models.VariableModel]:
    """The Prometheus that is asked, the provisioned one by default; hidden, for there is one."""
    return (
        builders.DatasourceVariable("datasource")
        .label("Sumber data")
        .type("prometheus")
        .hide(models.VariableHide.HIDE_VARIABLE)
        .current(models.VariableOption(text="Prometheus Pantau", value="pantau-prometheus", selected=True))
    )
