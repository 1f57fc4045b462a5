"""Pictures of the dashboards for people who look rather than read, drawn from what the panels' own queries answer.

Lives here: nothing but this; ``album`` has the function, ``python -m grafana.pictures`` the command. Must not live
here: what a dashboard shows (``grafana.boards``), names, texts and colours of values, which are those of Grafana's own
library (``grafana.shown``). Nothing is drawn by Grafana, and each picture says so.
"""
