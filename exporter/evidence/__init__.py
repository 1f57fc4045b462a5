"""The monthly evidence pack: what Prometheus kept of a month, accounted for, and written down.

``reading`` → ``timeline`` → ``accounting`` → ``report`` → files. Data goes this way only; from the timeline on to the
report nothing opens a socket or a file, and nothing knows the present time.
"""
