// What a paper of an order can be; a stage of a workflow may wait for the first of them, the last are everybody's.
export const PAPER_KINDS = [
  'contract',
  'requirement_sheet',
  'measurement_sheet',
  'rendering_3d',
  'drawing',
  'quotation',
  'signed_quotation',
  'purchase_list',
  'cutting_list',
  'packing_list',
  'packing_photo',
  'inspection_report',
  'customs_papers',
  'delivery_photo',
  'signed_delivery_note',
] as const
export const OTHER_PAPERS = ['photo', 'delivery_note', 'invoice', 'other'] as const
