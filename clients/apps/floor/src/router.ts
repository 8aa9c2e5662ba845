import { createRouter, createWebHistory } from 'vue-router'
import SignIn from './pages/SignIn.vue'
import { open, person } from './who'
import { outdated } from './worker'

// Signing in is in the first bundle, for it is the first screen of a phone that keeps nothing yet. All else lies on the
// phone by the time it is opened.
export const router = createRouter({
  history: createWebHistory('/floor/'),
  routes: [
    { path: '/', name: 'today', component: () => import('./pages/Today.vue') },
    { path: '/w/:code', name: 'work', component: () => import('./pages/Work.vue'), props: true },
    {
      path: '/w/:code/complete/:operation',
      name: 'complete',
      component: () => import('./pages/Complete.vue'),
      props: true,
      meta: { reports: true },
    },
    {
      path: '/w/:code/inspect',
      name: 'inspect',
      component: () => import('./pages/Inspect.vue'),
      props: true,
      meta: { reports: true },
    },
    {
      path: '/w/:code/trouble',
      name: 'trouble',
      component: () => import('./pages/Trouble.vue'),
      props: true,
      meta: { reports: true },
    },
    {
      path: '/w/:code/issue',
      name: 'issue',
      component: () => import('./pages/Issue.vue'),
      props: true,
      meta: { reports: true },
    },
    { path: '/scan', name: 'scan', component: () => import('./pages/Scan.vue') },
    { path: '/stock', name: 'stock', component: () => import('./pages/Stock.vue'), meta: { reports: true } },
    { path: '/drive', name: 'drive', component: () => import('./pages/Drive.vue'), meta: { reports: true } },
    {
      path: '/drive/:orderNo/sign',
      name: 'sign',
      component: () => import('./pages/Sign.vue'),
      props: true,
      meta: { reports: true },
    },
    { path: '/queue', name: 'queue', component: () => import('./pages/Queue.vue') },
    { path: '/me', name: 'me', component: () => import('./pages/Me.vue') },
    { path: '/help', name: 'help', component: () => import('./pages/Help.vue') },
    { path: '/sign-in', name: 'sign-in', component: SignIn, meta: { outside: true } },
    { path: '/people', name: 'people', component: () => import('./pages/People.vue'), meta: { outside: true } },
    { path: '/:rest(.*)', redirect: { name: 'today' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(to => {
  // Between two screens nothing is half entered: the page comes anew, in the version that is there now.
  if (outdated.value) {
    location.assign(router.resolve(to).href)
    return false
  }
  if (to.meta.outside || open.value) return true
  return { name: person.value ? 'people' : 'sign-in', query: { to: to.fullPath } }
})
