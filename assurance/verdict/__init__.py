"""What a change comes to: two rehearsals with their findings, compared, for people and machines."""
