"""What a team runs: Deployments, StatefulSets, Jobs and CronJobs."""
