"""What happens on the cluster: metrics, alerts by team, dashboards as code."""
