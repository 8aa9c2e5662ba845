"""${message}

Safe beside the running application, because: ... . Expand first, contract one release later: a column that the running
code still writes is not dropped, a NOT NULL comes after its backfill, an index on a large table is made CONCURRENTLY in
a migration of its own. A new table is granted to `context.config.attributes["app_role"]`, which may be None.
"""

from __future__ import annotations

from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Better refused and tried again than everyone waiting behind us: a table in use ends this after 5 s."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    ${upgrades if upgrades else ""}


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
