// The console's screens. A screen is a file in pages/, one entry here and a text in console.menu; the menu, the routes
// and who is offered what follow from it.
import type { Me } from '@throughline/api'
import type { Sign } from '@throughline/ui'
import type { RouteRecordRaw } from 'vue-router'

type Page = () => Promise<unknown>

export interface Screen {
  /** The route's name, and the key of its text in console.menu. */
  name: string
  sign: Sign
  page: Page
  /** The right without which it is not offered; the server decides in any case. */
  right?: string
  /** What opens from it, each under its own address; the menu shows the screen as the present one. */
  below?: { name: string; path: string; page: Page }[]
}

export const SCREENS: Screen[] = [
  {
    name: 'orders',
    sign: 'list',
    page: () => import('./pages/Orders.vue'),
    below: [{ name: 'order', path: ':orderNo', page: () => import('./pages/Order.vue') }],
  },
  {
    name: 'intake',
    sign: 'empty',
    right: 'intake.read',
    page: () => import('./pages/Intake.vue'),
    below: [{ name: 'item', path: ':id', page: () => import('./pages/IntakeItem.vue') }],
  },
  {
    name: 'imports',
    sign: 'file',
    right: 'orders.open',
    page: () => import('./pages/Imports.vue'),
    below: [{ name: 'import', path: ':id', page: () => import('./pages/Import.vue') }],
  },
  {
    name: 'customers',
    sign: 'person',
    right: 'intake.read',
    page: () => import('./pages/Customers.vue'),
    below: [{ name: 'customer', path: ':id', page: () => import('./pages/Customer.vue') }],
  },
  {
    name: 'changes',
    sign: 'history',
    page: () => import('./pages/Changes.vue'),
    below: [{ name: 'change', path: ':id', page: () => import('./pages/Change.vue') }],
  },
  {
    name: 'conflicts',
    sign: 'alarm',
    right: 'floor.plan',
    page: () => import('./pages/Conflicts.vue'),
    below: [{ name: 'conflict', path: ':id', page: () => import('./pages/Conflict.vue') }],
  },
  { name: 'alerts', sign: 'bell', page: () => import('./pages/Alerts.vue'), right: 'warning.read' },
  {
    name: 'stock',
    sign: 'box',
    page: () => import('./pages/Stock.vue'),
    right: 'warning.read',
    below: [{ name: 'material', path: ':sku', page: () => import('./pages/Material.vue') }],
  },
  { name: 'likely', sign: 'alarm', page: () => import('./pages/Likely.vue'), right: 'warning.read' },
  { name: 'idle', sign: 'clock', page: () => import('./pages/Idle.vue'), right: 'warning.read' },
  {
    name: 'figures',
    sign: 'chart',
    page: () => import('./pages/Figures.vue'),
    right: 'kpis.read',
    below: [{ name: 'figure', path: ':measure', page: () => import('./pages/Figure.vue') }],
  },
  {
    name: 'channels',
    sign: 'scan',
    right: 'intake.read',
    page: () => import('./pages/Channels.vue'),
    below: [{ name: 'channel', path: ':id', page: () => import('./pages/Channel.vue') }],
  },
  { name: 'people', sign: 'person', page: () => import('./pages/People.vue'), right: 'people.read' },
  { name: 'roles', sign: 'hand', page: () => import('./pages/Roles.vue'), right: 'people.edit' },
  { name: 'connections', sign: 'cloud', page: () => import('./pages/Connections.vue'), right: 'integrations.edit' },
]

/** The screens that somebody is offered. */
export function offered(me: Me): Screen[] {
  const rights = new Set(me.rights)
  return SCREENS.filter(screen => !screen.right || rights.has(screen.right) || rights.has('admin.all'))
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
