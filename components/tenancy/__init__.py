"""Teams: namespaces with limits, people, needs and workloads."""
