"""The contract ``supervision``: complaints, inspections, the monitoring list, and anomalies."""
