// The console's screens. A screen is a file in pages/, one entry here and a text in console.menu; the menu, the routes
// and who is offered what follow from it.
import type { Me } from '@throughline/api'
import type { Sign } from '@throughline/ui'
import type { RouteRecordRaw } from 'vue-router'

type Page = () => Promise<unknown>

/** The parts of the menu, in their sequence. */
export const GROUPS = ['now', 'orders', 'workshop', 'material', 'numbers', 'house'] as const

export interface Screen {
  /** The route's name, and the key of its text in console.menu. */
  name: string
  sign: Sign
  /** Where it stands in the menu; unless said, among the settings. */
  group?: (typeof GROUPS)[number]
  page: Page
  /** The feature that not everybody may have been given. */
  feature?: string
  /** The right without which it is not offered; the server decides in any case. */
  right?: string
  /** What opens from it, each under its own address; the menu shows the screen as the present one. */
  below?: { name: string; path: string; page: Page }[]
}

export const SCREENS: Screen[] = [
  { name: 'tasks', sign: 'check', group: 'now', page: () => import('./pages/Tasks.vue') },
  { name: 'board', sign: 'columns', group: 'now', page: () => import('./pages/Board.vue') },
  {
    name: 'orders',
    sign: 'list',
    group: 'orders',
    page: () => import('./pages/Orders.vue'),
    below: [
      { name: 'enter', path: 'new', page: () => import('./pages/Enter.vue') },
      { name: 'order', path: ':orderNo', page: () => import('./pages/Order.vue') },
      { name: 'propose', path: ':orderNo/change', page: () => import('./pages/Propose.vue') },
      { name: 'mend', path: ':orderNo/edit', page: () => import('./pages/Mend.vue') },
    ],
  },
  {
    name: 'conversations',
    sign: 'send',
    group: 'orders',
    page: () => import('./pages/Conversations.vue'),
    right: 'portal.answer',
  },
  {
    name: 'complaints',
    sign: 'help',
    group: 'orders',
    right: 'portal.answer',
    page: () => import('./pages/Complaints.vue'),
    below: [{ name: 'complaint', path: ':id', page: () => import('./pages/Complaint.vue') }],
  },
  {
    name: 'intake',
    sign: 'empty',
    group: 'orders',
    right: 'intake.read',
    page: () => import('./pages/Intake.vue'),
    below: [{ name: 'item', path: ':id', page: () => import('./pages/IntakeItem.vue') }],
  },
  {
    name: 'imports',
    sign: 'file',
    group: 'orders',
    right: 'orders.open',
    page: () => import('./pages/Imports.vue'),
    below: [{ name: 'import', path: ':id', page: () => import('./pages/Import.vue') }],
  },
  {
    name: 'customers',
    sign: 'person',
    group: 'orders',
    right: 'intake.read',
    page: () => import('./pages/Customers.vue'),
    below: [{ name: 'customer', path: ':id', page: () => import('./pages/Customer.vue') }],
  },
  {
    name: 'changes',
    sign: 'history',
    group: 'orders',
    page: () => import('./pages/Changes.vue'),
    below: [{ name: 'change', path: ':id', page: () => import('./pages/Change.vue') }],
  },
  {
    name: 'conflicts',
    sign: 'alarm',
    group: 'workshop',
    right: 'floor.plan',
    page: () => import('./pages/Conflicts.vue'),
    below: [{ name: 'conflict', path: ':id', page: () => import('./pages/Conflict.vue') }],
  },
  {
    name: 'work-orders',
    sign: 'wrench',
    group: 'workshop',
    page: () => import('./pages/WorkOrders.vue'),
    below: [{ name: 'work-order', path: ':code', page: () => import('./pages/WorkOrder.vue') }],
  },
  { name: 'alerts', sign: 'bell', group: 'now', page: () => import('./pages/Alerts.vue'), right: 'warning.read' },
  {
    name: 'stock',
    sign: 'box',
    group: 'material',
    page: () => import('./pages/Stock.vue'),
    right: 'warning.read',
    below: [
      { name: 'stock-import', path: 'import', page: () => import('./pages/StockImport.vue') },
      { name: 'erp-report', path: 'report', page: () => import('./pages/ErpReport.vue') },
      { name: 'material', path: ':sku', page: () => import('./pages/Material.vue') },
    ],
  },
  { name: 'likely', sign: 'alarm', group: 'now', page: () => import('./pages/Likely.vue'), right: 'warning.read' },
  {
    name: 'products',
    sign: 'keyboard',
    group: 'workshop',
    page: () => import('./pages/Products.vue'),
    below: [
      { name: 'product-import', path: 'import', page: () => import('./pages/ProductImport.vue') },
      { name: 'product', path: ':sku', page: () => import('./pages/Product.vue') },
    ],
  },
  {
    name: 'devices',
    sign: 'phone',
    group: 'workshop',
    right: 'floor.plan',
    page: () => import('./pages/Devices.vue'),
    below: [{ name: 'device', path: ':id', page: () => import('./pages/Device.vue') }],
  },
  { name: 'lots', sign: 'scan', group: 'workshop', page: () => import('./pages/Lots.vue') },
  { name: 'idle', sign: 'clock', group: 'material', page: () => import('./pages/Idle.vue'), right: 'warning.read' },
  {
    name: 'figures',
    sign: 'chart',
    group: 'numbers',
    page: () => import('./pages/Figures.vue'),
    right: 'kpis.read',
    below: [{ name: 'figure', path: ':measure', page: () => import('./pages/Figure.vue') }],
  },
  {
    name: 'beside',
    sign: 'file',
    group: 'numbers',
    page: () => import('./pages/Beside.vue'),
    right: 'kpis.read',
    feature: 'beside_system',
  },
  {
    name: 'surveys',
    sign: 'hand',
    group: 'numbers',
    page: () => import('./pages/Surveys.vue'),
    right: 'portal.answer',
  },
  { name: 'output', sign: 'bars', group: 'workshop', page: () => import('./pages/Output.vue'), right: 'kpis.read' },
  {
    name: 'reconciliation',
    sign: 'file',
    group: 'orders',
    page: () => import('./pages/Reconciliation.vue'),
    right: 'kpis.read',
  },
  {
    name: 'documents',
    sign: 'flow',
    group: 'house',
    page: () => import('./pages/Documents.vue'),
    below: [{ name: 'document', path: ':kind/:id', page: () => import('./pages/Document.vue') }],
  },
  {
    name: 'channels',
    sign: 'scan',
    group: 'house',
    right: 'intake.read',
    page: () => import('./pages/Channels.vue'),
    below: [{ name: 'channel', path: ':id', page: () => import('./pages/Channel.vue') }],
  },
  { name: 'workshop', sign: 'pin', group: 'house', page: () => import('./pages/Workshop.vue'), right: 'floor.plan' },
  { name: 'rules', sign: 'pen', group: 'house', page: () => import('./pages/Rules.vue'), right: 'warning.read' },
  { name: 'people', sign: 'person', group: 'house', page: () => import('./pages/People.vue'), right: 'people.read' },
  { name: 'roles', sign: 'hand', group: 'house', page: () => import('./pages/Roles.vue'), right: 'people.edit' },
  {
    name: 'connections',
    sign: 'cloud',
    group: 'house',
    page: () => import('./pages/Connections.vue'),
    right: 'integrations.edit',
  },
  { name: 'features', sign: 'sun', group: 'house', page: () => import('./pages/Features.vue'), right: 'people.edit' },
  {
    name: 'mydata',
    sign: 'file',
    group: 'house',
    page: () => import('./pages/MyData.vue'),
    right: 'exports.own',
    below: [{ name: 'returned', path: ':exportId/returns/:returnId', page: () => import('./pages/Returned.vue') }],
  },
]

/** The screens that somebody is offered. */
export function offered(me: Me): Screen[] {
  const rights = new Set(me.rights)
  const allowed = (right?: string) => !right || rights.has(right) || rights.has('admin.all')
  return SCREENS.filter(one => allowed(one.right) && (!one.feature || me.features.includes(one.feature)))
}

/** A route for each screen and for what opens from it; `meta.screen` names the screen. */
export const screenRoutes: RouteRecordRaw[] = SCREENS.flatMap(({ name, page, below = [] }) => {
  const meta = { screen: name }
  return [
    { name, path: `/${name}`, component: page, meta } as RouteRecordRaw,
    ...below.map(one => {
      const path = `/${name}/${one.path}`
      return { name: one.name, path, component: one.page, props: true, meta } as RouteRecordRaw
    }),
  ]
})
