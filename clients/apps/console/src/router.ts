import { createRouter, createWebHistory } from 'vue-router'
import { queries, whoAmI } from './queries'
import { screenRoutes } from './screens'

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    { path: '/', redirect: { name: 'tasks' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignIn.vue') },
    // Nothing but itself stands on the wall: no menu, no head.
    { path: '/wall', name: 'wall', component: () => import('./pages/Wall.vue'), meta: { bare: true } },
    { path: '/account', name: 'account', component: () => import('./pages/Account.vue') },
    { path: '/notices', name: 'notices', component: () => import('./pages/Notices.vue') },
    ...screenRoutes,
    { path: '/:rest(.*)', name: 'missing', component: () => import('./pages/Missing.vue') },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async to => {
  if (to.name === 'sign-in') return true
  const me = await queries.fetchQuery({ queryKey: ['me'], queryFn: whoAmI, staleTime: 60_000 }).catch(() => undefined)
  return me === null ? { name: 'sign-in', query: { to: to.fullPath } } : true
})
