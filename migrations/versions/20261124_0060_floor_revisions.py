"""By which revision a work order last became another work, and what of it a phone can have heard."""

from __future__ import annotations

from alembic import context, op

revision = "20261124_0060"
down_revision = "20261124_0050"
branch_labels = None
depends_on = None

REASONS = """
CREATE TABLE reason_codes (
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT DEFAULT '' NOT NULL,
  place INTEGER DEFAULT 0 NOT NULL,
  active BOOLEAN DEFAULT true NOT NULL,
  CONSTRAINT pk_reason_codes PRIMARY KEY (kind, code)
);
"""
# What a factory begins with; it edits them.
FIRST = """
INSERT INTO reason_codes (kind, code, name, name_en, place) VALUES
  ('scrap', 'material', '来料问题', 'Material', 1), ('scrap', 'machine', '设备故障', 'Machine fault', 2),
  ('scrap', 'setup', '调机件', 'Set-up piece', 3), ('scrap', 'handling', '碰伤', 'Handling', 4),
  ('scrap', 'dimension', '尺寸不对', 'Dimension', 5), ('scrap', 'surface', '表面不良', 'Surface', 6),
  ('scrap', 'other', '其他', 'Other', 99),
  ('defect', 'scratch', '划伤', 'Scratch', 1), ('defect', 'dent', '凹陷', 'Dent', 2),
  ('defect', 'dimension', '尺寸超差', 'Out of size', 3), ('defect', 'colour', '色差', 'Colour', 4),
  ('defect', 'weld', '焊接不良', 'Weld', 5), ('defect', 'leak', '漏水', 'Leak', 6),
  ('defect', 'missing_part', '缺件', 'Part missing', 7), ('defect', 'packaging', '包装不良', 'Packaging', 8),
  ('defect', 'other', '其他', 'Other', 99)
"""


def upgrade() -> None:
    """Add them; which changes left a work order alone is not known of those before, so the newest counts."""
    op.execute("ALTER TABLE work_orders ADD COLUMN altered_revision INTEGER NOT NULL DEFAULT 1")
    op.execute("UPDATE work_orders SET altered_revision = revision WHERE revision > 1")
    op.execute("ALTER TABLE order_changes ADD COLUMN applied_in BIGINT NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE devices ADD COLUMN pulled_upto BIGINT NOT NULL DEFAULT 0")
    role = context.config.attributes.get("app_role")
    op.execute(REASONS)
    op.execute(FIRST)
    if role:
        op.execute(f'GRANT SELECT, INSERT, UPDATE ON reason_codes TO "{role}"')


def downgrade() -> None:
    """There is no way back."""
    raise NotImplementedError("history is not removed; restore a backup instead")
