"""Figures of the calendar month so far, as PromQL."""

from __future__ import annotations

import promql_parser as promql
import pytest

from grafana import month
from grafana.boards import evidence, evidence_notes, prober
