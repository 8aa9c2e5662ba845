"""Who answers for an order now: its merchandiser, or while they are away their deputy, or the deputy's deputy."""

# For an order `o`, with the present instant as parameter {now}: joins, and who it comes to.
STANDING_IN = """
LEFT JOIN absences away ON away.person_id = o.merchandiser_id AND away.away_until > {now}
LEFT JOIN absences also_away ON also_away.person_id = away.deputy_id AND also_away.away_until > {now}
"""
RESPONSIBLE = "coalesce(also_away.deputy_id, away.deputy_id, o.merchandiser_id)"
