import { createRouter, createWebHistory } from 'vue-router'
import { signedIn } from './queries'

export const router = createRouter({
  history: createWebHistory('/portal/'),
  routes: [
    { path: '/', name: 'orders', component: () => import('./pages/Orders.vue') },
    { path: '/orders/:orderNo', name: 'order', component: () => import('./pages/Order.vue'), props: true },
    {
      path: '/orders/:orderNo/messages',
      name: 'messages',
      component: () => import('./pages/Messages.vue'),
      props: true,
    },
    {
      path: '/orders/:orderNo/complaints',
      name: 'complaints',
      component: () => import('./pages/Complaints.vue'),
      props: true,
    },
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignIn.vue') },
    { path: '/:rest(.*)', redirect: { name: 'orders' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(to =>
  to.name === 'sign-in' || signedIn.value ? true : { name: 'sign-in', query: { to: to.fullPath } },
)
